"""Which objects are held: the record behind every kind of hold."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.nonconformance import Held, Hold
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.write import Call


def record(
    state: IgnitionState, kind: Held, held: str, plant: str, reason: str, reference: str, call: Call
) -> str:
    """Write a hold down and return its number."""
    hold = Hold(
        number=state.next_number(Record.HOLD),
        plant=plant,
        kind=kind,
        object=held,
        reason=reason,
        since=call.now,
        by="CONCORD",
        reference=reference,
    )
    state.put_hold(hold)
    return hold.number


def lift_all(state: IgnitionState, kind: Held, held: str) -> None:
    """Lift every active hold on an object."""
    for hold in tuple(state.holds.values()):
        if hold.active and hold.kind is kind and hold.object == held:
            state.put_hold(replace(hold, active=False))


def active(state: IgnitionState, plant: str, kind: Held, held: str) -> Hold | None:
    """Return the hold an object is under, if any."""
    for hold in state.holds.values():
        if hold.active and (hold.plant, hold.kind, hold.object) == (plant, kind, held):
            return hold
    return None
