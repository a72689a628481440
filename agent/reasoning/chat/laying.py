"""Paragraphs that several replies are made of: where a reading comes from, cases, choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.reasoning.chat.finding import Subject
from agent.reasoning.chat.phrases import Say
from agent.reasoning.chat.reply import Asked
from agent.reasoning.chat.showing import moment, shown
from agent.reasoning.chat.troubles import told
from agent.reasoning.chat.turn import Ended
from agent.reasoning.chat.window import Glimpse
from agent.records.pages import Line, Wish

SHORT_LIST = 8


def origin(asked: Asked, glimpse: Glimpse) -> str:
    """Say which system was read, and when."""
    if glimpse.reading is None:
        return glimpse.system.value
    read_at = moment(glimpse.reading.read_at, asked.window.zone, exact=True)
    return asked.say("{system}, read {time}", system=glimpse.system.value, time=read_at)


def unread(asked: Asked, glimpse: Glimpse) -> str | None:
    """Say why a system's word is missing; None where it keeps no such records anyway."""
    if glimpse.error is None or not glimpse.offered:
        return None
    return told(asked.say, glimpse.system.value, glimpse.error)


def listed(lines: Sequence[str], say: Say, most: int = SHORT_LIST) -> str:
    """Lay lines out as a list; what is beyond the most is counted."""
    rows = [f"- {line}" for line in lines[:most]]
    if len(lines) > most:
        rows.append("- " + say("and {count} more", count=len(lines) - most))
    return "\n".join(rows)


def heading(asked: Asked, title: str) -> str:
    """Lay out the first line of an answer: what it is about, and in which plant."""
    plant = asked.say("plant {plant}", plant=asked.the_subject.plant)
    return f"**{title}** ({plant})"


def case_line(asked: Asked, line: Line) -> str:
    """Say in one line where a case stands, with the link to its page."""
    say = asked.say
    kind = say.word(line.kind.rpartition("/")[2]) if line.kind else say("not recognised")
    words = [asked.case(line.id), kind, shown(line.object), standing(say, line)]
    if line.cause:
        words.append(say.word(line.cause))
    if line.value is not None:
        words.append(shown(line.value))
    return ", ".join(words)


def standing(say: Say, line: Line) -> str:
    """Say where a case stands, and for whom it waits."""
    if line.settlement is not None:
        return say.word(line.settlement.value)
    if line.waiting_for is not None:
        return say("waits for a {role}", role=say.word(line.waiting_for.value))
    return say.word(line.status.value)


async def cases_about(asked: Asked, subject: Subject) -> tuple[Line, ...]:
    """Return the cases about an order or a material, the urgent first."""
    name = f"{subject.plant}/{subject.kind.value}/{subject.number}"
    page = await asked.sources.records.page(Wish(plant=subject.plant, object=name), SHORT_LIST)
    return page.lines


def choice(asked: Asked, question: str, choices: Iterable[str]) -> str:
    """Ask back, with what there is to choose from."""
    asked.notes.ended = Ended.ASKED_BACK
    return f"{question}\n{listed(list(choices), asked.say, most=12)}"
