"""What may be read from a system and written to it, per record.

One class here is one kind of record. A connector subclasses the ports of the records its system
keeps and overrides what the system can do; the rest raises ``NotOffered``. Each method is marked
``@read`` or ``@write``: reads may be repeated at will, a write happens only through effects.

Parameters are named for the business key they take (``order``, ``material``, ``plant``): the gather
node fills them from the conflict by that name. Writes that create carry a ``Reference``, and the
port that creates can find the record again by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn, ParamSpec, TypeVar

from tools.errors import NotOffered
from tools.objects.bom import Bom
from tools.objects.certificate import OperatorCertificate
from tools.objects.confirmation import Confirmation, ConfirmationDraft, ConfirmationProposal
from tools.objects.cost import CostObject, PostingPeriod
from tools.objects.downtime import DowntimeEvent
from tools.objects.equipment import Equipment
from tools.objects.inspection import InspectionLot
from tools.objects.machine import MachineState
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceWindow,
    NotificationDraft,
    WorkOrderDraft,
)
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument, MovementDraft
from tools.objects.nonconformance import Held, Hold, Nonconformance
from tools.objects.order import ProductionOrder
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference
from tools.objects.routing import Routing, WorkCenter
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.objects.task import SupervisorTask, TaskDraft
from tools.objects.wip import WorkInProgress

P = ParamSpec("P")
R = TypeVar("R")
PortT = TypeVar("PortT", bound="Port")


class Access(StrEnum):
    """Whether a port's method changes the system behind it."""

    READ = "read"
    WRITE = "write"


def read(method: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Mark a method that leaves the system as it was."""
    method.access = Access.READ  # pyright: ignore[reportFunctionMemberAccess]
    return method


def write(method: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Mark a method that changes the system."""
    method.access = Access.WRITE  # pyright: ignore[reportFunctionMemberAccess]
    return method


class Port:
    """One kind of record in one system."""

    system: System

    def _absent(self, what: str) -> NoReturn:
        raise NotOffered(self.system, what)


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


class Movements(Port):
    """Goods movements and their documents."""

    @read
    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        """The material documents booked for an order."""
        self._absent("the movements of an order")

    @read
    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        """The latest material documents of a material in a plant, newest first."""
        self._absent("the movements of a material")

    @read
    async def movement(self, document: str) -> Reading[MaterialDocument]:
        """One material document (``number/year``)."""
        self._absent("a material document by number")

    @read
    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        """The document that carries this reference, if it was posted."""
        self._absent("a material document by reference")

    @write
    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        """Book all lines in one document, or none."""
        self._absent("posting a goods movement")

    @write
    async def cancel_movement(self, document: str, reference: Reference) -> Posted:
        """Cancel a material document by a reversing one."""
        self._absent("cancelling a material document")


class Stock(Port):
    """Stock by place."""

    @read
    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        """All stock of a material in a plant, by location, batch and type."""
        self._absent("stock")


class Materials(Port):
    """Material masters."""

    @read
    async def material(self, material: str, plant: str) -> Reading[Material]:
        """A material as a plant keeps it."""
        self._absent("a material by number")

    @read
    async def materials_like(self, text: str, plant: str) -> Reading[tuple[Material, ...]]:
        """Materials whose number, old number or description contains a text."""
        self._absent("a search for materials")


class Boms(Port):
    """Bills of material."""

    @read
    async def bom(self, material: str, plant: str) -> Reading[Bom]:
        """The bill of material valid today, with its alternative items."""
        self._absent("a bill of material")

    @read
    async def explosion(self, material: str, plant: str, quantity: Quantity) -> Reading[Bom]:
        """All components, through every level, for a quantity."""
        self._absent("a bill of material's explosion")


class Routings(Port):
    """Routings and work centres."""

    @read
    async def routing(self, material: str, plant: str) -> Reading[Routing]:
        """How a material is made."""
        self._absent("a routing")

    @read
    async def work_center(self, work_center: str, plant: str) -> Reading[WorkCenter]:
        """One work centre."""
        self._absent("a work centre")


class Inspections(Port):
    """Inspection lots."""

    @read
    async def lots(self, material: str, plant: str) -> Reading[tuple[InspectionLot, ...]]:
        """The inspection lots of a material in a plant."""
        self._absent("the inspection lots of a material")

    @read
    async def lot(self, lot: str) -> Reading[InspectionLot]:
        """One lot with its results."""
        self._absent("an inspection lot")


class Costs(Port):
    """Who pays, and when."""

    @read
    async def cost_center(self, cost_center: str) -> Reading[CostObject]:
        """One cost centre."""
        self._absent("a cost centre")

    @read
    async def period(self, company_code: str) -> Reading[PostingPeriod]:
        """The posting period open for goods movements."""
        self._absent("the posting period")


class Messages(Port):
    """The messages that carry postings from system to system."""

    @read
    async def messages(self, plant: str) -> Reading[tuple[SyncMessage, ...]]:
        """Messages of a plant that wait or were refused."""
        self._absent("the messages of a plant")

    @read
    async def message(self, message: str) -> Reading[SyncMessage]:
        """One message with every refusal it met."""
        self._absent("a message by number")

    @write
    async def retry_message(self, message: str, reference: Reference) -> Posted:
        """Send a refused message again, as it is."""
        self._absent("sending a message again")


class Nonconformances(Port):
    """Defects."""

    @read
    async def nonconformances(self, order: str) -> Reading[tuple[Nonconformance, ...]]:
        """The defects logged for an order."""
        self._absent("the nonconformances of an order")


class Holds(Port):
    """Holds on orders, materials and batches."""

    @read
    async def holds(self, plant: str) -> Reading[tuple[Hold, ...]]:
        """The active holds of a plant."""
        self._absent("the holds of a plant")

    @read
    async def hold_by_reference(self, plant: str, reference: Reference) -> Reading[Hold | None]:
        """The hold that carries this reference, active or lifted."""
        self._absent("a hold by reference")

    @write
    async def place_hold(
        self, plant: str, kind: Held, object: str, reason: str, reference: Reference
    ) -> Posted:
        """Keep an object from moving on."""
        self._absent("placing a hold")

    @write
    async def lift_hold(self, hold: str, reference: Reference) -> Posted:
        """Let a held object go on."""
        self._absent("lifting a hold")


class Scraps(Port):
    """Scrap reports."""

    @read
    async def scrap_reports(self, order: str) -> Reading[tuple[ScrapReport, ...]]:
        """What was thrown away for an order."""
        self._absent("the scrap reports of an order")


class Tasks(Port):
    """Supervisor tasks."""

    @read
    async def tasks(self, plant: str) -> Reading[tuple[SupervisorTask, ...]]:
        """The open tasks of a plant."""
        self._absent("the tasks of a plant")

    @read
    async def task_by_reference(
        self, plant: str, reference: Reference
    ) -> Reading[SupervisorTask | None]:
        """The task that carries this reference, open or done."""
        self._absent("a task by reference")

    @write
    async def open_task(self, draft: TaskDraft, reference: Reference) -> Posted:
        """Ask a supervisor."""
        self._absent("opening a task")

    @write
    async def close_task(self, task: str) -> Posted:
        """Mark a task as done."""
        self._absent("closing a task")


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


class Assets(Port):
    """Equipment."""

    @read
    async def equipment(self, equipment: str) -> Reading[Equipment]:
        """One asset."""
        self._absent("equipment by number")

    @read
    async def equipment_at(self, work_center: str, plant: str) -> Reading[tuple[Equipment, ...]]:
        """The assets of a work centre."""
        self._absent("the equipment of a work centre")


class Maintenance(Port):
    """Notifications, maintenance orders and windows."""

    @read
    async def notifications(self, equipment: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        """The notifications of an asset, newest first."""
        self._absent("the notifications of an asset")

    @read
    async def notification_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceNotification | None]:
        """The notification that carries this reference, if it was created."""
        self._absent("a notification by reference")

    @read
    async def maintenance_orders(self, equipment: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        """The maintenance orders of an asset, newest first."""
        self._absent("the maintenance orders of an asset")

    @read
    async def work_order_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceOrder | None]:
        """The maintenance order that carries this reference, if it was created."""
        self._absent("a maintenance order by reference")

    @read
    async def windows(self, plant: str) -> Reading[tuple[MaintenanceWindow, ...]]:
        """The coming maintenance windows of a plant."""
        self._absent("maintenance windows")

    @write
    async def notify(self, draft: NotificationDraft, reference: Reference) -> Posted:
        """Report a fault or a need."""
        self._absent("creating a notification")

    @write
    async def order_work(self, draft: WorkOrderDraft, reference: Reference) -> Posted:
        """Create a maintenance order."""
        self._absent("creating a maintenance order")

    @write
    async def complete_notification(self, notification: str) -> Posted:
        """Close a notification."""
        self._absent("completing a notification")


@dataclass(frozen=True)
class Side:
    """One system of a plant: every port its connector offers."""

    system: System
    name: str
    ports: tuple[Port, ...]
    clock: Callable[[], datetime]

    def port(self, kind: type[PortT]) -> PortT:
        """Return the port for one kind of record.

        Raises:
            NotOffered: This system keeps no such records.
        """
        for port in self.ports:
            if isinstance(port, kind):
                return port
        raise NotOffered(self.system, kind.__name__)

    def methods(self, access: Access) -> Iterator[tuple[str, Callable[..., Awaitable[Any]]]]:
        """Walk the methods of all ports that read, or that write."""
        for port in self.ports:
            for name in dir(type(port)):
                method = getattr(type(port), name)
                if marked(type(port), name) is access:
                    yield name, method.__get__(port)


def marked(kind: type[Port], name: str) -> Access | None:
    """Return how a method is marked, by the port that declares it; None if it is no port method."""
    for owner in kind.__mro__:
        access = getattr(owner.__dict__.get(name), "access", None)
        if isinstance(access, Access):
            return access
    return None
