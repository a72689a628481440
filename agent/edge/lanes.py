"""Lanes: what keeps the order of signals, one lane per business object. Pure.

The core settles what a signal is about; the edge only needs to know which signals must not overtake
each other. So a lane is the object's name without the plant, by the playbooks' own words; what no
playbook recognises has a lane of its own, and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.case.conflict import Signal
from agent.identifying import conflict_of
from agent.ingress.translating import is_foreign, translated
from agent.intake import Letter, Malformed, read_signal
from agent.playbooks.catalog import Catalog

SOMEWHERE = "?"
"""Stands for the plant of a signal that does not name it; the core reads it back."""


def signal_of(event: Mapping[str, Any], now: datetime) -> Signal | None:
    """Return the signal an event is, in whosever words; None where only the core may know."""
    try:
        made = translated(event).event if is_foreign(event) else event
        return read_signal({**made, "data": {"plant": SOMEWHERE, **made["data"]}}, now)
    except (Malformed, KeyError, TypeError):
        return None


def lane_of(letter: Letter, signal: Signal | None, catalog: Catalog) -> str:
    """Return the lane of a signal."""
    conflict = conflict_of(signal, catalog) if signal is not None else None
    if conflict is None:
        return f"signal/{letter.source}/{letter.id}"
    return conflict.object.removeprefix(f"{conflict.plant}/")
