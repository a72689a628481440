"""The shop floor: machines, stops, dispatch list, shifts, work in progress, certificates."""

from __future__ import annotations

from datetime import date

from tools.mes.ignition.site import Amount, Moment, Page, Site, translated
from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.identifiers import normal, operation_number
from tools.objects.machine import MachineState, Running
from tools.objects.reading import Reading
from tools.objects.schedule import ScheduleEntry
from tools.objects.shift import Shift
from tools.objects.wip import WorkInProgress
from tools.ports import ShopFloor
from tools.shape import Shape


class MachineRow(Shape):
    """What a machine is doing."""

    plant: str
    work_center: str
    state: Running
    since: Moment
    order: str | None


class StopRow(Shape):
    """A stop."""

    number: str
    plant: str
    work_center: str
    reason: str
    started_at: Moment
    ended_at: Moment | None
    equipment: str | None
    order: str | None
    planned: bool
    note: str


class DispatchRow(Shape):
    """An entry of the dispatch list."""

    plant: str
    work_center: str
    order: str
    operation: str
    sequence: int
    start: Moment
    end: Moment


class ShiftRow(Shape):
    """A shift."""

    number: str
    plant: str
    name: str
    start: Moment
    end: Moment
    supervisor: str
    operators: tuple[str, ...]


class ProgressRow(Shape):
    """Where units of an order stand."""

    number: str
    plant: str
    order: str
    operation: str
    quantity: Amount
    since: Moment
    work_center: str | None


class CertificateRow(Shape):
    """What an operator may do."""

    operator: str
    plant: str
    skill: str
    valid_from: date
    valid_until: date


class IgnitionFloor(ShopFloor):
    """Read only."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def machine(self, work_center: str, plant: str) -> Reading[MachineState]:
        found = await self._site.one("machines", MachineRow, work_center=work_center, plant=plant)
        return translated(found, _machine)

    async def downtimes(self, plant: str) -> Reading[tuple[DowntimeEvent, ...]]:
        found = await self._site.several("downtime", Page[StopRow], plant=plant)
        return translated(found, lambda rows: tuple(map(_stop, rows)))

    async def schedule(self, work_center: str, plant: str) -> Reading[tuple[ScheduleEntry, ...]]:
        found = await self._site.several(
            "dispatch", Page[DispatchRow], work_center=work_center, plant=plant
        )
        return translated(found, lambda rows: tuple(map(_entry, rows)))

    async def shifts(self, plant: str) -> Reading[tuple[Shift, ...]]:
        found = await self._site.several("shifts", Page[ShiftRow], plant=plant)
        return translated(found, lambda rows: tuple(map(_shift, rows)))

    async def work_in_progress(self, order: str) -> Reading[tuple[WorkInProgress, ...]]:
        found = await self._site.several("wip", Page[ProgressRow], order=normal(order))
        return translated(found, lambda rows: tuple(map(self._progress, rows)))

    async def certificates(self, plant: str) -> Reading[tuple[OperatorCertificate, ...]]:
        found = await self._site.several("certificates", Page[CertificateRow], plant=plant)
        return translated(found, lambda rows: tuple(map(_certificate, rows)))

    def _progress(self, row: ProgressRow) -> WorkInProgress:
        return WorkInProgress(
            number=row.number,
            plant=row.plant,
            order=normal(row.order),
            operation=operation_number(row.operation),
            quantity=self._site.quantity(row.quantity),
            since=row.since,
            work_center=row.work_center,
        )


def _machine(row: MachineRow) -> MachineState:
    return MachineState(
        plant=row.plant,
        work_center=row.work_center,
        state=row.state,
        since=row.since,
        order=None if row.order is None else normal(row.order),
    )


def _stop(row: StopRow) -> DowntimeEvent:
    return DowntimeEvent(
        number=row.number,
        plant=row.plant,
        work_center=row.work_center,
        reason=row.reason,
        started_at=row.started_at,
        ended_at=row.ended_at,
        equipment=row.equipment,
        order=None if row.order is None else normal(row.order),
        planned=row.planned,
        note=row.note,
    )


def _entry(row: DispatchRow) -> ScheduleEntry:
    return ScheduleEntry(
        plant=row.plant,
        work_center=row.work_center,
        order=normal(row.order),
        operation=operation_number(row.operation),
        sequence=row.sequence,
        start=row.start,
        end=row.end,
    )


def _shift(row: ShiftRow) -> Shift:
    return Shift(
        number=row.number,
        plant=row.plant,
        name=row.name,
        start=row.start,
        end=row.end,
        supervisor=row.supervisor,
        operators=row.operators,
    )


def _certificate(row: CertificateRow) -> OperatorCertificate:
    return OperatorCertificate(
        operator=row.operator,
        plant=row.plant,
        skill=row.skill,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
