"""What a run of the demo came to: cases by how they ended, and what the plant's own journal says.

``lost`` and ``posted_twice`` are counted from the journal and the books, never from Concord's own
tables: a write of which every answer got lost and which was never committed is lost; two committed
writes with one reference, or one goods issue booked twice, are posted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from agent.case.ruling import Settlement, Verb
from agent.records.states import PostingState
from agent.records.tracing import Trace
from tools.sandbox.journal import LOST, Entry, Journal
from tools.sandbox.world import World

HELD = frozenset({"hold_confirmation", "place_hold"})


@dataclass(frozen=True)
class Tally:
    """The demo's last line."""

    signals: int
    cases: int
    acted: int
    asked: int
    held: int
    observed: int
    lost: int
    posted_twice: int
    audit_ok: bool
    seconds: float


def ended(trace: Trace) -> str:
    """Say in a word how a case ended: acted, asked, held, observed, closed or failed."""
    case = trace.case
    if case.settlement is Settlement.OBSERVED:
        return "observed"
    if case.settlement is Settlement.CORRECTED:
        return "acted"
    if case.settlement is not None:
        return "closed"
    if trace.attempts and trace.attempts[-1].ruling["verb"] == Verb.HOLD.value:
        return "held"
    done = {PostingState.CONFIRMED, PostingState.PARTIAL}
    if any(posting.kind in HELD and posting.state in done for posting in trace.postings):
        return "held"
    return "asked" if case.waiting_for is not None else "failed"


def lost(journal: Journal) -> int:
    """Count the references whose every write got lost on the way and was never committed."""
    tried: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in journal.entries:
        if entry.reference is not None:
            key = (str(entry.server), entry.operation, entry.reference)
            tried.setdefault(key, []).append(entry)
    return sum(
        1
        for entries in tried.values()
        if not any(entry.committed for entry in entries)
        and all(entry.answered == LOST for entry in entries)
    )


def posted_twice(world: World) -> int:
    """Count what is in the books twice: by reference, and by business content."""
    return len(world.journal.duplicates()) + _same_content(_issues(world))


def _issues(world: World) -> Iterator[tuple[str, ...]]:
    """Walk the goods issues that stand, each with the reference of what it books."""
    items = world.s4.document_items
    undone = {
        (str(row.get("ReversedMaterialDocument")), str(row.get("ReversedMaterialDocumentItem")))
        for row in items.values()
    }
    for key, row in items.items():
        year, number, item = key
        reference = str(world.s4.documents[(year, number)].get("ReferenceDocument") or "")
        if reference and row.get("GoodsMovementType") == "261" and (number, item) not in undone:
            fields = ("ManufacturingOrder", "Material", "Batch", "QuantityInBaseUnit")
            yield (*(str(row.get(name, "")) for name in fields), reference)


def _same_content(rows: Iterator[tuple[str, ...]]) -> int:
    return sum(count - 1 for count in Counter(rows).values() if count > 1)
