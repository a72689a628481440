"""A bill of material: what a product is made of, and whether the systems agree on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import heading, listed, origin, unread
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import amount, shown
from agent.reasoning.chat.window import Glimpse
from agent.words.catalog import Language
from tools.objects.bom import Bom, BomItem
from tools.objects.order import ProductionOrder


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell the items; a system that says the same as the one before is told in a sentence."""
    material = await _product(asked)
    yield heading(asked, asked.say("Bill of material of {material}", material=shown(material)))
    keys = {"material": material, "plant": asked.window.code}
    asked.used("bom", **keys)
    told = None
    for glimpse in await asked.window.look("bom", keys):
        if glimpse.reading is None:
            said = unread(asked, glimpse)
            if said:
                yield said
            continue
        bom: Bom = glimpse.reading.value
        if told is not None and _content(bom) == _content(told):
            yield asked.say("{origin}: the same items", origin=origin(asked, glimpse))
        else:
            yield _laid_out(asked, glimpse, bom)
        told = told or bom


async def _product(asked: Asked) -> str:
    """Return the product: of an order, what it makes."""
    subject = asked.the_subject
    if subject.kind is Kind.ORDER:
        for glimpse in await asked.window.look("order", {"order": subject.number}):
            if glimpse.reading is not None:
                order: ProductionOrder = glimpse.reading.value
                return order.material
    return subject.number


def _content(bom: Bom) -> tuple[object, ...]:
    items = sorted(bom.items, key=lambda item: (item.item, item.component))
    return (bom.base_quantity, *((item.component, item.quantity) for item in items))


def _laid_out(asked: Asked, glimpse: Glimpse, bom: Bom) -> str:
    base = amount(bom.base_quantity, asked.say.language)
    head = asked.say("{origin}: for {base}", origin=origin(asked, glimpse), base=base)
    return f"{head}\n{listed([_said(asked, item) for item in bom.items], asked.say, most=25)}"


def _said(asked: Asked, item: BomItem) -> str:
    quantity = amount(item.quantity, asked.say.language)
    words = [f"{shown(item.item)} {shown(item.component)}: {quantity}"]
    if item.fixed:
        words.append(asked.say("fixed"))
    if item.alternative_group:
        group = shown(item.alternative_group)
        words.append(asked.say("alternative {group}, rank {rank}", group=group, rank=item.priority))
    return ", ".join(words)


REPLY = Reply(
    rank=Rank.TOPIC,
    words={
        Language.EN: ("bom", "bill of material", "bill of materials", "components", "made of"),
        Language.DE: ("stückliste*", "komponenten", "besteht aus", "woraus"),
    },
    about=(Kind.MATERIAL, Kind.ORDER),
    tell=tell,
)
