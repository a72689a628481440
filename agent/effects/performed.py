"""What became of an action, as the one who asked for it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from agent.case.text import Text, text
from agent.records.posting_rows import Posting
from agent.records.states import PostingState
from tools.objects.confirmation import MaterialUse
from tools.objects.sync import Refusal

CONCORD = "CONCORD"
"""The message class of what no system put into a message of its own."""


@dataclass(frozen=True)
class Performed:
    """How an action ended.

    ``INTENDED`` means that it was certainly not carried out; a person reads why. ``UNKNOWN`` and
    ``GIVEN_UP`` mean that nobody can say. ``failed`` are the movements that did not follow a
    confirmation (``PARTIAL``); each is also a refusal, and so a fact for the next plan.
    """

    state: PostingState
    number: str | None
    refusals: tuple[Refusal, ...]
    why: Text
    failed: tuple[MaterialUse, ...] = ()
    key: str = ""


def recorded(posting: Posting) -> Performed:
    """Return what the ledger says of a posting."""
    return Performed(
        state=posting.state,
        number=posting.document,
        refusals=posting.refusals,
        why=_why(posting),
        key=posting.key,
    )


def waits(use: MaterialUse) -> Refusal:
    """Return the refusal that a movement which did not follow amounts to."""
    place = f" from {use.location}" if use.location else ""
    said = f"{use.quantity} {use.material}{place} was not booked with the confirmation"
    return Refusal(CONCORD, "MOVEMENT_WAITS", said)


def _why(posting: Posting) -> Text:
    match posting.state:
        case PostingState.CONFIRMED:
            return text("Posted as {number}.", number=posting.document)
        case PostingState.PARTIAL:
            return text(
                "Posted as {number}, but not all that follows from it: {why}",
                number=posting.document,
                why=posting.why,
            )
        case PostingState.REFUSED:
            return text("Refused: {why}", why=posting.why)
        case PostingState.STALE:
            return text("The record changed since it was read: {why}", why=posting.why)
        case PostingState.UNKNOWN | PostingState.SENDING:
            return text("Nobody can say yet whether it was posted: {why}", why=posting.why)
        case PostingState.GIVEN_UP:
            return text("A person has to look whether it was posted: {why}", why=posting.why)
        case PostingState.INTENDED:
            return text("Certainly not posted: {why}", why=posting.why)
        case _ as unreachable:
            assert_never(unreachable)
