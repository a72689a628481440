"""One posting's way from intent to an answer.

    intended → sending ─┬─ done ───────────────► confirmed, or partial if movements did not follow
                 ▲      ├─ a definite no ──────► refused, stale
                 │      ├─ not now (423, 429…) ► intended, a pause, and again
                 │      └─ lost ─────────────► unknown ── look ─┬─ found ──────► confirmed, partial
                 │                                  ▲           └─ not found
                 │                                  └─ not settled yet ┤
                 └──────────── settled, sent not thrice so far ────────┤
                                    given up ◄── settled, sent thrice ─┘

Every arrow into a state is a committed row before anything else happens (``intended`` and
``sending`` one commit, where nothing has to be asked between them), so that whoever comes
after a crash at any point goes on from the row alone. A row found ``sending`` has lost its sender:
it becomes ``unknown``. Nothing is sent again but after a look that began when the settling time was
over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from agent.actions.action import Action, Sides
from agent.case.text import text
from agent.effects.answers import (
    Answer,
    CannotSee,
    Done,
    Lost,
    Moved,
    Nothing,
    NotNow,
    NotPossible,
    SaidNo,
    ask,
    look,
    look_after,
)
from agent.effects.doubts import Doubts
from agent.effects.performed import Performed, recorded, waits
from agent.effects.settling import Settling
from agent.effects.waiting import Patience
from agent.records.postings import Busy, Mark, MovedMeanwhile, NewPosting, Posting, PostingRecords
from agent.records.states import PostingState
from tools.objects.confirmation import MaterialUse
from tools.objects.posted import Posted
from tools.objects.reference import Reference
from tools.objects.sync import Refusal

MOST_SENT = 3
"""How often a posting may go out whose outcome could not be learned.

A further try is as safe as the second, for each waits until the settling time is over. Where one
write in twenty never arrives, two tries leave one case in 180 to a person, three one in 3,000.
"""


Moving: TypeAlias = Callable[[], Awaitable[bool]]
"""Reads again what a remedy rests on, and says whether it has moved."""


@dataclass(frozen=True)
class Errand:
    """The pursuit of one posting. ``may_send`` False only looks what became of it.

    ``moved`` reads again what the posting rests on: who had to wait asks it before the call.
    """

    action: Action
    reference: Reference
    sides: Sides
    settling: Settling
    postings: PostingRecords
    clock: Callable[[], datetime]
    patience: Patience
    doubts: Doubts
    may_send: bool = True
    moved: Moving | None = None

    async def begin(self, wanted: NewPosting) -> Performed:
        """Write the intent, and go on from there: where nothing has to be asked, in one commit."""
        if self.patience.waited or self.action.system not in self.sides:
            return await self.run(await self.postings.intend(wanted))
        began = self.doubts.seconds()
        posting, mine = await self.postings.intend_and_send(wanted)
        if mine:
            return await self._pursue(await self._call(posting, began))
        self.patience.waited = posting.state is PostingState.INTENDED  # its object is taken
        return await self._pursue(posting)

    async def run(self, posting: Posting) -> Performed:
        """Go on from where the ledger says the posting is."""
        if self.action.system not in self.sides:
            why = text("The plant has no {system} to ask.", system=self.action.system)
            return replace(recorded(posting), why=why)
        return await self._pursue(posting)

    async def _pursue(self, step: Posting | Performed) -> Performed:
        while isinstance(step, Posting):
            step = await self._step(step)
        if step.state not in {PostingState.SENDING, PostingState.UNKNOWN}:
            self.doubts.over(self.reference.key)
        return step

    async def _step(self, posting: Posting) -> Posting | Performed:
        match posting.state:
            case PostingState.INTENDED:
                return await self._send(posting) if self.may_send else recorded(posting)
            case PostingState.SENDING:
                return await self._orphaned(posting)
            case PostingState.UNKNOWN:
                return await self._unknown(posting)
            case PostingState.PARTIAL:
                return await self._partial(posting)
            case (
                PostingState.CONFIRMED
                | PostingState.REFUSED
                | PostingState.STALE
                | PostingState.GIVEN_UP
            ):
                return recorded(posting)
            case _ as unreachable:
                assert_never(unreachable)

    async def _send(self, posting: Posting) -> Posting | Performed:
        """Commit ``sending``, and call."""
        if posting.state is PostingState.INTENDED and await self._rests_on_the_past():
            why = "what it rests on moved while it waited"
            moved = await self._move(posting, PostingState.STALE, Mark(why=why))
            return self._ended(moved, PostingState.STALE)
        began = self.doubts.seconds()
        try:
            sending = await self.postings.send(posting.key)
        except Busy as busy:
            return await self._make_way(posting, busy)
        except MovedMeanwhile:
            return await self._read_again(posting)
        return await self._call(sending, began)

    async def _call(self, sending: Posting, began: float) -> Posting | Performed:
        """Call, unless this process was halted since it began to commit ``sending``."""
        late = self.doubts.seconds() - began >= self.settling.call
        if late or self.clock() >= self.settling.over(sending.sent_at or sending.changed_at):
            return await self._answered(sending, NotNow("this process was halted before the call"))
        answer = await ask(self.action, self.sides, self.reference, self.settling.call)
        return await self._answered(sending, answer)

    async def _rests_on_the_past(self) -> bool:
        """Return whether something moved while this posting waited, for its object or for leave."""
        waited, self.patience.waited = self.patience.waited, False
        return waited and self.moved is not None and await self.moved()

    async def _answered(self, posting: Posting, answer: Answer) -> Posting | Performed:
        match answer:
            case Done(posted):
                return await self._posted(posting, posted)
            case Lost(why):
                return await self._move(posting, PostingState.UNKNOWN, self._later(why))
            case SaidNo(why, refusals):
                mark = Mark(why=why, refusals=refusals)
                moved = await self._move(posting, PostingState.REFUSED, mark)
                return self._ended(moved, PostingState.REFUSED, refusals=refusals)
            case Moved(why):
                moved = await self._move(posting, PostingState.STALE, Mark(why=why))
                return self._ended(moved, PostingState.STALE)
            case NotPossible(why):
                moved = await self._move(posting, PostingState.INTENDED, Mark(why=why))
                return self._ended(moved, PostingState.INTENDED)
            case NotNow(why, retry_after):
                moved = await self._move(posting, PostingState.INTENDED, Mark(why=why))
                if await self.patience.pause(retry_after):
                    return moved
                return self._ended(moved, PostingState.INTENDED)
            case _ as unreachable:
                assert_never(unreachable)

    async def _posted(self, posting: Posting, posted: Posted) -> Posting | Performed:
        """Record a document, once it is known whether all that follows from it did."""
        undone = await look_after(self.action, self.sides, posted.number)
        said = "; ".join(f"{warning.code} {warning.text}".strip() for warning in posted.warnings)
        if isinstance(undone, CannotSee):
            why = f"posted as {posted.number}; whether its movements followed: {undone.why}"
            mark = replace(self._later(why), document=posted.number)
            moved = await self._move(posting, PostingState.UNKNOWN, mark)
            if undone.again and await self.patience.pause():
                return moved
            return self._ended(moved, PostingState.UNKNOWN)
        if not undone:
            mark = Mark(document=posted.number, why=said)
            return await self._move(posting, PostingState.CONFIRMED, mark)
        waiting = tuple(waits(use) for use in undone)
        why = "; ".join(one.text for one in waiting)
        mark = Mark(document=posted.number, refusals=waiting, why=why)
        moved = await self._move(posting, PostingState.PARTIAL, mark)
        return self._ended(moved, PostingState.PARTIAL, refusals=waiting, failed=undone)

    async def _partial(self, posting: Posting) -> Performed:
        """Say again what did not follow, as far as it still has not."""
        undone = await look_after(self.action, self.sides, posting.document or "")
        failed = () if isinstance(undone, CannotSee) else undone
        return replace(recorded(posting), failed=failed)

    async def _orphaned(self, posting: Posting) -> Posting:
        """Take over a row whose sender is gone; its call may have lasted as long as one may."""
        ended = self.settling.over(posting.sent_at or posting.changed_at)
        mark = Mark(
            why="the process that sent it did not live to record the answer",
            look_again_at=self.settling.settled(ended),
        )
        return await self._move(posting, PostingState.UNKNOWN, mark)

    async def _unknown(self, posting: Posting) -> Posting | Performed:
        """Read back, and only then decide."""
        if posting.document is not None:
            posted = Posted(self.action.system, posting.document, self.clock())
            return await self._posted(posting, posted)
        if not self.action.searchable:
            return await self._give_up(posting, "the target cannot be asked for it")
        left = self._unsettled(posting)
        match await look(self.action, self.sides, self.reference):
            case Posted() as posted:
                return await self._posted(posting, posted)
            case CannotSee(why, again):
                if not again:
                    return await self._give_up(posting, why)
                if await self.patience.pause():
                    return await self._read_again(posting)
                return self._left(posting, why)
            case Nothing():
                if left <= 0:
                    return await self._not_there(posting)
                if await self.patience.settle(left):
                    return await self._read_again(posting)
                return self._left(posting, posting.why)
            case _ as unreachable:
                assert_never(unreachable)

    def _unsettled(self, posting: Posting) -> float:
        """Return for how many seconds "not there" does not mean "not posted" yet.

        At least the settling time has to pass here, whatever the time of day says; and it need not
        say so for ever: whoever sent it began before it was in doubt here.
        """
        settled_at = posting.look_again_at or self.settling.settled(posting.changed_at)
        lasted, settle = self.doubts.lasted(posting.key, posting.sent_at), self.settling.settle
        by_the_clock = (settled_at - self.clock()).total_seconds()
        return max(settle - lasted, min(by_the_clock, self.settling.call + settle - lasted))

    async def _not_there(self, posting: Posting) -> Posting | Performed:
        """It was not posted: again, or it is left to a person."""
        if not self.may_send:
            return await self._give_up(posting, "not found when the case had moved on")
        if posting.attempts < MOST_SENT:
            return await self._send(posting)
        return await self._give_up(posting, f"sent {posting.attempts} times, and never found")

    async def _give_up(self, posting: Posting, reason: str) -> Posting:
        why = f"{reason}; {posting.why}"
        return await self._move(posting, PostingState.GIVEN_UP, Mark(why=why))

    async def _make_way(self, posting: Posting, busy: Busy) -> Posting | Performed:
        """Wait for another write to the same object; take the object from a sender that is gone.

        Such a row only becomes unknown: whoever pursues it reads back before anything else.
        """
        other = await self.postings.get(busy.key)
        if other is not None and other.state is PostingState.SENDING:
            ended = self.settling.over(other.sent_at or other.changed_at)
            if self.clock() >= ended + timedelta(seconds=self.settling.settle):
                await self._orphaned(other)
                return posting
        if await self.patience.queue():
            return await self._read_again(posting)
        why = text("{object} is being written to by another posting.", object=busy.touches)
        return replace(recorded(posting), why=why)

    async def _move(self, posting: Posting, to: PostingState, mark: Mark) -> Posting:
        """Move the row on; if somebody took it for orphaned meanwhile, a document still counts."""
        try:
            known = replace(mark, sent_at=posting.sent_at)
            return await self.postings.move(posting.key, posting.state, to, known)
        except MovedMeanwhile as meanwhile:
            taken = meanwhile.actual is PostingState.UNKNOWN
            if taken and posting.state is PostingState.SENDING and mark.document is not None:
                return await self._move(replace(posting, state=meanwhile.actual), to, mark)
            return await self._read_again(posting)

    async def _read_again(self, posting: Posting) -> Posting:
        return await self.postings.get(posting.key) or posting

    def _later(self, why: str) -> Mark:
        return Mark(why=why, look_again_at=self.settling.settled(self.clock()))

    def _left(self, posting: Posting, why: str) -> Performed:
        return recorded(replace(posting, why=why))

    def _ended(
        self,
        moved: Posting,
        state: PostingState,
        refusals: tuple[Refusal, ...] = (),
        failed: tuple[MaterialUse, ...] = (),
    ) -> Posting | Performed:
        """Return the end of the pursuit, unless somebody else has moved the row on."""
        if moved.state is not state:
            return moved
        return replace(recorded(moved), refusals=refusals, failed=failed)
