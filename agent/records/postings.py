"""The ledger: every posting's way out, one row a key, moved only by compare-and-set.

intended → stale                  no longer wanted, before it went out
intended → sending → confirmed
                   → partial      posted, but not all that follows from it
                   → refused, stale    certainly not posted; a later plan arms it again
                   → unknown      → (after reading back) confirmed, partial, given up,
                                    or sending once more
                   → intended     certainly not posted: locked, too many requests, stale token
given up → confirmed, intended    a person has looked
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.plain import dump
from agent.records import restored
from agent.records.audit import MACHINE, Entry, append
from agent.records.database import Database
from agent.records.outbox import Notice, put
from agent.records.posting_rows import (
    Posting,
    get,
    given_up,
    of_case,
    of_document,
    of_row,
    open_ones,
    undone,
)
from agent.records.states import PostingState
from agent.records.tables import PostingRow
from tools.objects.sync import Refusal

__all__ = [
    "Busy",
    "Mark",
    "MovedMeanwhile",
    "NewPosting",
    "Posting",
    "PostingRecords",
    "PostingState",
]

T = TypeVar("T")

MOVES: Mapping[PostingState, frozenset[PostingState]] = {
    PostingState.INTENDED: frozenset(
        {PostingState.SENDING, PostingState.GIVEN_UP, PostingState.STALE}
    ),
    PostingState.SENDING: frozenset(PostingState) - {PostingState.SENDING},
    PostingState.UNKNOWN: frozenset(
        {
            PostingState.SENDING,
            PostingState.CONFIRMED,
            PostingState.PARTIAL,
            PostingState.UNKNOWN,
            PostingState.GIVEN_UP,
        }
    ),
    PostingState.REFUSED: frozenset({PostingState.INTENDED}),
    PostingState.STALE: frozenset({PostingState.INTENDED}),
    PostingState.GIVEN_UP: frozenset({PostingState.CONFIRMED, PostingState.INTENDED}),
    PostingState.CONFIRMED: frozenset(),
    PostingState.PARTIAL: frozenset(),
}
"""Which states may follow which. ``UNKNOWN`` after itself sets another time to look again."""


class MovedMeanwhile(Exception):
    """The posting is no longer where the caller believed; effects read it again."""

    def __init__(self, key: str, actual: PostingState) -> None:
        super().__init__(f"posting {key} is {actual.value}")
        self.key, self.actual = key, actual


class NoSuchMove(ValueError):
    """A posting cannot go from this state to that; a developer reacts."""


class NoSuchPosting(KeyError):
    """The ledger has no row of this key; a developer reacts."""


class Busy(Exception):
    """Another posting to the same object is on its way; effects wait and try again."""

    def __init__(self, touches: str, key: str) -> None:
        super().__init__(f"{touches} is being written to by posting {key}")
        self.touches, self.key = touches, key


@dataclass(frozen=True)
class NewPosting:
    """What is intended: one action of one case, under its deterministic key."""

    key: str
    case: str
    kind: str
    ordinal: int
    system: str
    touches: str
    hard: bool
    action: Mapping[str, Any]
    decision: str | None


@dataclass(frozen=True)
class Mark:
    """What is known with a move. ``document`` None leaves the one that is there.

    ``sent_at`` says of which sending: another process may have sent the posting once more since.
    """

    document: str | None = None
    refusals: Sequence[Refusal] = ()
    why: str = ""
    look_again_at: datetime | None = None
    who: str = MACHINE
    sent_at: datetime | None = None


def intend(session: Session, wanted: NewPosting, at: datetime) -> Posting:
    """Write an intent, or return the row already there.

    What was refused, or intended on another decision and never sent, is armed again on this one.
    In records that were restored, what may have been posted meanwhile begins in doubt.
    """
    return of_row(_intended(session, wanted, at))


def send(session: Session, key: str, at: datetime) -> Posting:
    """Mark a posting as being sent; from here on nobody may send it again without looking.

    Raises:
        NoSuchPosting: There is no such row.
        MovedMeanwhile: It is neither intended nor unknown.
        Busy: Another posting to the same object is being sent.
    """
    row = _row(session, key)
    if row.state not in {PostingState.INTENDED, PostingState.UNKNOWN}:
        raise MovedMeanwhile(key, row.state)
    return _sent(session, row, at)


def intend_and_send(session: Session, wanted: NewPosting, at: datetime) -> tuple[Posting, bool]:
    """Write an intent and mark it as being sent, both in one commit.

    Returns the row, and whether it is the caller's to send now: it is not if it may have been
    posted before, or if another posting to the same object is being sent.
    """
    row = _intended(session, wanted, at)
    if row.state is PostingState.INTENDED:
        with suppress(Busy):
            return _sent(session, row, at), True
    return of_row(row), False


def move(
    session: Session, key: str, frm: PostingState, to: PostingState, mark: Mark, at: datetime
) -> Posting:
    """Move a posting on, if it still is where the caller believes.

    Raises:
        NoSuchPosting: There is no such row.
        NoSuchMove: No posting goes this way.
        MovedMeanwhile: It is somewhere else.
    """
    if to not in MOVES[frm]:
        raise NoSuchMove(f"no posting goes from {frm.value} to {to.value}")
    row = _row(session, key)
    if row.state is not frm or mark.sent_at not in {None, row.sent_at}:
        raise MovedMeanwhile(key, row.state)
    return _moved(session, row, to, mark, at)


def _intended(session: Session, wanted: NewPosting, at: datetime) -> PostingRow:
    row = session.get(PostingRow, wanted.key)
    doubtful = restored.may_be_posted(session, wanted.case, row.changed_at if row else None)
    if row is None:
        row = PostingRow(
            key=wanted.key,
            case_id=wanted.case,
            kind=wanted.kind,
            ordinal=wanted.ordinal,
            system=wanted.system,
            touches=wanted.touches,
            hard=wanted.hard,
            action=wanted.action,
            decision=wanted.decision,
            state=PostingState.INTENDED,
            intended_at=at,
            changed_at=at,
            refusals=[],
        )
        session.add(row)
    elif row.state in {PostingState.REFUSED, PostingState.STALE} or (
        row.state is PostingState.INTENDED and row.decision != wanted.decision
    ):
        row.state, row.decision, row.changed_at = PostingState.INTENDED, wanted.decision, at
        row.attempts = 0
    elif row.state is not PostingState.INTENDED or not doubtful:
        return row
    if doubtful:
        row.state, row.attempts, row.look_again_at = PostingState.UNKNOWN, 1, at
        row.changed_at, row.why = at, restored.WHY
    session.flush()
    _note(session, row, MACHINE, at)
    return row


def _sent(session: Session, row: PostingRow, at: datetime) -> Posting:
    other = session.scalars(
        select(col(PostingRow.key)).where(
            col(PostingRow.state) == PostingState.SENDING,
            col(PostingRow.system) == row.system,
            col(PostingRow.touches) == row.touches,
        )
    ).first()
    if other is not None:
        raise Busy(row.touches, other)
    row.attempts += 1
    row.sent_at = at
    return _moved(session, row, PostingState.SENDING, Mark(), at)


def _row(session: Session, key: str) -> PostingRow:
    row = session.get(PostingRow, key)
    if row is None:
        raise NoSuchPosting(key)
    return row


def _moved(
    session: Session, row: PostingRow, to: PostingState, mark: Mark, at: datetime
) -> Posting:
    if row.state is PostingState.SENDING and to is PostingState.INTENDED:
        row.attempts -= 1
    row.state, row.changed_at = to, at
    row.look_again_at, row.why = mark.look_again_at, mark.why
    row.document = mark.document or row.document
    row.refusals = [*row.refusals, *(dump(refusal) for refusal in mark.refusals)]
    session.flush()
    if to is PostingState.GIVEN_UP:
        put(session, Notice("posting_given_up", row.case_id, {"key": row.key, "why": mark.why}), at)
    _note(session, row, mark.who, at)
    return of_row(row)


def _note(session: Session, row: PostingRow, who: str, at: datetime) -> None:
    details = {
        "key": row.key,
        "kind": row.kind,
        "system": row.system,
        "touches": row.touches,
        "decision": row.decision,
        "attempts": row.attempts,
        "document": row.document,
        "refusals": row.refusals,
        "why": row.why,
    }
    what = f"posting {row.state.value}"
    append(session, Entry(who, what, row.case_id, inputs=row.action, details=details), at)


class PostingRecords:
    """The ledger for asynchronous callers: each call is one transaction in a thread.

    Args:
        database: Where the ledger lies.
        clock: Tells the time.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def intend(self, wanted: NewPosting) -> Posting:
        return await self._write(lambda session, at: intend(session, wanted, at))

    async def intend_and_send(self, wanted: NewPosting) -> tuple[Posting, bool]:
        return await self._write(lambda session, at: intend_and_send(session, wanted, at))

    async def send(self, key: str) -> Posting:
        return await self._write(lambda session, at: send(session, key, at))

    async def move(
        self, key: str, frm: PostingState, to: PostingState, mark: Mark | None = None
    ) -> Posting:
        return await self._write(
            lambda session, at: move(session, key, frm, to, mark or Mark(), at)
        )

    async def get(self, key: str) -> Posting | None:
        return await self._read(lambda session: get(session, key))

    async def of_case(self, case: str) -> list[Posting]:
        return await self._read(lambda session: of_case(session, case))

    async def of_document(self, number: str) -> list[Posting]:
        return await self._read(lambda session: of_document(session, number))

    async def open_ones(self) -> list[Posting]:
        return await self._read(open_ones)

    async def undone(self) -> list[Posting]:
        return await self._read(undone)

    async def given_up(self) -> list[Posting]:
        return await self._read(given_up)

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
