"""Effects: the only way out. Nothing is posted twice, and nothing is lost.

An action is carried out under a key that depends on case and content alone. The key is a row of the
ledger before it is anything else, travels with the call as the reference, and is what the target is
searched by afterwards (``agent.effects.errand`` draws the way). Three rules hold around that:

- Writes to one object are serialised: within the process by a lock, between processes because the
  ledger, which has one writer at a time, refuses to mark a row as being sent while another row of
  the same object is (``Busy``). A row whose sender died keeps its object only until its call
  cannot be under way any longer and its settling time is over.
- While nobody knows what became of one hard posting of a case, no other hard one of it goes out.
  It is looked for first. If it turns up, what was planned without knowing of it is stale.
- What a person says of a posting (``told``) is the only way out of ``given_up``.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from agent.actions.action import Action, Sides
from agent.actions.catalog import from_plain, to_plain
from agent.case.text import text
from agent.effects.doubts import Doubts
from agent.effects.errand import Errand, Moving
from agent.effects.keys import numbered, reference_of
from agent.effects.performed import Performed, recorded
from agent.effects.settling import SettlingOf
from agent.effects.turns import Turns
from agent.effects.waiting import Patience, Waiting
from agent.records.postings import Mark, MovedMeanwhile, NewPosting, Posting, PostingRecords
from agent.records.states import IN_DOUBT, UNANSWERED, PostingState
from agent.traces import span
from tools.objects.reference import Reference
from tools.objects.sync import Refusal

log = logging.getLogger("concord.effects")

__all__ = ["Ambience", "Effects", "NotInDoubt", "Performed", "PostingState"]

POSTED = frozenset({PostingState.CONFIRMED, PostingState.PARTIAL})

SidesOf: TypeAlias = Callable[[str], Sides]
PlantOf: TypeAlias = Callable[[str], Awaitable[str]]


class NotInDoubt(ValueError):
    """A person spoke of a posting whose outcome is known; they are told."""


@dataclass(frozen=True)
class Ambience:
    """What the time is, how one waits, and how long.

    Attributes:
        clock: The time of day, which somebody may set.
        sleep: Waits for so many seconds.
        seconds: Seconds that only ever pass.
        waiting: The bounds of waiting.
    """

    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    seconds: Callable[[], float]
    waiting: Waiting = Waiting()


class Effects:
    """Carries actions out, each once.

    Args:
        postings: The ledger.
        sides: The systems of a plant.
        plant_of: The plant of a case.
        settling: The times of a plant's system.
        ambience: Clock, sleep, and the bounds of waiting.
    """

    def __init__(
        self,
        postings: PostingRecords,
        sides: SidesOf,
        plant_of: PlantOf,
        settling: SettlingOf,
        ambience: Ambience,
    ) -> None:
        self._postings = postings
        self._sides, self._plant_of, self._settling = sides, plant_of, settling
        self._ambience = ambience
        self._turns = Turns()
        self._doubts = Doubts(ambience.seconds)
        self._strays = set[str]()

    async def perform(
        self,
        case: str,
        action: Action,
        ordinal: int,
        decision_id: str | None,
        moved: Moving | None = None,
    ) -> Performed:
        """Carry out one action of a case, or say what became of it when it was.

        Args:
            case: The case's id.
            action: What is to be done.
            ordinal: Which one among equal actions of the remedy this is, from 0.
            decision_id: The decision it rests on; None for what needs none.
            moved: Says whether what it rests on has moved; asked before the call if anything, such
                as another write to the same object, had to be waited for. Then it is stale.
        """
        reference = reference_of(case, action, ordinal)
        if action.hard:
            doubt = await self._settle_doubts(case, reference.key)
            if doubt is not None:
                return doubt
        errand = replace(await self._errand(case, action, reference), moved=moved)
        async with self._turns.one(action.system, action.touches) as waited:
            errand.patience.waited = waited
            wanted = _wanted(case, action, ordinal, decision_id, reference)
            told = {"case": case, "kind": action.kind, "system": action.system.value}
            with span("posting", **told, key=reference.key):
                return await errand.begin(wanted)

    async def begun(self, case: str, actions: Sequence[Action]) -> bool:
        """Return whether any of a remedy's actions has, or may have, been posted already."""
        keys = {reference_of(case, action, ordinal).key for action, ordinal in numbered(actions)}
        return any(
            posting.key in keys and posting.state in IN_DOUBT | POSTED
            for posting in await self._postings.of_case(case)
        )

    async def refused(self, case: str) -> tuple[Refusal, ...]:
        """Return why targets refused what is not wholly posted: facts for the next plan."""
        return tuple(
            dict.fromkeys(
                refusal
                for posting in await self._postings.of_case(case)
                if posting.state in {PostingState.REFUSED, PostingState.PARTIAL}
                for refusal in posting.refusals
            )
        )

    async def resume(self, case: str) -> tuple[Performed, ...]:
        """Look what became of a case's hard postings nobody knows about. Sends nothing.

        What is not found once its settling time is over is left to a person: whether it is still
        wanted is not known here.
        """
        return tuple(
            [
                await self._look_for(posting)
                for posting in await self._postings.of_case(case)
                if posting.hard and posting.state in IN_DOUBT
            ]
        )

    async def soften(self, case: str, actions: Sequence[Action], decision_id: str | None) -> None:
        """Carry out what needs no decision, as often as it takes; what a former plan left goes.

        A system that does not serve is asked again when the case is next woken (``unfinished``).
        """
        wanted = {reference_of(case, one, ordinal).key for one, ordinal in numbered(actions)}
        await self._let_go(case, wanted)
        for action, ordinal in numbered(actions):
            await self.perform(case, action, ordinal, decision_id)

    async def close(self, case: str, *, corrected: bool) -> None:
        """See to what a closed case has left: look for what is in doubt.

        What needs no decision still goes out for a case that was corrected, and is let go of for
        any other.
        """
        if not corrected:
            await self._let_go(case, frozenset())
        for posting in await self._postings.of_case(case):
            if posting.state in UNANSWERED:
                await self._look_for(posting)
            elif posting.state is PostingState.INTENDED and not posting.hard:
                action = from_plain(dict(posting.action))
                await self.perform(case, action, posting.ordinal, posting.decision)

    async def unfinished(self) -> list[Posting]:
        """Return the postings, of all cases, that are due to be looked at or tried again.

        What belongs to a plant that has no file any more can be looked at by nobody here.
        """
        now = self._ambience.clock()
        open_ones = [*await self._postings.open_ones(), *await self._postings.undone()]
        return [one for one in open_ones if await self._is_due(one, now)]

    async def told(self, key: str, document: str | None, by: str, why: str) -> Performed:
        """Record what a person found out about a posting in doubt.

        Args:
            key: The posting's key.
            document: The number under which it was posted; None if it certainly was not.
            by: Who says so.
            why: How they know.

        Raises:
            NotInDoubt: There is no such posting, or its outcome is known.
        """
        posting = await self._postings.get(key)
        if posting is None or posting.state not in {PostingState.UNKNOWN, PostingState.GIVEN_UP}:
            raise NotInDoubt(key)
        if document is None and posting.document is not None:
            raise NotInDoubt(f"{key} was posted as {posting.document}")
        mark = Mark(document=document, why=why, who=by)
        if document is not None:
            moved = await self._postings.move(key, posting.state, PostingState.CONFIRMED, mark)
            return recorded(moved)
        if posting.state is PostingState.UNKNOWN:
            posting = await self._postings.move(key, posting.state, PostingState.GIVEN_UP, mark)
        moved = await self._postings.move(key, posting.state, PostingState.INTENDED, mark)
        return recorded(moved)

    async def _let_go(self, case: str, wanted: Set[str]) -> None:
        """Withdraw what needs no decision, did not go out, and is not wanted any more."""
        for posting in await self._postings.of_case(case):
            if (
                posting.state is PostingState.INTENDED
                and not posting.hard
                and posting.key not in wanted
            ):
                mark = Mark(why="no longer wanted")
                with suppress(MovedMeanwhile):
                    await self._postings.move(posting.key, posting.state, PostingState.STALE, mark)

    async def _settle_doubts(self, case: str, key: str) -> Performed | None:
        """Return why a hard action may not go out, if another one of its case is in doubt."""
        postings = await self._postings.of_case(case)
        if any(one.key == key and one.state in IN_DOUBT | POSTED for one in postings):
            return None
        for other in postings:
            if other.hard and other.key != key and other.state in IN_DOUBT:
                found = await self._look_for(other)
                said = from_plain(dict(other.action)).say()
                if found.state in POSTED:
                    why = text(
                        "{said}: this turned out to be posted as {number}.",
                        said=said,
                        number=found.number,
                    )
                    return Performed(PostingState.STALE, None, (), why, key=key)
                if found.state in IN_DOUBT:
                    why = text("{said}: first it must be known what became of this.", said=said)
                    return Performed(PostingState.INTENDED, None, (), why, key=key)
        return None

    async def _look_for(self, posting: Posting) -> Performed:
        """Pursue a posting without sending it."""
        action = from_plain(dict(posting.action))
        errand = await self._errand(posting.case, action, Reference(posting.key))
        async with self._turns.one(action.system, action.touches):
            now = await self._postings.get(posting.key)
            return await replace(errand, may_send=False).run(now or posting)

    async def _errand(self, case: str, action: Action, reference: Reference) -> Errand:
        plant = await self._plant_of(case)
        ambience = self._ambience
        return Errand(
            action=action,
            reference=reference,
            sides=self._sides(plant),
            settling=self._settling(plant, action.system),
            postings=self._postings,
            clock=ambience.clock,
            patience=Patience(ambience.waiting, ambience.seconds, ambience.sleep),
            doubts=self._doubts,
        )

    async def _is_due(self, posting: Posting, now: datetime) -> bool:
        """Return whether to see to a posting: its time has come, or its sender is gone.

        A look that lies further ahead than any can was set under another clock, and is due.
        """
        action = from_plain(dict(posting.action))
        try:
            settling = self._settling(await self._plant_of(posting.case), action.system)
        except LookupError as error:
            if posting.key not in self._strays:
                log.warning("nobody looks for posting %s: no plant here is %s", posting.key, error)
            self._strays.add(posting.key)
            return False
        self._strays.discard(posting.key)
        look_at = posting.look_again_at
        if posting.state is PostingState.SENDING:
            look_at = settling.over(posting.sent_at or posting.changed_at)
        return look_at is None or look_at <= now or look_at > settling.settled(settling.over(now))


def _wanted(
    case: str, action: Action, ordinal: int, decision: str | None, reference: Reference
) -> NewPosting:
    return NewPosting(
        key=reference.key,
        case=case,
        kind=action.kind,
        ordinal=ordinal,
        system=action.system.value,
        touches=action.touches,
        hard=action.hard,
        action=to_plain(action),
        decision=decision,
    )
