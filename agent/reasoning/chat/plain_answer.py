"""The answer without a model: what is asked, about what, told by the reply that knows how."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace

from agent.reasoning.chat.finding import Finder, Found, Subject
from agent.reasoning.chat.laying import case_line, cases_about, choice
from agent.reasoning.chat.naming import CASE, Kind, Named, Names, names_in
from agent.reasoning.chat.phrases import Say
from agent.reasoning.chat.reply import Asked, Rank, Reply, replies
from agent.reasoning.chat.showing import quoted, shown
from agent.reasoning.chat.sources import Sources
from agent.reasoning.chat.troubles import told_all
from agent.reasoning.chat.turn import ChatTurn, Ended, Message, Notebook, Speaker

SHORT = 4
"""A question of so few words may leave out what was asked for just before."""

ALONE = {
    Kind.CASE: "case",
    Kind.ORDER: "order",
    Kind.MATERIAL: "material",
    Kind.DOCUMENT: "document",
    Kind.CONFIRMATION: "confirmations",
}
"""The reply for a thing that is only named."""


@dataclass(frozen=True)
class Understood:
    """What a question asks for, and what it names."""

    replies: tuple[Reply, ...]
    names: Names
    question: str
    spoken_of_before: bool = False


class PlainAnswer:
    """Answers from records and systems, by plain intent."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def tell(self, turn: ChatTurn, notes: Notebook) -> AsyncIterator[str]:
        """Answer, paragraph by paragraph."""
        say = Say(notes.language)
        if turn.plant is not None and turn.plant not in self._sources.windows:
            notes.ended = Ended.UNKNOWN
            yield say("There is no plant {plant} here.", plant=shown(turn.plant))
            return
        understood = self._understood(turn)
        scope = replace(turn, plant=turn.plant or _only(understood.names.plants))
        finder = Finder(self._sources, scope.plant)
        asked = Asked(scope, understood.question, None, self._sources, finder, say, notes)
        async for piece in _answered(asked, understood):
            yield piece

    def _understood(self, turn: ChatTurn) -> Understood:
        """Read the question; what it leaves out is what was spoken of just before."""
        plants = set(self._sources.windows)
        question = turn.question
        names, wanted = names_in(question, plants), _wanted(question)
        earlier = tuple(reversed(turn.before))
        if not wanted and len(question.split()) <= SHORT and (names.named or names.plants):
            said = [one.text for one in earlier if one.speaker is Speaker.USER]
            wanted = _wanted(said[0]) if said else ()
        means_before = any(reply.about for reply in wanted) and (
            bool(_THIS.search(question.lower())) or not any(one.stands_alone for one in wanted)
        )
        if names.named or not means_before:
            return Understood(wanted, names, question)
        before = next((one for one in map(self._names, earlier) if one.named), None)
        if before is None:
            return Understood(wanted, names, question)
        known = Names(before.named, names.plants or before.plants)
        return Understood(wanted, known, question, spoken_of_before=True)

    def _names(self, message: Message) -> Names:
        """Return what a message named; of what was answered, only its cases."""
        user = message.speaker is Speaker.USER
        text = message.text if user else " ".join(CASE.findall(message.text))
        return names_in(text, set(self._sources.windows))


def _only(plants: Sequence[str]) -> str | None:
    return plants[0] if len(plants) == 1 else None


_THIS = re.compile(r"\b(this|that|it|dies\w*|das|es)\b")


def _wanted(question: str) -> tuple[Reply, ...]:
    """Return the replies a question asks for: the most specific; of records, several."""
    known = replies()
    asked = [(name, known[name]) for name in known if known[name].asked_by(question)]
    if not asked:
        return ()
    rank = max(reply.rank for _, reply in asked)
    best = [(name, reply) for name, reply in asked if reply.rank is rank]
    if rank is Rank.DEED:
        order = ("decide", "why", "waiting", "precedents")
        best.sort(key=lambda row: order.index(row[0]) if row[0] in order else len(order))
        return (best[0][1],)
    return tuple(reply for _, reply in best)


async def _answered(asked: Asked, understood: Understood) -> AsyncIterator[str]:
    found = [
        one
        for named in understood.names.named
        if (one := await _found(asked, named, understood.replies)).subjects or named.sure
    ]
    if not found:
        async for piece in _about_nothing(asked, understood):
            yield piece
        return
    known = [subject for one in found for subject in one.subjects]
    if understood.spoken_of_before and len(known) > 1:
        yield choice(
            asked,
            asked.say("Several things were spoken of. Which do you mean?"),
            (_named(asked.say, subject) for subject in known),
        )
        return
    for one in found:
        async for piece in _about(asked, one, understood.replies):
            yield piece


async def _found(asked: Asked, named: Named, wanted: Sequence[Reply]) -> Found:
    """Look a word up, first as what the question can be about, then as anything."""
    kinds = {kind for reply in wanted if reply.rank >= Rank.TOPIC for kind in reply.about}
    if kinds:
        found = await asked.finder.find(named, kinds)
        if found.subjects:
            return found
    return await asked.finder.find(named)


async def _about(asked: Asked, found: Found, wanted: Sequence[Reply]) -> AsyncIterator[str]:
    """Answer about what a word was found to be; ask back where it is more than one thing."""
    say = asked.say
    if not found.subjects:
        asked.notes.ended = Ended.UNKNOWN
        unknown = say("Nothing is known here as {word}.", word=shown(found.word))
        yield told_all(say, found.troubles) or unknown
        return
    subject, *others = found.subjects
    if others:
        question = say(
            "{word} can be more than one thing. Which do you mean?", word=shown(found.word)
        )
        yield choice(asked, question, (_named(say, one) for one in found.subjects))
        return
    fitting = [reply for reply in wanted if subject.kind in reply.about]
    misfits = [reply for reply in wanted if reply.rank >= Rank.TOPIC and reply.about]
    if not fitting and misfits:
        yield say(
            "That is not known of {subject}; what is known of it:", subject=_named(say, subject)
        )
    for reply in fitting or [replies()[ALONE[subject.kind]]]:
        async for piece in _told(asked.of(subject), reply):
            yield piece


async def _told(asked: Asked, reply: Reply) -> AsyncIterator[str]:
    """Tell a reply; one about cases, asked of a record, is told of its case."""
    subject = asked.the_subject
    if reply.rank is Rank.DEED and subject.kind is not Kind.CASE:
        names = await _cases_of(asked, subject)
        if len(names) != 1:
            yield _which_case(asked, subject, names)
            return
        asked = asked.of(Subject(Kind.CASE, next(iter(names)), subject.plant))
    async for piece in reply.tell(asked):
        yield piece


async def _cases_of(asked: Asked, subject: Subject) -> dict[str, str]:
    """Return the cases a record belongs to, with a line about each."""
    if subject.kind is Kind.DOCUMENT:
        traces = await asked.sources.records.traces(subject.number)
        here = [one["case"]["id"] for one in traces if one["case"]["plant"] == subject.plant]
        return {name: name for name in here}
    return {line.id: case_line(asked, line) for line in await cases_about(asked, subject)}


def _which_case(asked: Asked, subject: Subject, names: dict[str, str]) -> str:
    if not names:
        asked.notes.ended = Ended.UNKNOWN
        return asked.say("There is no case about {subject}.", subject=_named(asked.say, subject))
    question = asked.say(
        "There are several cases about {subject}. Which do you mean?",
        subject=_named(asked.say, subject),
    )
    return choice(asked, question, names.values())


async def _about_nothing(asked: Asked, understood: Understood) -> AsyncIterator[str]:
    """Answer a question that names nothing: a list, help, a material by its description."""
    say, wanted = asked.say, understood.replies
    alone = [reply for reply in wanted if reply.stands_alone]
    if alone:
        async for piece in alone[0].tell(asked):
            yield piece
        return
    described = await _described(asked, wanted)
    if len(described) == 1:
        async for piece in _about(asked, Found(described[0].number, described), wanted):
            yield piece
        return
    if described:
        question = say("Several materials are called so. Which do you mean?")
        yield choice(asked, question, (_named(say, one) for one in described))
        return
    if wanted:
        asked.notes.ended = Ended.ASKED_BACK
        kinds = dict.fromkeys(kind for reply in wanted for kind in reply.about)
        words = f" {say('or')} ".join(say.word(kind.value) for kind in kinds)
        yield say("Which one? Name it by its number: {kinds}.", kinds=words)
        return
    asked.notes.ended = Ended.NOT_UNDERSTOOD
    yield say("That was not understood: {question}", question=quoted(asked.question))
    async for piece in replies()["help"].tell(asked):
        yield piece


async def _described(asked: Asked, wanted: Iterable[Reply]) -> tuple[Subject, ...]:
    """Return the materials that the end of a question about materials may describe."""
    if not any(Kind.MATERIAL in reply.about and reply.rank is Rank.TOPIC for reply in wanted):
        return ()
    text = _DESCRIBED.search(asked.question)
    if text is None or len(text.group(1)) < SHORT:
        return ()
    return await asked.finder.by_description(text.group(1).strip())


_DESCRIBED = re.compile(r"\b(?:of|for|von|vom|an|für)\s+(?:the\s+|der\s+|dem\s+|den\s+)?([\w -]+)")


def _named(say: Say, subject: Subject) -> str:
    where = say("plant {plant}", plant=subject.plant)
    return f"{say.word(subject.kind.value)} {shown(subject.number)} ({where})"
