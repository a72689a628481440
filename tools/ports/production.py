"""Orders, confirmations and what the shop floor knows."""

from __future__ import annotations

from tools.objects.certificate import OperatorCertificate
from tools.objects.confirmation import Confirmation, ConfirmationDraft, ConfirmationProposal
from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState
from tools.objects.order import ProductionOrder
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.wip import WorkInProgress
from tools.ports.port import Port, read, write


class Orders(Port):
    """Production and process orders."""

    @read
    async def order(self, order: str) -> Reading[ProductionOrder]:
        """One order with operations and components."""
        self._absent("an order by number")

    @read
    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        """The orders of a plant that are not closed, without operations and components."""
        self._absent("the orders of a plant")

    @write
    async def release(self, order: str, *, etag: str | None) -> Posted:
        """Let an order run."""
        self._absent("releasing an order")

    @write
    async def complete(self, order: str, *, etag: str | None) -> Posted:
        """Technically complete an order (ERP), or finish it (MES)."""
        self._absent("completing an order")

    @write
    async def close(self, order: str, *, etag: str | None) -> Posted:
        """Close an order for good."""
        self._absent("closing an order")


class Confirmations(Port):
    """What was reported as made."""

    @read
    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        """All confirmations of an order, cancelled ones included."""
        self._absent("the confirmations of an order")

    @read
    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        """One confirmation by the system's own number."""
        self._absent("a confirmation by number")

    @read
    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        """The confirmation of an order that carries this reference, if it was posted."""
        self._absent("a confirmation by reference")

    @read
    async def proposal(
        self, order: str, operation: str, yielded: Quantity
    ) -> Reading[ConfirmationProposal]:
        """What the system would post by itself for this yield."""
        self._absent("a proposal for a confirmation")

    @write
    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        """Post a confirmation; its goods movements may fail and wait: read it back."""
        self._absent("posting a confirmation")

    @write
    async def cancel_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        """Cancel a confirmation by a reversing one."""
        self._absent("cancelling a confirmation")

    @write
    async def hold_confirmation(
        self, confirmation: str, reason: str, reference: Reference
    ) -> Posted:
        """Keep a reported confirmation from being posted."""
        self._absent("holding a confirmation")

    @write
    async def free_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        """Let a held confirmation go on."""
        self._absent("freeing a confirmation")


class Scraps(Port):
    """Scrap reports."""

    @read
    async def scrap_reports(self, order: str) -> Reading[tuple[ScrapReport, ...]]:
        """What was thrown away for an order."""
        self._absent("the scrap reports of an order")


class ShopFloor(Port):
    """Machines, shifts, schedule, work in progress, downtime and certificates."""

    @read
    async def machine(self, work_center: str, plant: str) -> Reading[MachineState]:
        """What a work centre is doing."""
        self._absent("a machine's state")

    @read
    async def downtimes(self, plant: str) -> Reading[tuple[DowntimeEvent, ...]]:
        """The stops of the last days, newest first."""
        self._absent("downtime")

    @read
    async def schedule(self, work_center: str, plant: str) -> Reading[tuple[ScheduleEntry, ...]]:
        """What is planned on a work centre, in sequence (the dispatch list)."""
        self._absent("a schedule")

    @read
    async def shifts(self, plant: str) -> Reading[tuple[Shift, ...]]:
        """Yesterday's, today's and tomorrow's shifts."""
        self._absent("shifts")

    @read
    async def work_in_progress(self, order: str) -> Reading[tuple[WorkInProgress, ...]]:
        """Where the units of an order stand."""
        self._absent("work in progress")

    @read
    async def certificates(self, plant: str) -> Reading[tuple[OperatorCertificate, ...]]:
        """Which operator may do what."""
        self._absent("operator certificates")
