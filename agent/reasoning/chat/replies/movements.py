"""Goods movements of an order or a material: the latest documents of each system."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import heading, listed, origin, unread
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import amount, shown
from agent.words.catalog import Language
from tools.objects.movement import GoodsMovement, MaterialDocument

FEW_LINES = 3


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell the latest documents, newest first."""
    subject, say = asked.the_subject, asked.say
    yield heading(asked, say("Movements of {what}", what=shown(subject.number)))
    if subject.kind is Kind.ORDER:
        asked.used("movements", order=subject.number)
        glimpses = await asked.window.look("movements", {"order": subject.number})
    else:
        keys = {"material": subject.number, "plant": subject.plant}
        asked.used("movements", **keys)
        glimpses = await asked.window.look("movements_of", keys)
    for glimpse in glimpses:
        if glimpse.reading is None:
            said = unread(asked, glimpse)
            if said:
                yield said
            continue
        documents: tuple[MaterialDocument, ...] = glimpse.reading.value
        if not documents:
            yield say("{origin}: nothing", origin=origin(asked, glimpse))
            continue
        newest = sorted(documents, key=lambda one: one.entered_at, reverse=True)
        rows = listed([document_line(asked, one) for one in newest], say)
        yield f"{origin(asked, glimpse)}:\n{rows}"


def document_line(asked: Asked, document: MaterialDocument) -> str:
    """Say in one line what a document booked; of a material, only its own lines."""
    subject, say = asked.the_subject, asked.say
    lines = [
        line
        for line in document.lines
        if subject.kind is not Kind.MATERIAL or line.material == subject.number
    ]
    said = [movement_said(asked, line) for line in lines[:FEW_LINES]]
    if len(lines) > FEW_LINES:
        said.append(say("and {count} more", count=len(lines) - FEW_LINES))
    words = f"{shown(document.number)}, {document.posting_date:%Y-%m-%d}: {'; '.join(said)}"
    if document.reversed_by:
        words += ", " + say("reversed by {document}", document=shown(document.reversed_by))
    return words


def movement_said(asked: Asked, line: GoodsMovement) -> str:
    """Say what one line moved."""
    say = asked.say
    words = f"{line.type.value} {shown(line.material)} {amount(line.quantity, say.language)}"
    if line.location:
        words += " " + say("at {place}", place=shown(line.location))
    if line.order and line.order != asked.the_subject.number:
        words += " " + say("for order {order}", order=shown(line.order))
    return words


REPLY = Reply(
    rank=Rank.TOPIC,
    words={
        Language.EN: (
            "movement",
            "movements",
            "goods issue*",
            "goods receipt*",
            "consumption",
            "consumed",
            "booked",
        ),
        Language.DE: (
            "bewegung*",
            "warenbewegung*",
            "materialbewegung*",
            "wareneing*",
            "warenausg*",
            "verbrauch*",
            "gebucht",
            "buchungen",
        ),
    },
    about=(Kind.ORDER, Kind.MATERIAL),
    tell=tell,
)
