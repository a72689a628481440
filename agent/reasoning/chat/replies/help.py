"""What can be asked, and what is not done here."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import listed
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.words.catalog import Language


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Say what can be asked, with examples."""
    say = asked.say
    yield say("Ask about what the systems and the records say, for example:")
    yield listed(
        [
            say("“order 1000012”, “movements of order 1000012”, “confirmations of order 1000012”"),
            say("“stock of RM-SEAT-S”, “bill of material of FG-BV-15”, “document 4910100001/2026”"),
            say("“what is waiting for me?”, “case c-…”, “why case c-…?”"),
            say("“how was this settled before?” with a case or a kind of conflict"),
        ],
        say,
    )
    yield say(
        "Numbers come from the systems, with the time they were read. "
        "In the chat nothing is decided, posted or changed."
    )


REPLY = Reply(
    rank=Rank.HELP,
    words={
        Language.EN: ("help", "what can you", "how do i", "hello", "hi"),
        Language.DE: ("hilfe", "hilf", "was kannst du", "hallo", "guten tag"),
    },
    about=(),
    tell=tell,
    stands_alone=True,
)
