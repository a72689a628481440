"""Confirmations of an order, or one by its number: what was reported, and whether it is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

from agent.reasoning.chat.laying import heading, listed, origin, unread
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import amount, quoted, shown
from agent.words.catalog import Language
from tools.objects.confirmation import Confirmation


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell what each system keeps."""
    subject, say = asked.the_subject, asked.say
    if subject.kind is Kind.CONFIRMATION:
        yield heading(asked, say("Confirmation {number}", number=shown(subject.number)))
        asked.used("confirmations", confirmation=subject.number)
        glimpses = await asked.window.look("confirmation", {"confirmation": subject.number})
    else:
        yield heading(asked, say("Confirmations of order {order}", order=subject.number))
        asked.used("confirmations", order=subject.number)
        glimpses = await asked.window.look("confirmations", {"order": subject.number})
    for glimpse in glimpses:
        if glimpse.reading is None:
            said = unread(asked, glimpse)
            if said and subject.kind is not Kind.CONFIRMATION:
                yield said
            continue
        value = glimpse.reading.value
        found = cast("tuple[Confirmation, ...]", value if isinstance(value, tuple) else (value,))
        if not found:
            yield say("{origin}: nothing", origin=origin(asked, glimpse))
            continue
        newest = sorted(found, key=lambda one: one.entered_at, reverse=True)
        yield f"{origin(asked, glimpse)}:\n{listed([_said(asked, one) for one in newest], say)}"


def _said(asked: Asked, one: Confirmation) -> str:
    say, language = asked.say, asked.say.language
    words = say(
        "{number}, operation {operation}, {date}: {yielded} yield, {scrapped} scrap, {state}",
        number=shown(one.number),
        operation=shown(one.operation),
        date=f"{one.posting_date:%Y-%m-%d}",
        yielded=amount(one.yielded, language),
        scrapped=amount(one.scrapped, language),
        state=say.word(one.state.value),
    )
    if one.failed:
        words += ", " + say("failed movements: {count}", count=len(one.failed))
    if one.note:
        words += ", " + say("Note: {note}", note=quoted(one.note))
    return words


REPLY = Reply(
    rank=Rank.TOPIC,
    words={
        Language.EN: ("confirmation", "confirmations", "reported", "yield"),
        Language.DE: ("rückmeldung*", "rückgemeldet", "gemeldet", "ausbringung", "gutmenge"),
    },
    about=(Kind.ORDER, Kind.CONFIRMATION),
    tell=tell,
)
