"""A turn with a model: it may look, and propose, until it answers or a limit ends it.

The loop is ours and bounded in calls, looks, tokens and time. Everything the model is shown passes
the veil; everything it says is unveiled. It ends with an answer of the model or with none.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from agent.reasoning.asker import ModelTrouble, Spent
from agent.reasoning.budget import Allowance, Budget
from agent.reasoning.calls import Occasion
from agent.reasoning.chat.guarding import Guard
from agent.reasoning.chat.model import (
    Call,
    ChatModel,
    Instructed,
    Line,
    Manner,
    Saw,
    Spoke,
    ToolPage,
    Wrote,
    text_of,
)
from agent.reasoning.chat.tool import (
    Bench,
    CallRefused,
    Shown,
    Tool,
    Veil,
    known_arguments,
)
from agent.reasoning.chat.turn import Ended, Speaker, Used
from agent.reasoning.masking import Mask
from agent.reasoning.words import NoWords, Rendered
from registry.tokens import estimated_of

NO_ARGUMENTS = "error (model reacts): the arguments are no JSON object"
NO_SUCH_TOOL = "error (model reacts): there is no such tool"
SEEN_ALREADY = "error (model reacts): this was looked at already, its result is above; answer now"
ENOUGH = "error (model reacts): no more looks in this turn; answer with what is known"
TRUNCATED = "\n(cut: ask for less)"


@dataclass(frozen=True)
class Limits:
    """What one turn may take.

    Attributes:
        calls: Calls of the model.
        looks: Calls of tools.
        repeats: Identical calls of a tool before the loop counts as stuck.
        tokens: Tokens in and out, all calls told.
        answer_tokens: Tokens of one answer.
        seconds: Time, from question to answer.
        result: Characters of one tool's result.
    """

    calls: int = 6
    looks: int = 10
    repeats: int = 2
    tokens: int = 40_000
    answer_tokens: int = 700
    seconds: float = 60.0
    result: int = 6_000


class Wording(Protocol):
    """In which words a model is told what it is: the seam to the prompt registry."""

    async def words(self, conversation: str, inputs: Mapping[str, Any], model: str) -> Rendered:
        """Return the words of a conversation.

        Raises:
            NoWords: None may be used.
        """
        ...


class NoAnswer(Exception):
    """The model came to no answer; the person is told why, and answered plainly."""

    def __init__(self, ended: Ended, why: str = "") -> None:
        super().__init__(why or ended.value)
        self.ended, self.why = ended, why


@dataclass(frozen=True)
class Talk:
    """What a conversation with a model needs beside the turn's tools."""

    model: ChatModel
    book: Wording
    limits: Limits = Limits()
    guard: Guard | None = None


@dataclass
class Loop:
    """One turn's conversation while it runs: what was said and seen, unmasked."""

    talk: Talk
    bench: Bench
    tools: Mapping[str, Tool]
    veil: Veil
    lines: list[Line | _Seen] = field(default_factory=list["Line | _Seen"])
    asked: dict[str, int] = field(default_factory=dict[str, int])
    words: Rendered | None = None
    budget: Budget | None = None

    async def answer(self) -> str:
        """Return the model's answer, names restored.

        Raises:
            NoAnswer: It came to none within the limits.
        """
        try:
            async with asyncio.timeout(self.talk.limits.seconds):
                return await self._answer()
        except TimeoutError:
            raise NoAnswer(Ended.OUT_OF_TIME) from None
        except Spent as error:
            raise NoAnswer(Ended.OUT_OF_BUDGET, str(error)) from error
        except (ModelTrouble, NoWords) as error:
            raise NoAnswer(Ended.MODEL_FAILED, str(error)) from error

    @property
    def seen(self) -> list[Any]:
        """Everything that was said or shown in the turn, for checking identifiers."""
        return [
            one.value if isinstance(one, Shown) else one
            for line in self.lines
            for one in (line.shown if isinstance(line, _Seen) else [line.text])
            if not isinstance(line, Spoke)
        ]

    async def _answer(self) -> str:
        await self._begin()
        limits = self.talk.limits
        for left in range(limits.calls - 1, -1, -1):
            spoke = await self._speak(may_look=left > 0)
            if not spoke.calls or left == 0:
                if not spoke.text.strip():
                    raise NoAnswer(Ended.STUCK if left else Ended.OUT_OF_CALLS, "an empty answer")
                return spoke.text
            heard = replace(spoke, calls=spoke.calls[: limits.looks + 1])
            self.lines.append(heard)
            for call in heard.calls:
                self.lines.append(await self._seen(call))
            if max(self.asked.values(), default=0) > limits.repeats:
                raise NoAnswer(Ended.STUCK, "the same look again and again")
        raise NoAnswer(Ended.OUT_OF_CALLS)

    @property
    def _manner(self) -> Manner:
        """How the model is to answer: as its prompt was promoted."""
        options: Mapping[str, Any] = self.words.options if self.words else {}
        return Manner(self.talk.limits.answer_tokens, options.get("temperature"))

    async def _begin(self) -> None:
        """Put down the prompt and what was said so far."""
        turn, bench = self.bench.turn, self.bench
        inputs = {
            "now": bench.sources.clock().isoformat(timespec="minutes"),
            "language": bench.notes.language.value,
            "role": turn.reader.value,
            "plants": [window.code for window in bench.finder.windows],
            "case_page": bench.sources.link("CASE"),
            "most_calls": self.talk.limits.looks,
            "tools": [
                {"name": one.page.name, "says": one.page.about} for one in self.tools.values()
            ],
        }
        name = self.talk.model.name
        words = await self.talk.book.words(turn.conversation, inputs, name)
        self.words = words
        bench.notes.prompt = {
            "prompt": words.name,
            "version": words.version,
            "sha256": words.sha256,
            "alias": words.alias,
            "rendered": words.rendered_hash,
        }
        self.lines += [Instructed(one.content) for one in words.messages if one.role == "system"]
        self.lines += [_line(one.speaker, one.text) for one in turn.before]
        self.lines.append(Wrote(turn.question))

    async def _speak(self, *, may_look: bool) -> Spoke:
        """Let the model say one thing; it is shown masked lines, and unmasked at once."""
        notes, limits, mask = self.bench.notes, self.talk.limits, self.veil.mask
        masked = [_masked(line, mask, limits.result) for line in self.lines]
        pages = [tool.page for tool in self.tools.values()] if may_look else []
        size = _size(masked, pages)
        if notes.tokens + size + limits.answer_tokens > limits.tokens:
            raise NoAnswer(Ended.OUT_OF_TOKENS)
        notes.calls += 1
        notes.sent = [text_of(line) for line in masked]
        spoke = await self._heard(masked, pages)
        notes.said = text_of(spoke)
        notes.tokens += spoke.tokens or size + estimated_of([notes.said])
        return _unmasked(spoke, mask)

    async def _heard(self, lines: Sequence[Line], pages: Sequence[ToolPage]) -> Spoke:
        """Let the model speak, past the guard where one stands."""
        talk, words = self.talk, self.words
        if talk.guard is None or words is None:
            return await talk.model.speak(lines, pages, self._manner)
        turn, limits = self.bench.turn, talk.limits
        key = f"chat/{turn.conversation or turn.user}"[:200]
        if self.budget is None:
            most = Allowance(limits.calls, limits.tokens, limits.seconds)
            self.budget = await talk.guard.budget(key, most)
        occasion = Occasion(key, turn.plant or "", words)
        return await talk.guard.speak(talk.model, lines, pages, self._manner, occasion, self.budget)

    async def _seen(self, call: Call) -> _Seen:
        """Carry a call out, once; what goes wrong is told with who reacts."""
        tool = self.tools.get(call.tool)
        if call.arguments is None or tool is None:
            why = NO_SUCH_TOOL if tool is None else NO_ARGUMENTS
            self._count(call)
            return self._told(call, why)
        if self._count(call) > 1:
            return self._told(call, SEEN_ALREADY)
        if len(self.bench.notes.used) >= self.talk.limits.looks:
            return self._told(call, ENOUGH)
        try:
            known_arguments(tool.page, call.arguments)
            shown = await tool.work(self.bench, call.arguments)
        except CallRefused as refused:
            return self._told(call, str(refused), refused.reacts)
        for one in shown:
            self.veil.learn(one.value)
        self.bench.notes.used.append(Used(call.tool, call.arguments))
        return _Seen(call.id, call.tool, tuple(shown))

    def _told(self, call: Call, why: str, went: str = "model") -> _Seen:
        self.bench.notes.used.append(Used(call.tool[:40], call.arguments or {}, went))
        return _Seen(call.id, call.tool, (why,))

    def _count(self, call: Call) -> int:
        same = f"{call.tool} {json.dumps(call.arguments, sort_keys=True, default=str)}"
        self.asked[same] = self.asked.get(same, 0) + 1
        return self.asked[same]


@dataclass(frozen=True)
class _Seen:
    """What a call led to, unmasked: data to lay out, or a sentence of ours."""

    call: str
    tool: str
    shown: tuple[Shown | str, ...]

    @property
    def text(self) -> str:
        """What it was about, without the data."""
        return self.tool


def _line(speaker: Speaker, text: str) -> Line:
    return Wrote(text) if speaker is Speaker.USER else Spoke(text)


def _masked(line: Line | _Seen, mask: Mask, most: int) -> Line:
    """Return a line as the model may see it."""
    match line:
        case Instructed():
            return line
        case Wrote():
            return Wrote(mask.hide(line.text))
        case Spoke():
            calls = tuple(
                Call(
                    call.id,
                    call.tool,
                    None if call.arguments is None else mask.plain(call.arguments),
                )
                for call in line.calls
            )
            return Spoke(mask.hide(line.text), calls)
        case Saw():
            return line
        case _Seen():
            said = [
                mask.hide(one) if isinstance(one, str) else one.text(mask) for one in line.shown
            ]
            text = "\n".join(said) or "nothing"
            cut = text if len(text) <= most else text[:most].rpartition("\n")[0] + TRUNCATED
            return Saw(line.call, line.tool, cut)


def _unmasked(spoke: Spoke, mask: Mask) -> Spoke:
    calls = tuple(
        Call(
            call.id, call.tool, None if call.arguments is None else _restored(call.arguments, mask)
        )
        for call in spoke.calls
    )
    return Spoke(mask.restore(spoke.text), calls, spoke.tokens, spoke.model)


def _restored(arguments: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """Return arguments with names; what is no text stays as it is."""
    return {
        name: mask.restore(one) if isinstance(one, str) else one for name, one in arguments.items()
    }


def _size(lines: Sequence[Line], pages: Sequence[ToolPage]) -> int:
    tools = [f"{page.name} {page.about} {json.dumps(page.parameters)}" for page in pages]
    return estimated_of([*(text_of(line) for line in lines), *tools])
