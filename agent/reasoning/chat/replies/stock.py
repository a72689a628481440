"""Stock of a material: what each system counts, place by place."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import heading, listed, origin, unread
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import amount, shown
from agent.words.catalog import Language
from tools.objects.stock import StockLine, available


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell what each system counts."""
    subject, say = asked.the_subject, asked.say
    yield heading(asked, say("Stock of {material}", material=shown(subject.number)))
    keys = {"material": subject.number, "plant": subject.plant}
    asked.used("stock", **keys)
    for glimpse in await asked.window.look("stock", keys):
        if glimpse.reading is None:
            said = unread(asked, glimpse)
            if said:
                yield said
            continue
        lines: tuple[StockLine, ...] = glimpse.reading.value
        if not lines:
            yield say("{origin}: nothing", origin=origin(asked, glimpse))
            continue
        usable = amount(available(lines, lines[0].quantity.unit), say.language)
        head = say("{origin}: {usable} usable", origin=origin(asked, glimpse), usable=usable)
        yield f"{head}\n{listed([_said(asked, line) for line in lines], say, most=12)}"


def _said(asked: Asked, line: StockLine) -> str:
    say = asked.say
    quantity = amount(line.quantity, say.language)
    words = [say("location {place}: {quantity}", place=shown(line.location), quantity=quantity)]
    words.append(say.word(line.type.value))
    if line.batch:
        words.append(say("batch {batch}", batch=shown(line.batch)))
    if line.special:
        words.append(say("special stock {mark}", mark=shown(line.special)))
    return ", ".join(words)


REPLY = Reply(
    rank=Rank.TOPIC,
    words={
        Language.EN: (
            "stock",
            "stocks",
            "inventory",
            "on hand",
            "available",
            "how much",
            "how many",
        ),
        Language.DE: (
            "bestand",
            "bestände",
            "lagerbestand",
            "lager",
            "vorrat",
            "verfügbar",
            "wie viel",
            "wie viele",
            "wieviel",
        ),
    },
    about=(Kind.MATERIAL,),
    tell=tell,
)
