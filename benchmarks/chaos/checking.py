"""The checker: what became of every deficit, by the plant's own journal and books.

It knows nothing of Concord's tables. It knows what the lines took, what was told and acknowledged,
what people said, and what the API says is left to a person; all else it asks the plant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from benchmarks.chaos.leave import (
    MOVES_STOCK,
    SENT_AGAIN,
    Said,
    Shown,
    Split,
    approvals,
    moved_to_line,
    rejected,
    split,
    without_leave,
)
from benchmarks.chaos.plant import LEFT, Deficit, at_line
from benchmarks.chaos.telling import Accepted
from benchmarks.chaos.turns import Turn, asking_ended, out_of_order
from tools.sandbox.delivery import short
from tools.sandbox.journal import Duplicate, Entry
from tools.sandbox.world import World


@dataclass(frozen=True)
class Told:
    """All that was said and heard outside of Concord.

    Attributes:
        deficits: What the lines took.
        accepted: Which of them were acknowledged, and as which cases.
        became: Every case that each became.
        shown: What people were shown, by case.
        said: What they said of it, by case.
        unknown: The cases that were left to a person because a posting's outcome is unknown.
        timelines: What the API tells of the cases people decided on.
    """

    deficits: Sequence[Deficit]
    accepted: Mapping[int, Sequence[Accepted]]
    became: Mapping[int, Set[str]]
    shown: Mapping[str, Sequence[Shown]]
    said: Mapping[str, Sequence[Said]]
    unknown: frozenset[str]
    timelines: Mapping[str, Sequence[Mapping[str, Any]]] = field(
        default_factory=dict[str, Sequence[Mapping[str, Any]]]
    )

    def cases(self, one: Deficit) -> Set[str]:
        """Return the cases that a deficit became."""
        return self.became[one.number]

    def left(self, one: Deficit) -> bool:
        """Whether a deficit was left to a person because nobody knows what was posted."""
        return not self.unknown.isdisjoint(self.cases(one))

    def rejected(self, one: Deficit) -> bool:
        """Whether somebody rejected to settle a deficit."""
        return any(rejected(self.said.get(case, ())) for case in self.cases(one))

    def split(self, world: World, case: str, entries: Sequence[Entry]) -> Split:
        """Tell what of a case was posted with a person's leave from what was not."""
        given = approvals(self.said.get(case, ()), self.shown.get(case, ()))
        return split(world, given, entries)


@dataclass(frozen=True)
class Found:
    """What is wrong, each with what it is about."""

    effects: int
    duplicates: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])
    order_violations: list[str] = field(default_factory=list[str])
    unauthorised: list[str] = field(default_factory=list[str])


def check(world: World, told: Told) -> Found:
    """Compare what the plant shows with what should be there."""
    effects = [e for e in world.journal.committed() if e.operation in MOVES_STOCK]
    by_case = defaultdict[str, list[Entry]](list)
    for entry in effects:
        by_case[entry.correlation or ""].append(entry)
    posted = _posted(world, told.deficits)
    return Found(
        effects=len(effects),
        duplicates=[*_twice(world, posted), *_moved_too_much(world, told, posted, by_case)],
        missing=list(_missing(told, posted)),
        order_violations=list(_out_of_order(world, told, by_case)),
        unauthorised=list(_unauthorised(world, told, posted, by_case)),
    )


def _posted(world: World, deficits: Sequence[Deficit]) -> dict[int, int]:
    """Count the documents in the ERP that book a deficit's issue."""
    counted = Counter(
        str(row.get("ReferenceDocument") or "") for row in world.s4.documents.values()
    )
    return {
        one.number: counted[short(world.dm.documents[one.document].reference) or "?"]
        for one in deficits
    }


def _twice(world: World, posted: Mapping[int, int]) -> Iterator[str]:
    for twice in world.journal.duplicates():
        if twice.operation == SENT_AGAIN and _each_refused(world, twice):
            continue
        yield f"{twice.operation} with reference {twice.reference}: {len(twice.entries)} times"
    for number, count in posted.items():
        if count > 1:
            yield f"the issue of deficit {number}: {count} times"


def _each_refused(world: World, again: Duplicate) -> bool:
    """Whether a message that was sent again more than once was refused anew in between.

    What it books is counted with the documents. Each sending reaches the ERP by itself, so there
    are as many as the times it was sent again, and the first.
    """
    sent = [e for e in world.journal.committed() if e.document == again.entries[0].document]
    message = world.dm.messages[again.entries[0].document or ""]
    return message.attempts == 1 + sum(e.operation == SENT_AGAIN for e in sent)


def _moved_too_much(
    world: World,
    told: Told,
    posted: Mapping[int, int],
    by_case: Mapping[str, Sequence[Entry]],
) -> Iterator[str]:
    """Whatever was moved to a line must have been issued from there.

    What was moved for a deficit that nobody knows the outcome of may still lie there; no more.
    """
    for material in {one.part.material for one in told.deficits}:
        mine = [one for one in told.deficits if one.part.material == material]
        left = at_line(world, material)
        wanted = Decimal(0) if any(posted[one.number] for one in mine) else LEFT
        doubtful = [
            entry
            for one in mine
            if told.left(one) and not posted[one.number]
            for case in told.cases(one)
            for entry in by_case.get(case, ())
        ]
        most = wanted + moved_to_line(world, doubtful)
        if not wanted <= left <= most:
            said = f"{wanted} should" if most == wanted else f"{most} could at most"
            yield f"{material}: {left} lie at the line, {said}"


def _missing(told: Told, posted: Mapping[int, int]) -> Iterator[str]:
    for one in told.deficits:
        if not (posted[one.number] or told.left(one) or told.rejected(one)):
            cases = ", ".join(sorted(told.cases(one)))
            yield f"deficit {one.number} ({cases}) was never issued, and nobody rejected it"


def _out_of_order(
    world: World, told: Told, by_case: Mapping[str, Sequence[Entry]]
) -> Iterator[str]:
    cases = defaultdict[str, dict[str, Accepted | None]](dict)
    for one in told.deficits:
        cases[one.part.order] |= dict.fromkeys(told.cases(one))
    for one in told.deficits:
        heard = (each for each in told.accepted.get(one.number, ()) if each.opened)
        cases[one.part.order] |= {each.case: each for each in heard}
    for order, some in cases.items():
        turns = list[Turn]()
        for case, heard in some.items():
            known = told.split(world, case, by_case.get(case, ()))
            turns += _turns(case, known, heard, told.timelines.get(case, ()))
        yield from out_of_order(order, turns)


def _turns(
    case: str, known: Split, heard: Accepted | None, timeline: Sequence[Mapping[str, Any]]
) -> Iterator[Turn]:
    """Return the turns in which a case posted: its signal's, and one for each approval."""
    sent = heard.sent if heard else None
    if known.alone:
        first, *_, last = _places(known.alone)
        yield Turn(case, sent, heard.acknowledged if heard else None, first, last)
    for approval, entries in known.approved:
        if entries:
            attempt = approval.shown.attempt
            its_own = asking_ended(timeline, attempt, approval.since)
            first, *_, last = _places(entries)
            began = approval.clicked if its_own else sent
            yield Turn(f"{case}, attempt {attempt},", began, approval.heard, first, last)


def _places(entries: Sequence[Entry]) -> list[int]:
    """Return where writes stand in the journal: the first, the last, and what is between."""
    places = sorted(entry.sequence for entry in entries)
    return [places[0], *places]


def _unauthorised(
    world: World, told: Told, posted: Mapping[int, int], by_case: Mapping[str, Sequence[Entry]]
) -> Iterator[str]:
    known = {case for one in told.deficits for case in told.cases(one)}
    known |= {one.message for one in told.deficits}  # the MES goes by the number of its message
    for case, entries in by_case.items():
        if case not in known:
            yield f"{entries[0].operation} for {case or 'nobody'}, which is no case"
    for one in told.deficits:
        if told.rejected(one) and posted[one.number]:
            yield f"deficit {one.number} was issued though it was rejected"
        for case in told.cases(one):
            entries = by_case.get(case, ())
            if entries and rejected(told.said.get(case, ())):
                yield f"case {case} wrote though it was rejected"
            elif entries:
                alone = told.split(world, case, entries).alone
                for deed in without_leave(world, one.wanted, alone):
                    yield f"case {case}: nobody approved to {deed}"
