"""Downtime: a machine stands, and not everybody who has to know has been told the same.

Seen when    the MES reports that a machine stopped, or that it runs again after a stop.
Settled by   one maintenance notification for the fault, with asset, shift and the order that was
             hit; the same statement goes to the shift's supervisor and to controlling. Nothing
             where maintenance knows, the stop was planned, or too short to matter.
Never        raises a second notification for one fault; never names an asset nobody keeps; never
             makes a breakdown out of a stop that was planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from agent.actions.action import Action
from agent.actions.notify_maintenance import NotifyMaintenance
from agent.actions.open_task import OpenTask
from agent.case.conflict import Criticality, Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.clues import mentions, understood
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Each,
    Method,
    Playbook,
    Received,
    Risk,
    Trigger,
)
from agent.playbooks.reckoning import told
from tools.objects.downtime import DowntimeEvent
from tools.objects.equipment import Equipment
from tools.objects.machine import MachineState, Running
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceStatus,
    MaintenanceWindow,
    NotificationDraft,
)
from tools.objects.money import Money
from tools.objects.reading import System
from tools.objects.shift import Shift
from tools.objects.task import TaskDraft
from tools.plant.mappings import Trade
from tools.plant.model import Plant

LIVE = frozenset({MaintenanceStatus.OPEN, MaintenanceStatus.IN_PROCESS})
# A machine restarted that trips again at once has one fault, not two.
ONE_FAULT = timedelta(minutes=30)
LONGEST_TITLE = 40


def _of_each(assets: Sequence[Equipment]) -> list[dict[str, str]]:
    return [{"equipment": asset.number} for asset in assets]


@dataclass(frozen=True)
class Facts:
    """The stops of the plant, the assets of the machine, and what maintenance has of them."""

    signal: Annotated[Signal, Received()]
    stops: Annotated[tuple[DowntimeEvent, ...], System.MES]
    assets: Annotated[tuple[Equipment, ...], System.CMMS]
    notifications: Annotated[
        tuple[MaintenanceNotification, ...],
        System.CMMS,
        Each("assets", _of_each),
        Method("notifications"),
    ]
    machine: Annotated[MachineState | None, System.MES]
    windows: Annotated[tuple[MaintenanceWindow, ...] | None, System.CMMS]
    shifts: Annotated[tuple[Shift, ...] | None, System.MES]


CAUSES = (
    Cause("not_notified", text("The machine stands or stood, and maintenance has no word of it")),
    Cause("not_technical", text("It stands for a reason of the shop floor's own"), Risk.LOW),
    Cause("asset_unclear", text("Nobody can say which asset of the work centre it is"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("Everybody who has to know does, or it need not be told"), Risk.LOW),
)


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say whether the stop is maintenance's, and whether they have been told."""
    stop = _stop(facts)
    if stop is None or _still_open(facts, stop):
        return ()
    known, trade = _known(facts, stop, plant), plant.mappings.downtime_reasons.get(stop.reason)
    if known is not None:
        return [told(one.name, one.name == NOT_A_CONFLICT, known, *_CITES) for one in CAUSES]
    if stop.planned:
        return ()  # planned by its mark, and no plan in its reason: who is right, nobody can say
    asset, reason = _asset(facts, stop), text("The reason is {reason}", reason=stop.reason)
    open_now = text("No notification tells of it")
    leanings = [
        told(NOT_A_CONFLICT, False, open_now, "stops", "notifications", "windows"),
        *_clues(f"{stop.note} {facts.signal.text}", trade),
    ]
    match trade:
        case Trade.TECHNICAL | Trade.OPERATIONAL:
            mine = trade is Trade.TECHNICAL
            leanings += [
                told("not_technical", not mine, reason, "stops"),
                told("not_notified", mine and asset is not None, reason, "stops", "assets"),
                told("asset_unclear", mine and asset is None, _assets_said(facts), "assets"),
            ]
        case Trade.PLANNED:
            return ()  # planned by its reason, unplanned by its mark: who is right, nobody can say
        case None:
            pass  # a reason nobody has explained decides nothing; words may
    return leanings


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Notify maintenance, and tell supervisor and controlling the same."""
    stop = _stop(facts)
    asset = _asset(facts, stop) if stop else None
    if cause == NOT_A_CONFLICT:
        return Remedy(cause, text("Nobody is left to be told"), hard=())
    if stop is not None and cause == "not_technical":
        summary = text("Tell the shift that {machine} stands", machine=stop.work_center)
        return Remedy(cause, summary, hard=(), soft=_told_alike(facts, stop, plant))
    if stop is None or asset is None or cause != "not_notified":
        return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
    draft = _draft(facts, stop, asset, plant)
    return Remedy(
        cause=cause,
        summary=text("Notify maintenance of {asset}", asset=asset.number),
        hard=(NotifyMaintenance(draft),),
        soft=_told_alike(facts, stop, plant),
        changes=(Change("CMMS", asset.number, "notification", "none", draft.text),),
        rests_on=("stops", "assets", "notifications", "windows"),
        value=Money(Decimal(0), plant.currency),
        unread_note=not understood(stop.note, "fault"),
    )


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Ask the shift's supervisor what stands, and why."""
    stop = _stop(facts)
    said = PLAYBOOK.told(shortlist)
    machine = facts.signal.keys["work_center"]
    title = f"{machine} stands: what is it?"
    order, shift = (_order(facts, stop), _shift(facts, stop)) if stop else (None, None)
    supervisor = shift.supervisor if shift else None
    return (OpenTask(TaskDraft(plant.code, title, said, order, supervisor)),)


_CITES = ("stops", "notifications", "windows", "assets")


def _stop(facts: Facts) -> DowntimeEvent | None:
    """Return the stop the signal names, else the machine's latest: not every MES numbers them.

    One that goes on while the machine runs is contradicted by it.
    """
    machine, named = facts.signal.keys["work_center"], facts.signal.keys.get("downtime")
    own = [stop for stop in facts.stops if stop.work_center == machine]
    latest = max(own, key=lambda stop: stop.started_at, default=None)
    stop = next((one for one in own if one.number == named), latest)
    runs = facts.machine is not None and facts.machine.state is Running.RUNNING
    return None if stop is not None and stop.ended_at is None and runs else stop


def _order(facts: Facts, stop: DowntimeEvent) -> str | None:
    """Return the order that was hit: as the stop says, else what is on the machine."""
    standing = facts.machine if stop.ended_at is None else None
    return stop.order or (standing.order if standing else None)


def _asset(facts: Facts, stop: DowntimeEvent | None) -> Equipment | None:
    """Return the asset that stands; of several at the work centre, only the one the MES names."""
    if stop is not None and stop.equipment is not None:
        named = stop.equipment
        return next((one for one in facts.assets if one.number == named), None)
    active = [one for one in facts.assets if one.active]
    return active[0] if len(active) == 1 else None


def _known(facts: Facts, stop: DowntimeEvent, plant: Plant) -> Text | None:
    """Say why nobody is left to be told, or None."""
    short = timedelta(minutes=plant.tolerances.short_stop_minutes)
    if stop.ended_at is not None and stop.ended_at - stop.started_at < short:
        return text("It ran again after {minutes} minutes", minutes=_minutes(stop))
    asset = _asset(facts, stop)
    window = next((one for one in facts.windows or () if _within(one, asset, stop)), None)
    if window is not None:
        return text("Maintenance has it until {end}", end=_clock(window.end, plant))
    trade = plant.mappings.downtime_reasons.get(stop.reason)
    if stop.planned and trade in {Trade.PLANNED, None}:
        return text("The stop was planned")
    note = next((one for one in facts.notifications if _tells(one, asset, stop, facts)), None)
    return text("Notification {number} tells of it", number=note.number) if note else None


def _within(window: MaintenanceWindow, asset: Equipment | None, stop: DowntimeEvent) -> bool:
    fits = asset is not None and window.equipment == asset.number
    return fits and window.start <= stop.started_at < window.end


def _tells(
    one: MaintenanceNotification, asset: Equipment | None, stop: DowntimeEvent, facts: Facts
) -> bool:
    """Return whether a notification tells of this fault, or of the same one before a restart."""
    if asset is None or one.equipment != asset.number:
        return False
    since, until = one.malfunction_start or one.reported_at, one.malfunction_end
    began = _fault_began(facts, stop)
    if until is None:
        return one.status in LIVE and since >= began - ONE_FAULT
    return since - ONE_FAULT <= began <= until


def _still_open(facts: Facts, stop: DowntimeEvent) -> bool:
    """Return whether a breakdown of the asset, told long before, was never closed.

    The machine has run since, or it is the same fault all the time: nobody can say from here.
    """
    asset, began = _asset(facts, stop), _fault_began(facts, stop)
    return any(
        asset is not None
        and one.equipment == asset.number
        and one.breakdown
        and one.status in LIVE
        and one.malfunction_end is None
        and (one.malfunction_start or one.reported_at) < began - ONE_FAULT
        for one in facts.notifications
    )


def _fault_began(facts: Facts, stop: DowntimeEvent) -> datetime:
    """Return when the fault began: stops for one reason that follow each other are one fault."""
    began = stop.started_at
    alike = (one for one in facts.stops if one.work_center == stop.work_center)
    earlier = [one for one in alike if one.reason == stop.reason and one.ended_at is not None]
    for one in sorted(earlier, key=lambda one: one.started_at, reverse=True):
        if one.ended_at is not None and timedelta(0) <= began - one.ended_at <= ONE_FAULT:
            began = one.started_at
    return began


def _clues(note: str, trade: Trade | None) -> list[Leaning]:
    """Say what the operator's note points to; against the reason code it contests it."""
    says, found = text("The operator's note says so"), list[Leaning]()
    for clue, cause, own in (
        ("fault", "not_notified", Trade.TECHNICAL),
        ("lacking", "not_technical", Trade.OPERATIONAL),
    ):
        if mentions(note, clue):
            weight = 2 if trade in {own, None} else 3
            found.append(Leaning(cause, weight, says, ("stops",), from_free_text=True))
    both = {leaning.cause for leaning in found} == {"not_notified", "not_technical"}
    return [] if both else found


def _told_alike(facts: Facts, stop: DowntimeEvent, plant: Plant) -> tuple[Action, ...]:
    """Return the same statement for the shift's supervisor and for controlling."""
    shift, said = _shift(facts, stop), _statement(facts, stop, plant)
    people = (shift.supervisor if shift else None, "controlling")
    title = f"Downtime of {stop.work_center}"
    return tuple(
        OpenTask(TaskDraft(plant.code, title, said, _order(facts, stop), person))
        for person in people
    )


def _draft(facts: Facts, stop: DowntimeEvent, asset: Equipment, plant: Plant) -> NotificationDraft:
    title = f"{stop.work_center} {stop.reason}: {stop.note}".strip(": ")
    return NotificationDraft(
        plant=plant.code,
        equipment=asset.number,
        text=title[:LONGEST_TITLE],
        long_text=_statement(facts, stop, plant),
        breakdown=stop.ended_at is None,
        malfunction_start=stop.started_at,
        malfunction_end=stop.ended_at,
    )


def _statement(facts: Facts, stop: DowntimeEvent, plant: Plant) -> str:
    """Say what stood from when to when, who worked, and which order was hit."""
    shift, order = _shift(facts, stop), _order(facts, stop)
    lines = (
        f"Stop {stop.number} of {stop.work_center}, {'' if stop.planned else 'not '}planned",
        f"from {_clock(stop.started_at, plant)}"
        + (f" to {_clock(stop.ended_at, plant)}" if stop.ended_at else ", still standing"),
        f"reason {stop.reason}",
        f"order {order}" if order else "no order",
        f"shift {shift.name}" if shift else "shift unknown",
        *((f"note: {stop.note}",) if stop.note else ()),
    )
    return "; ".join(lines)


def _shift(facts: Facts, stop: DowntimeEvent) -> Shift | None:
    """Return the shift in which it stopped."""
    return next((one for one in facts.shifts or () if one.start <= stop.started_at < one.end), None)


def _minutes(stop: DowntimeEvent) -> int:
    ended = stop.ended_at or stop.started_at
    return int((ended - stop.started_at).total_seconds() // 60)


def _clock(moment: datetime, plant: Plant) -> str:
    return f"{plant.local(moment):%Y-%m-%d %H:%M}"


def _assets_said(facts: Facts) -> Text:
    numbers = ", ".join(one.number for one in facts.assets) or "none"
    return text("Maintenance keeps {numbers} at this work centre", numbers=numbers)


def _question(cause: str, facts: Facts) -> Text:
    return text(
        "{says}: {machine}. {assets}",
        says=PLAYBOOK.cause(cause).says,
        machine=facts.signal.keys["work_center"],
        assets=_assets_said(facts),
    )


PLAYBOOK = Playbook(
    number="P23",
    title=text("Downtime"),
    business_object="equipment",
    object_key="work_center",
    endpoint="API_MAINTNOTIFICATION",
    triggers=(Trigger("concord.downtime.reported.v1", keys=("work_center",)),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
    criticality=Criticality.HIGH,
)
