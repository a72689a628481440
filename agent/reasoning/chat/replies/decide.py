"""A wish that something be approved, posted or changed: that is not done here."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.words.catalog import Language


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Say where decisions are taken."""
    say, subject = asked.say, asked.subject
    yield say("In the chat nothing is decided, posted or changed.")
    if subject is not None and subject.kind is Kind.CASE:
        yield say("Decide on the page of the case: {case}.", case=asked.case(subject.number))
    else:
        yield say(
            "Decisions are taken on the page of a case. Ask for what is waiting to get there."
        )


REPLY = Reply(
    rank=Rank.DEED,
    words={
        Language.EN: (
            "approve",
            "reject",
            "post it",
            "post the",
            "post a",
            "release the",
            "cancel",
            "correct it",
            "change the",
            "book it",
            "decide case",
            "delete",
        ),
        Language.DE: (
            "genehmig*",
            "freigeben",
            "gib frei",
            "lehne",
            "ablehnen",
            "buche",
            "buch das",
            "buche*",
            "storniere*",
            "stornieren",
            "ändere",
            "korrigier*",
            "lösche",
        ),
    },
    about=(Kind.CASE,),
    tell=tell,
    stands_alone=True,
)
