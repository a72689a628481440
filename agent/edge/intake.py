"""What the edge makes of a request: read as the core reads it, judged only as far as it must.

What has no name cannot be sent twice without being doubled, and what somebody may not send is not
handed on as if it were the edge's own word: both are dead letters here. All else is the core's to
judge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from agent.case.conflict import Signal
from agent.correlation import current
from agent.edge.buffer import Incoming, Kept
from agent.edge.lanes import SOMEWHERE, lane_of, signal_of
from agent.ingress.sender import Sender
from agent.intake import LONGEST, Letter, Malformed, letter_of, parse
from agent.playbooks.catalog import Catalog

NOBODY = "unknown"


def incoming(raw: bytes, sender: Sender, catalog: Catalog, now: datetime) -> Incoming:
    """Return an event on its way into the buffer; never raises."""
    try:
        event = parse(raw)
    except Malformed as problem:
        return _dead(Letter(NOBODY, _mark(raw)), raw[:LONGEST], sender, problem, 400)
    letter = letter_of(event)
    body = json.dumps(event, separators=(",", ":")).encode()
    if letter is None:
        problem = Malformed("source, id", "are what a signal is known by, and missing")
        return _dead(Letter(NOBODY, _mark(body)), body, sender, problem, 422)
    signal = signal_of(event, now)
    objection = sender.may_not(letter.source, _plant(event, signal))
    if objection is not None:
        stranger = Letter(f"{sender.name} as {letter.source}", letter.id)
        return _dead(stranger, body, sender, objection, 403)
    lane = lane_of(letter, signal, catalog)
    return Incoming(letter.source, letter.id, lane, body, sender.name, current())


def said_of(one: Incoming, kept: Kept) -> dict[str, Any]:
    """Say what became of a signal, and the status that goes with it."""
    if one.status is not None:
        said = one.reason or ""
        field = said.partition(":")[0]
        return {"status": one.status, "detail": said, "field": field, "dead_letter": kept.place}
    how = "duplicate" if kept.again else "buffered"
    return {"status": 200 if kept.again else 202, "case": None, "how": how}


def distinct(many: Sequence[Incoming]) -> list[Incoming]:
    """Return those whose name comes first; a batch may hold one twice."""
    return list({(one.source, one.signal): one for one in reversed(many)}.values())[::-1]


def _plant(event: Mapping[str, Any], signal: Signal | None) -> str | None:
    """Return the plant an event is about; None where only the core can find out."""
    if signal is not None:
        return None if signal.plant == SOMEWHERE else signal.plant
    data: Any = event.get("data")
    named = cast(dict[str, Any], data).get("plant") if isinstance(data, dict) else None
    return named if isinstance(named, str) else None


def _dead(letter: Letter, body: bytes, sender: Sender, problem: Malformed, status: int) -> Incoming:
    lane, reason = f"signal/{letter.source}/{letter.id}", str(problem)
    return Incoming(letter.source, letter.id, lane, body, sender.name, current(), status, reason)


def _mark(raw: bytes) -> str:
    return "sha256:" + hashlib.sha256(raw).hexdigest()
