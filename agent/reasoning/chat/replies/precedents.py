"""How something like this was settled before: settled, approved cases that resemble it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from agent.case.diagnosis import Resemblance
from agent.reasoning.chat.laying import choice, listed
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import shown
from agent.reasoning.chat.sources import PrecedentsAway
from agent.words.catalog import Language

MOST = 5


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell the nearest precedents of a case, or of a kind of conflict."""
    say, kind = asked.say, kind_named(asked)
    if asked.subject is None and kind is None:
        names = [say.word(one.rpartition("/")[2]) for one in sorted(asked.sources.kinds)]
        question = say("Of which case, or of which kind of conflict?")
        yield choice(asked, question, names)
        return
    try:
        found = await _nearest(asked, kind or "")
    except PrecedentsAway:
        yield say("The precedents cannot be asked now; the integrator looks.")
        return
    if not found:
        yield say("Nothing like it has been settled with an approval yet.")
        return
    yield say("Settled before, most alike first:")
    yield listed([_said(asked, one) for one in found], say)


def kind_named(asked: Asked) -> str | None:
    """Return the kind of conflict a question names, in words of either language."""
    spoken = asked.question.lower().replace("_", " ")
    named = [
        kind
        for kind, title in asked.sources.kinds.items()
        if kind in spoken
        or kind.rpartition("/")[2].replace("_", " ") in spoken
        or title.lower() in spoken
        or asked.say.word(kind.rpartition("/")[2]).lower() in spoken
    ]
    return named[0] if len(named) == 1 else None


async def _nearest(asked: Asked, kind: str) -> Sequence[Resemblance]:
    records = asked.sources.records
    if asked.subject is not None:
        asked.used("precedents", case=asked.subject.number)
        found = await records.alike(asked.subject.number, MOST)
    else:
        asked.used("precedents", kind=kind)
        found = await records.like(kind, asked.question, MOST)
    return await visible(asked, found)


async def visible(asked: Asked, found: Sequence[Resemblance]) -> list[Resemblance]:
    """Return the precedents of the plant the turn keeps to."""
    if asked.plant is None:
        return list(found)
    views = [(one, await asked.sources.records.case(one.case)) for one in found]
    return [one for one, view in views if view is not None and view.plant == asked.plant]


def _said(asked: Asked, one: Resemblance) -> str:
    say = asked.say
    return say(
        "{case}, {percent} % alike: {cause}. {summary}",
        case=asked.case(one.case),
        percent=round(one.likeness * 100),
        cause=say.word(one.cause),
        summary=shown(one.summary),
    )


REPLY = Reply(
    rank=Rank.DEED,
    words={
        Language.EN: (
            "precedent",
            "precedents",
            "settled before",
            "similar",
            "last time",
            "before",
            "how was",
            "resembl*",
        ),
        Language.DE: (
            "präzedenz*",
            "früher",
            "ähnlich*",
            "letztes mal",
            "letzte mal",
            "schon einmal",
            "schon mal",
            "vorher",
            "damals",
            "gelöst",
        ),
    },
    about=(Kind.CASE, Kind.ORDER, Kind.MATERIAL),
    tell=tell,
    stands_alone=True,
)
