"""A material document: what it booked, and the case in which Concord posted it, if it did."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import heading, listed, origin, unread
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.replies.movements import movement_said
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import quoted, shown
from agent.words.catalog import Language
from tools.objects.movement import MaterialDocument


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell the document, and the way back from it."""
    subject, say = asked.the_subject, asked.say
    yield heading(asked, say("Document {document}", document=shown(subject.number)))
    asked.used("movements", document=subject.number)
    for glimpse in await asked.window.look("movement", {"document": subject.number}):
        if glimpse.reading is None:
            said = None if glimpse.missing else unread(asked, glimpse)
            if said:
                yield said
            continue
        document: MaterialDocument = glimpse.reading.value
        rows = [movement_said(asked, line) for line in document.lines]
        if document.header_text:
            rows.append(say("Note: {note}", note=quoted(document.header_text)))
        if document.reversed_by:
            rows.append(say("reversed by {document}", document=shown(document.reversed_by)))
        head = f"{origin(asked, glimpse)}, {document.posting_date:%Y-%m-%d}:"
        yield f"{head}\n{listed(rows, say, most=15)}"
    yield await _posted(asked)


async def _posted(asked: Asked) -> str:
    """Say in which case Concord posted it."""
    for trace in await asked.sources.records.traces(asked.the_subject.number):
        if trace["found_by"] and trace["case"]["plant"] == asked.the_subject.plant:
            return asked.say(
                "Concord posted it in case {case}.", case=asked.case(trace["case"]["id"])
            )
    return asked.say("Concord did not post it.")


REPLY = Reply(
    rank=Rank.THING,
    words={
        Language.EN: ("document", "material document"),
        Language.DE: ("beleg", "belegs", "materialbeleg"),
    },
    about=(Kind.DOCUMENT,),
    tell=tell,
)
