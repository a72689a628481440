"""Asking a model one thing: in registered words, down the ladder, by whichever line answers.

What is asked about (a cause, a kind, words for a person) is a ``Matter``; how an answer is read is
its own affair. Whoever asks gets what was read, or the reason there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from agent.reasoning.asker import (
    Busy,
    Locked,
    ModelTrouble,
    Resting,
    Silent,
    Spent,
    Unfit,
    Unoffered,
    bare,
)
from agent.reasoning.budget import Allowance, Budget
from agent.reasoning.calling import Line
from agent.reasoning.calls import Occasion, Purpose
from agent.reasoning.fitting import ModelFit
from agent.reasoning.ladder import Capability, Ladder
from agent.reasoning.people import Nobody, People
from agent.reasoning.request import Form, ModelRequest
from agent.reasoning.words import PromptBook, Rendered
from tools.patience import Rhythm

MOST_TOKENS = 800
"""How long an answer may be where the prompt does not say."""

PROVISIONAL = "provisional"

T = TypeVar("T")


@dataclass(frozen=True)
class Matter(Generic[T]):
    """What a model is asked once.

    Attributes:
        task: The prompt.
        purpose: What the call counts as.
        kind: The kind of conflict; None where it is not known, or does not matter to the words.
        case: The case it is asked for.
        plant: Its plant.
        inputs: What the words are about, masked.
        name: What the answer is called.
        schema: Its JSON schema.
        read: Reads an answer's text, or raises ``NotUsable``.
        form: The answer's only form; None begins at the top of the ladder.
    """

    task: str
    purpose: Purpose
    kind: str | None
    case: str
    plant: str
    inputs: Mapping[str, Any]
    name: str
    schema: Mapping[str, Any]
    read: Callable[[str | None], T]
    form: Form | None = None


@dataclass(frozen=True)
class Heard(Generic[T]):
    """What was answered, and whose answer it is.

    ``promoted`` tells whether the gate has passed these words under this model.
    """

    said: T
    words: Rendered
    model: str
    promoted: bool

    @property
    def mark(self) -> tuple[str, ...]:
        """The words and the model, as judges and records name them."""
        words = self.words
        prompt = f"{words.name}@{words.version}#{words.sha256[:12]}"
        return ("model", prompt, self.model)


@dataclass(frozen=True)
class Asking:
    """How models are asked.

    ``lines`` are the model and, after it, those that stand in for it; ``people`` are never named to
    any of them.
    """

    lines: tuple[Line, ...]
    book: PromptBook
    rhythm: Rhythm
    allowance: Allowance = Allowance()
    fit: ModelFit = field(default_factory=ModelFit)
    people: People = field(default_factory=Nobody)
    capability: Capability = field(default_factory=Capability)

    async def ask(self, matter: Matter[T]) -> Heard[T]:
        """Ask the model, or the one that stands in for it while the first cannot be reached.

        Raises:
            GivenUp: It answers nothing that can be used.
            ModelTrouble: It does not answer.
            NoWords: There are no words to ask it with.
        """
        budget = Budget(self.allowance, self.rhythm.clock)
        trouble: ModelTrouble | None = None
        for line in self.lines:
            try:
                return await self._climb(line, matter, budget, trouble is not None)
            except (Busy, Silent, Locked, Resting, Unfit) as error:
                trouble = trouble or error
            except Spent as error:
                raise trouble or error from error
        raise trouble or Spent("no model is configured")

    def request(self, model: str, words: Rendered, matter: Matter[Any]) -> ModelRequest:
        """Return what a model is sent first."""
        options, untempered = words.options, model in self.capability.untempered
        return ModelRequest(
            model=model,
            messages=words.messages,
            form=matter.form or self.capability.start(model),
            name=matter.name,
            schema=matter.schema,
            most_tokens=int(options.get("maxOutputTokens", MOST_TOKENS)),
            temperature=None if untempered else options.get("temperature"),
        )

    async def close(self) -> None:
        """Let go of connections."""
        for line in self.lines:
            await line.asker.close()

    async def _climb(
        self, line: Line, matter: Matter[T], budget: Budget, instead: bool
    ) -> Heard[T]:
        model = line.asker.name
        words = await self.book.messages(
            matter.task, matter.kind, matter.case, matter.inputs, model
        )
        occasion = Occasion(matter.case, matter.plant, words)
        ladder = Ladder(self.request(model, words, matter), matter.read)
        purpose = Purpose.AGAIN if instead else matter.purpose
        while True:
            try:
                answer = await line.ask(ladder.next, purpose, occasion, budget)
            except Unoffered as error:
                ladder.refuse(str(error))
            else:
                said = ladder.hear(answer)
                if said is not None:
                    self.capability.works(model, ladder)
                    who = _named(model, answer.model)
                    promoted = await self.book.promoted(words, who)
                    return Heard(said, words, who, promoted)
            purpose = Purpose.REPAIR


def _named(asked: str, returned: str) -> str:
    """Return a model by its provider and the name the server gave it."""
    provider = asked.partition(":")[0]
    return f"{provider}:{returned or bare(asked)}"
