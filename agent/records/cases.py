"""Cases, from arrival to outcome: the door by which the machine reaches its records.

Each call is one transaction, its audit entry in it, carried out in a thread. Whoever has a
transaction open already, or no event loop, uses the functions of the modules beside this one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Conflict
from agent.case.ruling import Decision, Role
from agent.plain import dump
from agent.records import (
    arrivals,
    audit,
    byhand,
    deadletters,
    decisions,
    gates,
    outcomes,
    pages,
    phases,
    remedies,
    unheard,
)
from agent.records.answers import Answered, Decided, Pending, Permits, asked_role_decides
from agent.records.arrivals import Arrived, Received, Reread
from agent.records.byhand import ByHand
from agent.records.database import Database
from agent.records.deadletters import DeadLetter
from agent.records.gates import Enqueue, Turn
from agent.records.outcomes import Outcome, Tally
from agent.records.pages import CaseView, Page, Wish
from agent.records.remedies import NoSuchCase, Pin
from agent.records.states import CaseStatus, How, LetterState, Trigger, TurnState
from agent.records.tables import TurnRow
from tools.plant.model import Plant

log = logging.getLogger("concord.records")

__all__ = [
    "Answered",
    "Arrived",
    "CaseRecords",
    "CaseStatus",
    "CaseView",
    "DeadLetter",
    "Decided",
    "Enqueue",
    "How",
    "NoSuchCase",
    "Outcome",
    "Page",
    "Pending",
    "Pin",
    "Received",
    "Tally",
    "Trigger",
    "Turn",
    "Wish",
]

T = TypeVar("T")


class CaseRecords:
    """The records of cases, for asynchronous callers.

    Args:
        database: Where they lie.
        clock: Tells the time.
        permits: Says who may decide what.
        trail: Whose end is sealed now and then; None leaves that to ``concord audit checkpoint``.
        reread: Understands a signal once more that a case did not hear before it was settled.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        permits: Permits = asked_role_decides,
        trail: audit.AuditTrail | None = None,
        reread: Reread = arrivals.not_understood,
    ) -> None:
        self._database = database
        self._clock = clock
        self._permits = permits
        self._trail = trail
        self._reread = reread

    async def receive(self, arrived: Arrived, enqueue: Enqueue) -> Received:
        """Take a signal in."""
        return await self._write(lambda s, at: arrivals.receive(s, arrived, enqueue, at))

    async def case(self, case: str) -> CaseView | None:
        """Return a case."""
        return await self._read(lambda s: pages.case(s, case))

    async def page(self, wish: Wish, after: str | None = None, limit: int = 50) -> Page:
        """Return one page of cases."""
        return await self._read(lambda s: pages.page(s, wish, after, limit))

    async def count(self, wish: Wish) -> dict[CaseStatus, int]:
        """Return how many cases there are in each status."""
        return await self._read(lambda s: pages.count(s, wish))

    async def hear(self, case: str) -> None:
        """Take it that a case knows all it was told: its facts are about to be read."""
        await self._write(lambda s, _: unheard.hear(s, case))

    async def identified(self, case: str, conflict: Conflict) -> None:
        """Note what kind of conflict a case turned out to be: by a model's word, or another."""
        await self._write(lambda s, at: _identify(s, case, conflict, at))

    async def pin(self, wanted: Pin) -> Pin:
        """Write an attempt down, or take over the one written down before."""
        return await self._write(lambda s, at: remedies.pin(s, wanted, at))

    async def pinned(self, case: str, attempt: int | None = None) -> Pin | None:
        """Return an attempt at a case, the latest unless one is named."""
        return await self._read(lambda s: remedies.pinned(s, case, attempt))

    async def ask(self, case: str) -> str:
        """Ask for a decision on the latest attempt; return its id."""
        return await self._write(lambda s, at: decisions.ask(s, case, at))

    async def pending(self, case: str) -> Pending | None:
        """Return the question a case waits with."""
        return await self._read(lambda s: decisions.pending(s, case))

    async def decide_alone(self, case: str) -> Decided:
        """Record the approval that the ruling on the latest attempt amounts to."""
        return await self._write(lambda s, at: decisions.decide_alone(s, case, at))

    async def decide(self, answered: Answered, enqueue: Enqueue) -> Decided:
        """Record a person's decision and give the case its turn."""
        return await self._write(
            lambda s, at: decisions.decide(s, answered, enqueue, at, self._permits)
        )

    async def decided(self, decision: str) -> Decided | None:
        """Return a decision that was taken."""
        return await self._read(lambda s: decisions.decided(s, decision))

    async def same_as_before(self, answered: Answered) -> Decision | None:
        """Return the decision that this is the second telling of."""
        return await self._read(lambda s: decisions.same_as_before(s, answered))

    async def snooze(self, case: str, until: datetime, by: str, reason: str) -> None:
        """Take a case off the list until a time."""
        await self._write(lambda s, at: decisions.snooze(s, case, until, by, reason, at))

    async def forward(
        self, case: str, to: Role, by: str, reason: str, person: str | None = None
    ) -> None:
        """Ask another role, or one person in it, instead."""
        await self._write(lambda s, at: decisions.forward(s, case, to, by, reason, at, person))

    async def mark(
        self, case: str, status: CaseStatus, why: str = "", who: str = audit.MACHINE
    ) -> None:
        """Set where a case stands."""
        await self._write(lambda s, at: _mark(s, case, status, why, who, at))

    async def note(
        self, case: str, what: str, details: Mapping[str, Any], who: str = audit.MACHINE
    ) -> None:
        """Write something about a case down in the audit."""
        entry = audit.Entry(who, what, case, details=details)
        await self._write(lambda s, at: audit.append(s, entry, at))

    async def correlation(self, case: str) -> str | None:
        """Return the latest request that a case has to do with."""
        return await self._read(lambda s: audit.correlation_of(s, case))

    async def settle(self, outcome: Outcome, at: datetime | None = None) -> None:
        """Record what became of a case."""
        await self._write(lambda s, now: outcomes.settle(s, outcome, at or now))
        await self._checkpoint()

    async def outcome(self, case: str) -> Outcome | None:
        """Return what became of a case."""
        return await self._read(lambda s: outcomes.outcome_of(s, case))

    async def rejections(self, kind: str) -> dict[str, Tally]:
        """Return how the remedies of each cause of a kind were decided on."""
        return await self._read(lambda s: outcomes.rejections(s, kind))

    async def settle_by_hand(self, said: ByHand, enqueue: Enqueue) -> bool:
        """Settle a case by a person's word; False if they have given it before."""
        fresh = await self._write(
            lambda s, at: byhand.settle_by_hand(s, said, self._reread, enqueue, at)
        )
        await self._checkpoint()
        return fresh

    async def look_again(self, said: ByHand, enqueue: Enqueue) -> Turn:
        """Have a case worked out anew that was left to a person."""
        return await self._write(lambda s, at: byhand.have_looked_at_again(s, said, enqueue, at))

    async def wake(self, case: str, enqueue: Enqueue) -> Turn:
        """Give a case another turn without a decision."""
        return await self._write(lambda s, at: wake(s, case, enqueue, at))

    async def end_turn(self, turn: str, enqueue: Enqueue, failed: str | None = None) -> Turn | None:
        """End a turn and hand the gate on; a failed one buries its case."""
        return await self._write(lambda s, at: end_turn(s, turn, enqueue, at, failed, self._reread))

    async def running(self) -> list[Turn]:
        """Return the turns that hold a gate."""
        return await self._read(gates.running)

    async def dead_letters(self, state: LetterState | None = LetterState.LYING) -> list[DeadLetter]:
        """Return dead letters, the latest first."""
        return await self._read(lambda s: list(deadletters.listed(s, state)))

    async def dead_letter(self, number: int) -> DeadLetter | None:
        """Return one dead letter, whatever became of it."""
        return await self._read(lambda s: deadletters.letter(s, number))

    async def replay(self, letter: int, by: str, reread: Reread, enqueue: Enqueue) -> Received:
        """Try a dead letter once more."""
        return await self._write(
            lambda s, at: deadletters.replay(s, letter, by, reread, enqueue, at)
        )

    async def drop(self, letter: int, by: str, reason: str) -> None:
        """Put a dead letter aside for good."""
        await self._write(lambda s, at: deadletters.drop(s, letter, by, reason, at))

    async def in_force(self, plant: Plant) -> Plant:
        """Return a plant with the phases people have set over those of its file."""
        return await self._read(lambda s: phases.in_force(s, plant))

    async def _checkpoint(self) -> None:
        if self._trail is not None:
            await asyncio.to_thread(_seal, self._trail, self._clock())

    async def _write(self, work: Callable[[Session, datetime], T]) -> T:
        def run() -> T:
            with self._database.write() as session:
                return work(session, self._clock())

        return await asyncio.to_thread(run)

    async def _read(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._database.read() as session:
                return work(session)

        return await asyncio.to_thread(run)


def _seal(trail: audit.AuditTrail, at: datetime) -> None:
    """Seal the audit's end if that is due; a case is settled whether or not that can be done."""
    try:
        trail.checkpoint_if_due(at)
    except Exception:
        log.exception("the audit's end was not sealed")


def wake(session: Session, case: str, enqueue: Enqueue, at: datetime) -> Turn:
    """Give a case another turn, unless one without a decision is parked for it already."""
    row = remedies.case_row(session, case)
    parked = session.scalars(
        select(TurnRow).where(
            col(TurnRow.case_id) == case,
            col(TurnRow.state) == TurnState.PARKED,
            col(TurnRow.decision).is_(None),
        )
    ).first()
    if parked is not None:
        return gates.of_row(parked)
    turn = gates.take(session, row, Trigger.WAKE, enqueue, at)
    audit.append(session, audit.Entry(audit.MACHINE, "case woken", case), at)
    return turn


def end_turn(
    session: Session,
    turn: str,
    enqueue: Enqueue,
    at: datetime,
    failed: str | None = None,
    reread: Reread = arrivals.not_understood,
) -> Turn | None:
    """End a turn and hand the gate on; a failed one buries its case first.

    What its case was told and did not hear before it was settled comes in once more.
    """
    ending = gates.turn(session, turn)
    if ending is not None and ending.state in {TurnState.RUNNING, TurnState.PARKED}:
        if failed is not None:
            deadletters.bury_case(session, ending.case, failed, at)
        unheard.take_up(session, ending.case, reread, enqueue, at)
    return gates.hand_on(session, turn, enqueue, at, failed)


def _identify(session: Session, case: str, conflict: Conflict, at: datetime) -> None:
    row = remedies.case_row(session, case)
    plain = dump(conflict)
    if row.conflict == plain:
        return
    first = row.kind is None
    by = conflict.identified_by if first else conflict.handed_over_by
    details = {"before": row.kind, "now": conflict.kind, "by": by}
    if first:
        row.object = conflict.object  # its next turns pass the gate of what it is about
    row.kind, row.conflict, row.changed_at = conflict.kind, plain, at
    what = "case identified" if first else "case handed over"
    audit.append(session, audit.Entry(audit.MACHINE, what, case, None, details), at)


def _mark(
    session: Session, case: str, status: CaseStatus, why: str, who: str, at: datetime
) -> None:
    row = remedies.case_row(session, case)
    if row.status is status and row.why == why:
        return
    details = {"before": row.status.value, "now": status.value, "why": why}
    row.status, row.why, row.changed_at = status, why, at
    audit.append(session, audit.Entry(who, "case marked", case, details=details), at)
