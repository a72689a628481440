"""Machines, stops, dispatch list, shifts, work in progress and people."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tools.errors import NotFound
from tools.mes.sap_dm.forms import Moment, Page, operation_of
from tools.mes.sap_dm.machines import Machine, centers, machines
from tools.mes.sap_dm.orders import header
from tools.mes.sap_dm.plant import Dm
from tools.mes.sap_dm.steps import Executed, StepRow, all_executed
from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.identifiers import normal
from tools.objects.machine import MachineState
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.schedule import ScheduleEntry
from tools.objects.shift import Shift
from tools.objects.wip import WorkInProgress
from tools.ports import ShopFloor
from tools.shape import Shape

PLANNED, UNPLANNED = "SCHEDULED_DOWN", "UNSCHEDULED_DOWN"


class Stop(Shape):
    """A stop."""

    eventStartDateTime: Moment
    eventEndDateTime: Moment | None = None
    reasonCode: str | None = None
    timeElement: str | None = None


class ShiftStops(Shape):
    """The stops of one shift."""

    downtimes: tuple[Stop, ...] | None = None


class ResourceStops(Shape):
    """The stops of one resource."""

    resource: str
    shifts: tuple[ShiftStops, ...]


class Losses(Shape):
    """The stops of several resources."""

    items: tuple[ResourceStops, ...]


class Listed(Shape):
    """An SFC on the work list."""

    sfc: str
    order: str
    steps: tuple[StepRow, ...] | None = None


class Interval(Shape):
    """From when until when a shift lasts."""

    validFrom: date
    validTo: date | None = None
    beginTime: time
    endTime: time


class Custom(Shape):
    """A value the site has added."""

    attribute: str
    value: str | None = None


class ShiftRow(Shape):
    """A shift as it is defined, not as it is worked on a day."""

    shift: str
    description: str | None = None
    intervals: tuple[Interval, ...] | None = None
    customValues: tuple[Custom, ...] | None = None


class Certified(Shape):
    """A certificate one person holds."""

    certification: str
    status: str
    certificationDate: Moment
    expirationDate: Moment | None = None
    extensionExpirationDate: Moment | None = None


class UserRow(Shape):
    """A person."""

    userId: str
    userCertifications: tuple[Certified, ...] | None = None


class DmFloor(ShopFloor):
    """What the shop floor knows. DM's analytics keep neither a stop's note nor its order."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def machine(self, work_center: str, plant: str) -> Reading[MachineState]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = await machines(self._dm, work_center)
        if not found:
            raise self._dm.nothing(f"a resource of work centre {work_center}")
        return self._dm.reading(_state(found[0], asked), asked)

    async def downtimes(self, plant: str) -> Reading[tuple[DowntimeEvent, ...]]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = {one.row.resource: one for one in await machines(self._dm)}
        planned, unplanned = await asyncio.gather(
            self._losses(found, PLANNED, asked), self._losses(found, UNPLANNED, asked)
        )
        stops = [*planned, *unplanned]
        newest = tuple(sorted(stops, key=lambda stop: stop.started_at, reverse=True))
        return self._dm.reading(newest, asked)

    async def schedule(self, work_center: str, plant: str) -> Reading[tuple[ScheduleEntry, ...]]:
        asked = self._dm.clock()
        found = await self._dm.listed(
            "sfc/v2/worklist/sfcs",
            Page[Listed],
            plant=self._dm.own(plant),
            workCenters=work_center,
            includeSfcSteps="true",
            allSfcSteps="true",
        )
        return self._dm.reading(_dispatch(found, work_center, self._dm.plant), asked)

    async def shifts(self, plant: str) -> Reading[tuple[Shift, ...]]:
        asked = self._dm.clock()
        own = self._dm.own(plant)
        rows = await self._dm.bare("shift/v1/shifts", ShiftRow, plant=own)
        zone = ZoneInfo(self._dm.config.time_zone)
        today = asked.astimezone(zone).date()
        days = [today + timedelta(days=offset) for offset in (-1, 0, 1)]
        worked = [
            self._shift(row, interval, day, zone)
            for row in rows
            for interval in row.intervals or ()
            for day in days
            if interval.validFrom <= day <= (interval.validTo or day)
        ]
        return self._dm.reading(tuple(sorted(worked, key=lambda shift: shift.start)), asked)

    async def work_in_progress(self, order: str) -> Reading[tuple[WorkInProgress, ...]]:
        asked = self._dm.clock()
        row = await header(self._dm, order)
        executed = await all_executed(self._dm, row.sfcs)
        found = tuple(
            one
            for sfc in executed
            for one in _in_progress(sfc, normal(row.order), row.plant, row.unit)
        )
        return self._dm.reading(found, asked)

    async def certificates(self, plant: str) -> Reading[tuple[OperatorCertificate, ...]]:
        asked = self._dm.clock()
        own = self._dm.own(plant)
        people = sorted(
            {
                one.userId
                for center in await centers(self._dm)
                for one in center.userAssignments or ()
            }
        )
        users = await asyncio.gather(*(self._user(person) for person in people))
        found = tuple(
            _certificate(user.userId, own, one)
            for user in users
            if user is not None
            for one in user.userCertifications or ()
            if one.status == "ENABLED"
        )
        return self._dm.reading(found, asked)

    async def _user(self, person: str) -> UserRow | None:
        """Return a person; None for one who has left and still stands at a work centre."""
        try:
            return await self._dm.one("user/v1/users", UserRow, plant=self._dm.plant, userId=person)
        except NotFound:
            return None

    async def _losses(
        self, found: dict[str, Machine], kind: str, asked: datetime
    ) -> tuple[DowntimeEvent, ...]:
        if not found:
            return ()
        since = asked - timedelta(days=self._dm.config.downtime_days)
        losses = await self._dm.one(
            "oee/v1/availabilityLosses",
            Losses,
            plant=self._dm.plant,
            resources=",".join(sorted(found)),
            startDateTime=_stamp(since),
            endDateTime=_stamp(asked),
            timeElementType=kind,
        )
        return tuple(
            _stop(stop, found[item.resource], planned=kind == PLANNED)
            for item in losses.items
            if item.resource in found
            for shift in item.shifts
            for stop in shift.downtimes or ()
        )

    def _shift(self, row: ShiftRow, interval: Interval, day: date, zone: ZoneInfo) -> Shift:
        start = datetime.combine(day, interval.beginTime, zone)
        end = datetime.combine(day, interval.endTime, zone)
        if end <= start:
            end += timedelta(days=1)
        wanted = self._dm.config.supervisor_attribute
        values = {one.attribute: one.value for one in row.customValues or ()}
        return Shift(
            number=f"{self._dm.plant}-{day.isoformat()}-{row.shift}",
            plant=self._dm.plant,
            name=row.shift,
            start=start.astimezone(UTC),
            end=end.astimezone(UTC),
            supervisor=values.get(wanted) or "",
        )


def _state(machine: Machine, asked: datetime) -> MachineState:
    setups = machine.row.setups or ()
    order = next((one.order.order for one in setups if one.state == "SETUP"), None)
    return MachineState(
        plant=machine.row.plant,
        work_center=machine.work_center,
        state=machine.row.running,
        since=machine.row.modifiedDateTime or asked,
        order=normal(order) if order else None,
    )


def _stop(stop: Stop, machine: Machine, *, planned: bool) -> DowntimeEvent:
    row = machine.row
    return DowntimeEvent(
        number=f"{row.resource}/{_stamp(stop.eventStartDateTime)}",
        plant=row.plant,
        work_center=machine.work_center,
        reason=stop.reasonCode or stop.timeElement or "",
        started_at=stop.eventStartDateTime,
        ended_at=stop.eventEndDateTime,
        equipment=row.equipment,
        planned=planned,
    )


def _dispatch(found: Iterable[Listed], work_center: str, plant: str) -> tuple[ScheduleEntry, ...]:
    planned: list[tuple[datetime, datetime, str, str]] = []
    for sfc in found:
        for step in sfc.steps or ():
            start = step.operationScheduledStartDateTime
            end = step.operationScheduledCompleteDateTime
            if step.plannedWorkCenter != work_center or step.stepDone or not start or not end:
                continue
            planned.append((start, end, normal(sfc.order), operation_of(step.operation.operation)))
    return tuple(
        ScheduleEntry(plant, work_center, order, operation, sequence, start, end)
        for sequence, (start, end, order, operation) in enumerate(sorted(planned), start=1)
    )


def _in_progress(sfc: Executed, order: str, plant: str, unit: str) -> Iterable[WorkInProgress]:
    started = {one.stepId: one.firstStartTime for one in sfc.times.steps}
    for step in sfc.row.steps:
        since = started.get(step.stepId)
        units_there = step.quantityInWork + step.quantityInQueue
        if units_there <= Decimal(0) or since is None:
            continue
        yield WorkInProgress(
            number=sfc.row.sfc,
            plant=plant,
            order=order,
            operation=operation_of(step.operation.operation),
            quantity=Quantity(units_there, unit),
            since=since,
            work_center=step.plannedWorkCenter,
        )


def _certificate(operator: str, plant: str, row: Certified) -> OperatorCertificate:
    until = row.extensionExpirationDate or row.expirationDate
    return OperatorCertificate(
        operator=operator,
        plant=plant,
        skill=row.certification,
        valid_from=row.certificationDate.date(),
        valid_until=until.date() if until else date.max,
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
