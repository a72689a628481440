"""Settling by hand for a visitor: in the first of their roles that may, and each word once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from agent.authority.authority import Authority
from agent.bootstrap import Machinery
from agent.case.ruling import Answer, Role, Ruling
from agent.effects.effects import NotInDoubt
from agent.plain import load
from agent.records import pages, remedies
from agent.records.answers import DecisionRefused, NotPermitted
from agent.records.byhand import ByHand
from agent.records.gates import Turn
from agent.records.postings import MovedMeanwhile, Posting
from agent.records.remedies import Pin
from agent.records.states import PostingState
from agent.service.deciding import LEAST_FIRST
from agent.service.problem import Problem
from agent.service.served import concord, enqueue, read
from agent.service.who.door import Admitted

POSTED = (PostingState.CONFIRMED, PostingState.PARTIAL)
NOT_POSTED = (PostingState.INTENDED, PostingState.REFUSED, PostingState.STALE)


class NotFoundOut(DecisionRefused):
    """What somebody found out about a posting contradicts what is known, or comes too soon."""


@dataclass(frozen=True)
class FoundOut:
    """What somebody saw in a system. ``document`` None: it certainly was not posted."""

    case: str
    posting: str
    document: str | None
    reason: str


async def settle(
    request: Request, who: Admitted, case: str, reason: str, document: str | None
) -> tuple[ByHand, bool]:
    """Settle a case by a visitor's word; also return whether it is new.

    Raises:
        Problem: There is no such case for them.
        DecisionRefused: It cannot be settled so, or not by them.
    """
    said = ByHand(case, who.name, await _role(request, who, case), reason, document)
    return said, await concord(request).records.settle_by_hand(said, enqueue(request))


async def look_again(request: Request, who: Admitted, case: str, reason: str) -> Turn:
    """Have a case worked out anew, at a visitor's word.

    Raises:
        Problem: There is no such case for them.
        DecisionRefused: It cannot be looked at now, or not at their word.
    """
    said = ByHand(case, who.name, await _role(request, who, case), reason)
    return await concord(request).records.look_again(said, enqueue(request))


async def found_out(request: Request, who: Admitted, found: FoundOut) -> tuple[Posting, bool]:
    """Record what a visitor found out about a posting in doubt; also return whether it is new.

    Raises:
        Problem: There is no such case, or posting of it, for them.
        DecisionRefused: It is known otherwise, it may still turn up, or it is not theirs to say.
    """
    machinery = concord(request)
    await _role(request, who, found.case)
    posting = await _posting(machinery, found)
    if _known(posting, found.document):
        return posting, False
    now, later = machinery.context.clock(), posting.look_again_at
    waits = posting.state is PostingState.UNKNOWN and later is not None and now < later
    if found.document is None and waits:
        raise NotFoundOut("it may still turn up: look again in a few minutes")
    try:
        await machinery.context.effects.told(posting.key, found.document, who.name, found.reason)
    except (NotInDoubt, MovedMeanwhile):
        posting = await _posting(machinery, found)
        if not _known(posting, found.document):
            told = f", as {posting.document}" if posting.document else ""
            raise NotFoundOut(f"the posting is {posting.state.value}{told}") from None
        return posting, False
    return await _posting(machinery, found), True


def role_of(authority: Authority, who: Admitted, plant: str, pin: Pin | None) -> Role:
    """Return the least of a visitor's roles that may close a case of a plant by hand.

    Raises:
        NotPermitted: None of them may.
    """
    refusal = NotPermitted("none of their roles decides here")
    has = who.visitor.roles_at(plant)
    for role in (role for role in LEAST_FIRST if role in has):
        if pin is None:
            return role
        ruling = load(Ruling, pin.ruling)
        word = authority.may(plant, who.name, role, Answer.REJECT, ruling)
        if word.allowed:
            return role
        refusal = NotPermitted(f"{word.says} (policy {word.policy})")
    raise refusal


async def _role(request: Request, who: Admitted, case: str) -> Role:
    def work(session: Session) -> tuple[Any, Pin | None]:
        return pages.case(session, case), remedies.pinned(session, case)

    view, pin = await read(request, work)
    if view is None or not who.may_at(view.plant):
        raise Problem(404, f"There is no case {case}.")
    return role_of(concord(request).context.authority, who, view.plant, pin)


async def _posting(machinery: Machinery, found: FoundOut) -> Posting:
    posting = await machinery.postings.get(found.posting)
    if posting is None or posting.case != found.case:
        raise Problem(404, f"{found.case} has no posting {found.posting}.")
    return posting


def _known(posting: Posting, document: str | None) -> bool:
    """Return whether the records say so already."""
    if document is None:
        return posting.state in NOT_POSTED
    return posting.state in POSTED and posting.document == document
