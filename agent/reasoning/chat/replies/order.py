"""An order: how far each system says it has come, and the cases about it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import case_line, cases_about, heading, listed, origin, unread
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import amount, moment, quoted, shown
from agent.words.catalog import Language
from tools.objects.order import ProductionOrder


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell what each system says of the order."""
    number = asked.the_subject.number
    yield heading(asked, asked.say("Order {order}", order=number))
    asked.used("order", order=number)
    rows = list[str]()
    for glimpse in await asked.window.look("order", {"order": number}):
        if glimpse.reading is None:
            said = unread(asked, glimpse)
            rows += [said] if said else []
            continue
        order: ProductionOrder = glimpse.reading.value
        rows.append(f"{_said(asked, order)} ({origin(asked, glimpse)})")
        if order.note:
            rows.append(asked.say("Note: {note}", note=quoted(order.note)))
    yield listed(rows, asked.say)
    cases = await cases_about(asked, asked.the_subject)
    if cases:
        yield listed([case_line(asked, line) for line in cases], asked.say)


def _said(asked: Asked, order: ProductionOrder) -> str:
    say, language = asked.say, asked.say.language
    status = say.word(order.status.value)
    if order.native_status:
        status += f" [{shown(order.native_status)}]"
    parts = [
        f"{shown(order.material)}, {status}",
        say(
            "{planned} planned, {yielded} confirmed, {scrapped} scrap, {delivered} delivered",
            planned=amount(order.quantity, language),
            yielded=amount(order.yielded, language),
            scrapped=amount(order.scrapped, language),
            delivered=amount(order.delivered, language),
        ),
        say(
            "{start} to {end}",
            start=moment(order.planned_start, asked.window.zone),
            end=moment(order.planned_end, asked.window.zone),
        ),
    ]
    if order.locked:
        parts.append(say("locked"))
    return "; ".join(parts)


REPLY = Reply(
    rank=Rank.THING,
    words={
        Language.EN: ("order", "orders"),
        Language.DE: ("auftrag", "auftrags", "fertigungsauftrag", "prozessauftrag"),
    },
    about=(Kind.ORDER,),
    tell=tell,
)
