"""The chat brain: one turn in, an answer out, whole or piece by piece.

With a model it is a bounded conversation over tools that look; without one, or where the model
comes to no answer, it is plain intent. Either way the turn is written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing

from agent.reasoning.chat.auxiliary import auxiliary
from agent.reasoning.chat.consulting import consultations
from agent.reasoning.chat.conversation import Loop, NoAnswer, Talk
from agent.reasoning.chat.explained import Explaining, case_to_explain
from agent.reasoning.chat.finding import Finder
from agent.reasoning.chat.finishing import finished, pages, warning
from agent.reasoning.chat.language import language_of
from agent.reasoning.chat.looking import looks
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.phrases import Say
from agent.reasoning.chat.plain_answer import PlainAnswer
from agent.reasoning.chat.proposing import proposal
from agent.reasoning.chat.sources import Diary, Proposals, Sources
from agent.reasoning.chat.tool import Bench, Tool, Veil
from agent.reasoning.chat.turn import ChatAnswer, ChatTurn, Ended, Notebook, Speaker, Used

PARAGRAPH = "\n\n"

WHY_PLAIN: Mapping[Ended, str] = {
    Ended.STUCK: "The model went in circles. From the systems and records:",
    Ended.OUT_OF_CALLS: "The model came to no answer. From the systems and records:",
    Ended.OUT_OF_TOKENS: "The question is too long for the model. From the systems and records:",
    Ended.OUT_OF_TIME: "The model took too long. From the systems and records:",
    Ended.OUT_OF_BUDGET: "The model may not be asked more for now. From the systems and records:",
    Ended.MODEL_FAILED: "The model cannot be asked now. From the systems and records:",
}


class Brain:
    """Answers turns.

    Args:
        sources: Where answers come from.
        diary: Where turns are written down.
        talk: The model and its words; None answers by plain intent.
        proposals: How something is put before a person; None proposes nothing.
        explaining: Puts a case into words; None tells it as any other question.
    """

    def __init__(
        self,
        sources: Sources,
        diary: Diary,
        talk: Talk | None = None,
        proposals: Proposals | None = None,
        explaining: Explaining | None = None,
    ) -> None:
        self._sources, self._diary = sources, diary
        self._talk, self._proposals, self._explaining = talk, proposals, explaining
        self._plain = PlainAnswer(sources)

    async def answer(self, turn: ChatTurn, notes: Notebook | None = None) -> ChatAnswer:
        """Answer a turn; who wants to know what it took, brings the notebook."""
        notes = notes or Notebook()
        said = [piece async for piece in self._told(turn, notes)]
        return _answer("".join(said), notes)

    async def stream(self, turn: ChatTurn, notes: Notebook | None = None) -> AsyncGenerator[str]:
        """Answer a turn piece by piece; together the pieces are the answer's text."""
        async with aclosing(self._told(turn, notes or Notebook())) as pieces:
            async for piece in pieces:
                yield piece

    async def _told(self, turn: ChatTurn, notes: Notebook) -> AsyncGenerator[str]:
        """Answer, and write the turn down, also one that nobody listens to until its end."""
        notes.language = turn.language or language_of([turn.question, *_said_before(turn)])
        said = list[str]()
        try:
            async for paragraph in self._paragraphs(turn, notes):
                piece = f"{PARAGRAPH}{paragraph}" if said else paragraph
                said.append(piece)
                yield piece
        except (asyncio.CancelledError, GeneratorExit):
            notes.ended = Ended.LEFT
            raise
        finally:
            await asyncio.shield(self._diary.turn(turn, _answer("".join(said), notes), notes))

    async def _paragraphs(self, turn: ChatTurn, notes: Notebook) -> AsyncIterator[str]:
        own = await self._at_once(turn, notes)
        if own is not None:
            for paragraph in own.split(PARAGRAPH):
                yield paragraph
            return
        if self._talk is not None and self._sources.within(turn.plant):
            try:
                answer = await self._modelled(self._talk, turn, notes)
            except NoAnswer as none:
                notes.ended, notes.why = none.ended, none.why
                yield Say(notes.language)(WHY_PLAIN[none.ended])
            else:
                for paragraph in answer.split(PARAGRAPH):
                    yield paragraph
                return
        ended = notes.ended
        async for paragraph in self._plain.tell(turn, notes):
            if paragraph:
                yield paragraph
        if ended is not Ended.ANSWERED:
            notes.ended = ended

    async def _at_once(self, turn: ChatTurn, notes: Notebook) -> str | None:
        """Return the answer to what needs no conversation; None where somebody has to look."""
        own = auxiliary(turn.question, sure=turn.auxiliary)
        if own is None:
            return await self._explained(turn, notes)
        notes.ended = Ended.AUXILIARY
        return own

    async def _explained(self, turn: ChatTurn, notes: Notebook) -> str | None:
        """Return a case in words, with its page, where that is asked for and they may see it."""
        named = case_to_explain(turn.question)
        if named is None or self._explaining is None:
            return None
        found = await Finder(self._sources, turn.plant).one(Kind.CASE, named)
        if not found.subjects:
            return None
        case, link = found.subjects[0].number, self._sources.link
        told = await self._explaining.explain(case, turn, notes.language)
        notes.by, notes.why = told.by, told.why
        notes.about(case)
        notes.used.append(Used("explain", {"case": case}))
        page = pages([case], f"{case} {told.text}", link, Say(notes.language))
        return PARAGRAPH.join(one for one in (told.text, page) if one)

    async def _modelled(self, talk: Talk, turn: ChatTurn, notes: Notebook) -> str:
        """Return the model's answer, fit to be shown.

        Raises:
            NoAnswer: The model came to none.
        """
        bench = Bench(turn, self._sources, Finder(self._sources, turn.plant), notes)
        people = await self._sources.people.of(turn.plant)
        veil = Veil({"people": [turn.user]}, people=people)
        loop = Loop(talk, bench, self._tools(bench), veil)
        text = await loop.answer()
        link, say = self._sources.link, Say(notes.language)
        shown = finished(text, link)
        if not shown:
            raise NoAnswer(Ended.STUCK, "an answer without a word")
        notes.by = talk.model.name
        rest = (pages(notes.cases, shown, link, say), warning(shown, loop.seen, say))
        return PARAGRAPH.join([shown, *(one for one in rest if one)])

    def _tools(self, bench: Bench) -> dict[str, Tool]:
        plants = [window.code for window in bench.finder.windows]
        tools = [*looks(plants), *consultations(self._sources.kinds)]
        if self._proposals is not None:
            tools.append(proposal(self._proposals))
        return {tool.page.name: tool for tool in tools}


def _said_before(turn: ChatTurn) -> list[str]:
    return [one.text for one in reversed(turn.before) if one.speaker is Speaker.USER]


def _answer(text: str, notes: Notebook) -> ChatAnswer:
    return ChatAnswer(
        text=text,
        language=notes.language,
        ended=notes.ended,
        by=notes.by,
        used=tuple(notes.used),
        cases=tuple(notes.cases),
        proposal=notes.proposal,
    )
