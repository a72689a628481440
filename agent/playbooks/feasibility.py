"""Whether an order can be made in time, part by part: what order release and its check share.

Four parts are looked at: stock, machine, capacity and certificate. Each finding weighs between 0
(it cannot be made) and 1; a part weighs as much as its gravest finding, the score is the product of
the parts. Pure, like the playbooks: the same facts give the same answer, in a case and at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import prod
from typing import Annotated, Any

from agent.case.conflict import Signal
from agent.case.text import Text, text
from agent.playbooks.playbook import Each, Method, Received, Via
from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState, Running
from tools.objects.maintenance import MaintenanceWindow
from tools.objects.nonconformance import Held, Hold
from tools.objects.order import Component, Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import QuantityError, total
from tools.objects.reading import System
from tools.objects.routing import Routing, RoutingOperation, WorkCenter
from tools.objects.schedule import ScheduleEntry
from tools.objects.stock import StockLine, StockType, available
from tools.objects.units import convert
from tools.plant.model import Plant

ONE, NONE = Decimal(1), Decimal(0)
NOTED, RISKY = Decimal("0.9"), Decimal("0.5")
DAY = Decimal(24)
COMING = frozenset({StockType.QUALITY, StockType.IN_TRANSIT})


def _centers(order: ProductionOrder) -> Sequence[Mapping[str, str]]:
    return [{"work_center": one} for one in sorted({step.work_center for step in order.operations})]


def _materials(order: ProductionOrder) -> Sequence[Mapping[str, str]]:
    return [{"material": one} for one in sorted({row.material for row in order.components})]


def _made(order: ProductionOrder) -> Mapping[str, str]:
    return {"material": order.material}


@dataclass(frozen=True)
class Facts:
    """An order and all it needs: routing, work centres and their queues, stock, people."""

    signal: Annotated[Signal, Received()]
    order: Annotated[ProductionOrder, System.ERP]
    floor: Annotated[ProductionOrder | None, System.MES]
    routing: Annotated[Routing | None, System.ERP, Via("order", _made)]
    centers: Annotated[tuple[WorkCenter, ...], System.ERP, Each("order", _centers)]
    machines: Annotated[tuple[MachineState, ...], System.MES, Each("order", _centers)]
    queues: Annotated[
        tuple[ScheduleEntry, ...], System.MES, Each("order", _centers), Method("schedule")
    ]
    stock: Annotated[tuple[StockLine, ...], System.ERP, Each("order", _materials), Method("stock")]
    downtimes: Annotated[tuple[DowntimeEvent, ...] | None, System.MES]
    windows: Annotated[tuple[MaintenanceWindow, ...] | None, System.CMMS]
    certificates: Annotated[tuple[OperatorCertificate, ...] | None, System.MES]
    holds: Annotated[tuple[Hold, ...] | None, System.MES]


class Part(StrEnum):
    """What an order depends on."""

    ORDER = "order"
    STOCK = "stock"
    MACHINE = "machine"
    CAPACITY = "capacity"
    CERTIFICATE = "certificate"


class Status(StrEnum):
    """Whether an order can be made in time."""

    FEASIBLE = "FEASIBLE"
    FEASIBLE_WITH_NOTES = "FEASIBLE_WITH_NOTES"
    AT_RISK = "AT_RISK"
    BLOCKED = "BLOCKED"


class Recommended(StrEnum):
    """What to do about it."""

    RELEASE_ORDER = "RELEASE_ORDER"
    RELEASE_WITH_NOTE = "RELEASE_WITH_NOTE"
    DELAY_ORDER = "DELAY_ORDER"
    HOLD_ORDER = "HOLD_ORDER"


@dataclass(frozen=True)
class Finding:
    """One thing that speaks against an order, and the facts it was seen in."""

    part: Part
    weight: Decimal
    says: Text
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """When an operation would run, behind what is on its work centre's list already."""

    operation: str
    work_center: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Asked:
    """What is asked instead of what the order itself says; the quantity is in the order's unit."""

    quantity: Decimal | None = None
    material: str | None = None
    work_center: str | None = None
    skill: str | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Feasibility:
    """The answer, and the parts and runs it was worked out from."""

    score: Decimal
    status: Status
    recommended: Recommended
    findings: tuple[Finding, ...]
    parts: Mapping[Part, Decimal]
    runs: tuple[Run, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What has to be there first."""
        return tuple(one for one in self.findings if not one.weight)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What the shop floor should know."""
        return tuple(one for one in self.findings if one.weight)

    def said(self) -> str:
        """Say everything that was found in one line."""
        return "; ".join(str(one.says) for one in self.findings)


def assessed(facts: Facts, plant: Plant, asked: Asked = Asked()) -> Feasibility:
    """Say whether the order can be made in time."""
    runs = _runs(facts, asked)
    findings = (
        *_order(facts, asked),
        *_stock(facts, asked),
        *_machines(facts, plant),
        *_capacity(facts, plant, runs, asked),
        *_certificates(facts, plant, runs, asked),
    )
    parts = {
        part: min((one.weight for one in findings if one.part is part), default=ONE)
        for part in Part
    }
    score = prod(parts.values(), start=ONE).quantize(Decimal("0.01"))
    status = _status(score, findings, plant)
    return Feasibility(score, status, _recommended(status, parts), findings, parts, runs)


def _status(score: Decimal, findings: Sequence[Finding], plant: Plant) -> Status:
    cut = plant.feasibility
    if score < cut.risk_from or any(not one.weight for one in findings):
        return Status.BLOCKED
    if score >= cut.feasible_from:
        return Status.FEASIBLE
    return Status.FEASIBLE_WITH_NOTES if score >= cut.notes_from else Status.AT_RISK


def _recommended(status: Status, parts: Mapping[Part, Decimal]) -> Recommended:
    """Delay where only time is short; let it go with a note where something else is at risk."""
    if status is Status.BLOCKED:
        return Recommended.HOLD_ORDER
    if status is not Status.AT_RISK:
        return Recommended.RELEASE_ORDER
    late = parts[Part.CAPACITY] <= RISKY
    return Recommended.DELAY_ORDER if late else Recommended.RELEASE_WITH_NOTE


def _order(facts: Facts, asked: Asked) -> list[Finding]:
    """Say whether somebody keeps the order, and whether it is the one that is asked about."""
    order, found = facts.order, list[Text]()
    held = {Held.ORDER: {order.number}, Held.MATERIAL: {order.material}}
    for hold in facts.holds or ():
        if hold.active and hold.object in held.get(hold.kind, set()):
            found.append(text("{object} is on hold: {why}", object=hold.object, why=hold.reason))
    if order.locked or order.status is OrderStatus.ON_HOLD:
        found.append(text("Order {order} is locked in the ERP", order=order.number))
    if asked.material not in {None, order.material}:
        made = text("Order {order} makes {it}", order=order.number, it=order.material)
        found.append(made)
    if asked.work_center is not None and asked.work_center not in _places(order):
        places = ", ".join(sorted(_places(order)))
        found.append(text("Order {order} runs at {places}", order=order.number, places=places))
    return [Finding(Part.ORDER, NONE, says, ("order", "holds")) for says in found]


def _places(order: ProductionOrder) -> set[str]:
    return {step.work_center for step in order.operations}


def _stock(facts: Facts, asked: Asked) -> list[Finding]:
    share = ONE
    if asked.quantity is not None and facts.order.quantity.amount:
        share = asked.quantity / facts.order.quantity.amount
    found = [_component(facts, row, share) for row in facts.order.components]
    return [one for one in found if one is not None]


def _component(facts: Facts, row: Component, share: Decimal) -> Finding | None:
    """Look for a component at the line, in the store, and where it may not be taken yet."""
    need = row.required * share - row.withdrawn
    lines = [line for line in facts.stock if line.material == row.material]
    said = {"need": need, "material": row.material}
    try:
        here = available(lines, need.unit, row.location)
        there = available(lines, need.unit)
        waits = total((one.quantity for one in lines if one.type in COMING), need.unit)
    except QuantityError:
        says = text("{material} is not kept in {unit}", material=row.material, unit=need.unit)
        return Finding(Part.STOCK, NONE, says, ("order", "stock"))
    if need <= here or need.amount <= 0:
        return None
    if need <= there:
        says = text("{need} {material}: {short} come from the store", short=need - here, **said)
        return Finding(Part.STOCK, NOTED, says, ("order", "stock"))
    if need <= there + waits:
        says = text("{need} {material}: {it} in inspection or transit", it=waits, **said)
        return Finding(Part.STOCK, RISKY, says, ("order", "stock"))
    says = text("{need} {material}: the plant has {there}", there=there, **said)
    return Finding(Part.STOCK, NONE, says, ("order", "stock"))


def _machines(facts: Facts, plant: Plant) -> list[Finding]:
    """Look at what stands still now, and whether the order would soon need it."""
    soon = facts.signal.time + timedelta(hours=float(plant.feasibility.repair_hours))
    found = list[Finding]()
    for center in sorted(_places(facts.order)):
        stop = _stop(facts, center)
        if stop is None:
            continue
        planned, reason = stop
        blocks = not planned and facts.order.planned_start <= soon
        weight = NOTED if planned else NONE if blocks else RISKY
        says = text("{center} stands still: {reason}", center=center, reason=reason)
        found.append(Finding(Part.MACHINE, weight, says, ("machines", "downtimes")))
    return found


def _stop(facts: Facts, center: str) -> tuple[bool, str] | None:
    """Return whether a work centre's stop was planned, and its reason; None while it runs."""
    for event in facts.downtimes or ():
        if event.work_center == center and event.ended_at is None:
            return event.planned, event.reason
    for machine in facts.machines:
        if machine.work_center == center and machine.state in {Running.DOWN, Running.MAINTENANCE}:
            return machine.state is Running.MAINTENANCE, machine.state.value
    return None


def _capacity(facts: Facts, plant: Plant, runs: tuple[Run, ...], asked: Asked) -> list[Finding]:
    """Compare when the last operation would end with when it is due."""
    cites = ("order", "routing", "centers", "queues", "windows")
    if not runs:
        says = text("Nobody can say when it would be done: there is no routing to go by")
        return [Finding(Part.CAPACITY, NOTED, says, cites)]
    due, last = asked.due or facts.order.planned_end, runs[-1]
    said = {"end": _shown(last.end, plant), "due": _shown(due, plant), "center": last.work_center}
    if last.end > due:
        says = text("It would be done at {center} by {end}; it is due {due}", **said)
        return [Finding(Part.CAPACITY, RISKY, says, cites)]
    if last.end + timedelta(hours=float(plant.feasibility.spare_hours)) > due:
        says = text("Tight: done at {center} by {end}, due {due}", **said)
        return [Finding(Part.CAPACITY, NOTED, says, cites)]
    return []


def _shown(moment: datetime, plant: Plant) -> str:
    return plant.local(moment).strftime("%Y-%m-%d %H:%M")


def _runs(facts: Facts, asked: Asked) -> tuple[Run, ...]:
    """Let each operation run behind its work centre's list, and behind the one before it."""
    if facts.routing is None:
        return ()
    at, runs = max(facts.signal.time, facts.order.planned_start), list[Run]()
    steps = {one.number: one for one in facts.routing.operations}
    for operation in facts.order.operations:
        step = steps.get(operation.number)
        if step is None:
            return ()
        hours = _hours(facts, operation, step, asked)
        start = _clear(facts, operation, max(at, _free(facts, operation.work_center)), hours)
        at = start + hours
        runs.append(Run(operation.number, operation.work_center, start, at))
    return tuple(runs)


def _hours(facts: Facts, operation: Operation, step: RoutingOperation, asked: Asked) -> timedelta:
    """Return how long an operation takes by the clock, given the hours its work centre works."""
    left = (asked.quantity or operation.planned.amount) - operation.yielded.amount
    lots = max(left, NONE) / facts.routing.base_quantity.amount if facts.routing else NONE
    setup, machine, labor = (
        convert(one, "STD").amount for one in (step.setup, step.machine, step.labor)
    )
    work = setup + max(machine, labor) * lots
    center = next((one for one in facts.centers if one.number == operation.work_center), None)
    worked = center.hours_per_day if center and center.hours_per_day else DAY
    return timedelta(hours=float(work * DAY / worked))


def _free(facts: Facts, center: str) -> datetime:
    """Return when the last of the others on a work centre's list is done."""
    others = (
        one.end
        for one in facts.queues
        if one.work_center == center and one.order != facts.order.number
    )
    return max(others, default=facts.signal.time)


def _clear(facts: Facts, operation: Operation, start: datetime, hours: timedelta) -> datetime:
    """Return the first start that does not run into a maintenance window."""
    equipment = {one.equipment for one in facts.centers if one.number == operation.work_center}
    for window in sorted(facts.windows or (), key=lambda one: one.start):
        if window.equipment in equipment and start < window.end and start + hours > window.start:
            start = window.end
    return start


def _certificates(facts: Facts, plant: Plant, runs: tuple[Run, ...], asked: Asked) -> list[Finding]:
    """Look for somebody who may do each kind of work while it is done."""
    ends = {run.work_center: run.end for run in runs}
    needed = {center: _skill(facts, plant, center) for center in sorted(_places(facts.order))}
    if asked.skill is not None:
        where = asked.work_center or sorted(needed)[0] if needed else ""
        needed[where] = asked.skill
    found = list[Finding]()
    for center, skill in needed.items():
        if skill is not None:
            until = max(ends.get(center, facts.order.planned_end), facts.signal.time)
            found += _holders(facts, plant, center, skill, until)
    return found


def _skill(facts: Facts, plant: Plant, center: str) -> str | None:
    named = (one.required_skill for one in facts.centers if one.number == center)
    return next((one for one in named if one), plant.feasibility.skills.get(center))


def _holders(facts: Facts, plant: Plant, center: str, skill: str, until: datetime) -> list[Finding]:
    said: dict[str, Any] = {"skill": skill, "center": center}
    if facts.certificates is None:
        says = text("Nobody says who is certified for {skill} at {center}", **said)
        return [Finding(Part.CERTIFICATE, NOTED, says, ("certificates",))]
    today, last = plant.local(facts.signal.time).date(), plant.local(until).date()
    holders = [
        one
        for one in facts.certificates
        if one.skill == skill and one.valid_from <= today <= one.valid_until
    ]
    if not holders:
        says = text("Nobody is certified for {skill} at {center}", **said)
        return [Finding(Part.CERTIFICATE, NONE, says, ("certificates",))]
    if all(one.valid_until < last for one in holders):
        says = text("All certificates for {skill} at {center} end before it is done", **said)
        return [Finding(Part.CERTIFICATE, RISKY, says, ("certificates",))]
    return []
