"""The chat brain on an installation: its sources, its diary and its one way to propose.

The brain knows protocols; here they are answered by records, systems and the door every signal
comes through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.case.conflict import Conflict
from agent.case.diagnosis import Resemblance
from agent.plain import dump
from agent.precedents.index import IndexUnusable
from agent.reasoning.budget import Allowance
from agent.reasoning.chat.brain import Brain
from agent.reasoning.chat.conversation import Limits, Talk
from agent.reasoning.chat.explained import Explaining
from agent.reasoning.chat.guarding import Guard, Taken
from agent.reasoning.chat.langchain_model import LangChainModel, options_of
from agent.reasoning.chat.model import Manner
from agent.reasoning.chat.sources import Opened, PrecedentsAway, Sources
from agent.reasoning.chat.theirs import theirs
from agent.reasoning.chat.turn import ChatAnswer, ChatTurn, Notebook
from agent.reasoning.chat.window import Window
from agent.reasoning.ollama_chat import OllamaChat
from agent.reasoning.openai_chat import OpenAIChat
from agent.reasoning.request import Message
from agent.reasoning.words import NoWords, Rendered
from agent.records.audit import Entry, append, entries_of
from agent.records.canonical import digest
from agent.records.cases import CaseView, Page, Wish
from agent.records.gates import Enqueue
from agent.records.states import How
from agent.records.tables import ModelTextRow
from agent.records.tracing import trace
from agent.settings import Settings
from registry.aliases import Alias
from registry.compatibility import Surroundings
from registry.errors import RegistryError
from registry.registry import Registry

PROMPT = "chat"
TURN = "chat turn"
NOTE = "note proposed"


def page_of(case: str) -> str:
    """Return the address of a case's page, within the service."""
    return f"/cases/{case}"


@dataclass(frozen=True)
class Reach:
    """How far who asks can reach: the plants they may look at, and those they may propose at.

    None are all plants. ``link`` leads them to the page of a case.
    """

    plants: frozenset[str] | None = None
    proposes: frozenset[str] | None = None
    link: Callable[[str], str] = page_of


ANYWHERE = Reach()


def talk_of(concord: Machinery, registry: Registry) -> Talk | None:
    """Return the configured model for talk, on the line that cases use; None where there is none.

    Whoever wired the installation closes the line.
    """
    settings, asking = concord.settings, concord.judges.asking
    if asking is None:
        return None
    line = asking.lines[0]
    asker = line.asker
    if not isinstance(asker, OpenAIChat | OllamaChat):
        return None
    options = partial(_of_ollama, settings) if isinstance(asker, OllamaChat) else options_of
    most = Allowance(tokens=settings.chat_tokens, cost=settings.chat_cost)
    guard = Guard(line, RecordedSpending(concord), most, settings.model_cost)
    limits = Limits(tokens=settings.model_tokens, seconds=settings.model_seconds)
    model = LangChainModel(asker.name, asker.connected, options)
    return Talk(model, RegisteredWording(registry), limits, guard)


class RecordedSpending:
    """Adds up what conversations took within a day, from the record of calls."""

    def __init__(self, concord: Machinery) -> None:
        self._database, self._clock = concord.database, concord.context.clock

    async def taken(self, conversation: str) -> Taken:
        return await asyncio.to_thread(self._taken, conversation)

    def _taken(self, conversation: str) -> Taken:
        since = (self._clock() - timedelta(days=1)).astimezone(UTC).isoformat()
        with self._database.read() as session:
            calls = [one.details for one in entries_of(session, conversation) if one.at >= since]
        tokens = sum((one["tokens_in"] or 0) + (one["tokens_out"] or 0) for one in calls)
        cost = sum((Decimal(one["cost"]) for one in calls if one["cost"]), Decimal(0))
        return Taken(tokens, cost)


def _of_ollama(settings: Settings, manner: Manner) -> Mapping[str, Any]:
    """Return a manner as options of Ollama's native chat; the context's length goes with each."""
    options = {"num_ctx": settings.model_context, "num_predict": manner.most_tokens}
    heat = {} if manner.temperature is None else {"temperature": manner.temperature}
    return {"options": {**options, **heat}}


def brain_of(
    concord: Machinery,
    enqueue: Enqueue,
    talk: Talk | None = None,
    reach: Reach = ANYWHERE,
    explaining: Explaining | None = None,
) -> Brain:
    """Return the brain of an installation; without a model to talk to it answers plainly."""
    proposals = door_of(concord, enqueue, reach)
    return Brain(sources_of(concord, reach), RecordedTurns(concord), talk, proposals, explaining)


def door_of(concord: Machinery, enqueue: Enqueue, reach: Reach) -> DoorToCases | None:
    """Return the way to propose; None for who may nowhere."""
    nowhere = reach.proposes is not None and not reach.proposes
    return None if nowhere else DoorToCases(concord, enqueue, reach.proposes)


def sources_of(concord: Machinery, reach: Reach = ANYWHERE) -> Sources:
    """Return where an installation's answers come from, as far as who asks can reach."""
    windows = {
        code: Window(code, one.plant.name, one.plant.zone, one.sides)
        for code, one in concord.plants.items()
    }
    everything = Sources(
        windows=windows,
        records=ReadRecords(concord),
        kinds={kind: str(book.title) for kind, book in concord.context.catalog.playbooks.items()},
        clock=concord.context.clock,
        link=reach.link,
        people=concord.people,
    )
    return theirs(everything, reach.plants)


class RegisteredWording:
    """The words of the prompt registry, read in a thread; a canary sticks to a conversation."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def words(self, conversation: str, inputs: Mapping[str, Any], model: str) -> Rendered:
        try:
            return await asyncio.to_thread(self._rendered, conversation, inputs, model)
        except RegistryError as error:
            raise NoWords(f"no words may be used: {error}") from error

    def _rendered(self, conversation: str, inputs: Mapping[str, Any], model: str) -> Rendered:
        registry = self._registry
        resolved = registry.resolve(PROMPT, Alias.PRODUCTION, conversation)
        registry.require(resolved, Surroundings(model))
        rendered = registry.render(resolved, inputs)
        return Rendered(
            messages=tuple(Message(one.role, one.content) for one in rendered.messages),
            name=resolved.name,
            version=resolved.version,
            sha256=resolved.sha256,
            alias=resolved.alias.value,
            rendered_hash=rendered.sha256,
            provisional=registry.provisional(resolved, model),
            bucket=resolved.bucket,
            options=registry.prompt(resolved).options,
        )


class ReadRecords:
    """Reads the records for the chat."""

    def __init__(self, concord: Machinery) -> None:
        self._records, self._database = concord.records, concord.database
        self._precedents = concord.precedents

    async def case(self, name: str) -> CaseView | None:
        return await self._records.case(name)

    async def page(self, wish: Wish, limit: int) -> Page:
        return await self._records.page(wish, limit=limit)

    async def count(self, wish: Wish) -> int:
        return sum((await self._records.count(wish)).values())

    async def traces(self, word: str) -> Sequence[Mapping[str, Any]]:
        return await asyncio.to_thread(self._traces, word)

    async def alike(self, case: str, most: int) -> Sequence[Resemblance]:
        view, pin = await self._records.case(case), await self._records.pinned(case)
        if view is None or view.kind is None:
            return ()
        conflict = view.conflict or Conflict(view.kind, view.plant, view.object, view.signal.keys)
        sheet = pin.facts if pin else {}
        try:
            found = await self._precedents.similar(conflict, view.signal, sheet, most + 1)
        except IndexUnusable as error:
            raise PrecedentsAway(str(error)) from error
        return [one for one in found if one.case != case][:most]

    async def like(self, kind: str, words: str, most: int) -> Sequence[Resemblance]:
        try:
            return await asyncio.to_thread(self._precedents.like, kind, words, most)
        except IndexUnusable as error:
            raise PrecedentsAway(str(error)) from error

    def _traces(self, word: str) -> list[dict[str, Any]]:
        with self._database.read() as session:
            return [one.plain() for one in trace(session, word)]


class DoorToCases:
    """Puts proposals before people: a signal at the common door, or a note in the audit."""

    def __init__(
        self, concord: Machinery, enqueue: Enqueue, plants: frozenset[str] | None = None
    ) -> None:
        self._concord, self._enqueue, self._plants = concord, enqueue, plants

    def may_at(self, plant: str) -> bool:
        return self._plants is None or plant in self._plants

    async def open_case(self, signal: bytes, proposed_by: str) -> Opened:
        received = await arrive(signal, self._concord, self._enqueue, proposed_by)
        known = received.how in {How.DUPLICATE, How.ATTACHED}
        return Opened(received.case, known, received.how.value)

    async def attach_note(self, case: str, text: str, by: str) -> None:
        await self._concord.records.note(case, NOTE, {"text": text}, by)


class RecordedTurns:
    """Writes turns into the audit: what was asked by hash, the texts a model saw for a time."""

    def __init__(self, concord: Machinery) -> None:
        self._database, self._clock = concord.database, concord.context.clock
        self._plants = concord.context.plants

    async def turn(self, turn: ChatTurn, answer: ChatAnswer, notes: Notebook) -> None:
        await asyncio.to_thread(self._write, turn, answer, notes)

    def _write(self, turn: ChatTurn, answer: ChatAnswer, notes: Notebook) -> None:
        now, days = self._clock(), self._days(turn)
        texts = {"sent": notes.sent, "answered": notes.said}
        mark = digest(texts) if notes.calls else None
        details = {**details_of(turn, answer, notes), "texts": mark, "kept": bool(mark and days)}
        inputs = {"question": turn.question, "answer": answer.text}
        with self._database.write() as session:
            sequence = append(session, Entry(turn.user, TURN, None, inputs, details), now)
            if mark is not None and days:
                session.add(
                    ModelTextRow(
                        sequence=sequence,
                        case_id=f"chat/{turn.conversation}"[:200],
                        digest=mark,
                        body=texts,
                        forget_at=now + timedelta(days=days),
                    )
                )

    def _days(self, turn: ChatTurn) -> int | None:
        """Return how long texts are kept: as the strictest of the turn's plants wants it."""
        plants = [one for code, one in self._plants.items() if turn.plant in {None, code}]
        if not plants or any(one.retention.model_texts != "keep" for one in plants):
            return None
        return min(one.retention.days for one in plants)


def details_of(turn: ChatTurn, answer: ChatAnswer, notes: Notebook) -> dict[str, Any]:
    """Return what is kept of a turn for good: everything but what was said."""
    return {
        "role": turn.role.value,
        "plant": turn.plant,
        "conversation": turn.conversation,
        "language": answer.language.value,
        "by": answer.by,
        "ended": answer.ended.value,
        "why": notes.why[:300],
        "calls": notes.calls,
        "tokens": notes.tokens,
        "tools": [
            {"tool": one.tool, "went": one.went, "arguments": digest(dump(dict(one.arguments)))}
            for one in answer.used
        ],
        "cases": list(answer.cases),
        "proposal": answer.proposal,
        **notes.prompt,
    }
