"""In which words a model is asked: the seam to the prompt registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent.reasoning.request import Message


class NoWords(Exception):
    """There are no words a model may be asked with: refused, not locked, or for another model.

    The weighing judges, and a person is asked.
    """


@dataclass(frozen=True)
class Rendered:
    """A prompt as it is sent, and where it is from.

    ``provisional`` means that it was never promoted for the model that is asked, so nothing that
    rests on it may be carried out without a person. ``bucket`` is the case's place in a canary;
    ``options`` are how the model answers, such as ``temperature``.
    """

    messages: tuple[Message, ...]
    name: str
    version: str
    sha256: str
    alias: str
    rendered_hash: str
    provisional: bool
    bucket: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


class PromptBook(Protocol):
    """The prompts, by what they are for."""

    async def messages(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> Rendered:
        """Return the words for a task of a case.

        Args:
            task: What is asked for, such as ``diagnose``.
            kind: The kind of conflict; None where the words are for none in particular.
            case: Its id, by which a canary stays the same.
            inputs: What the words are about, JSON-plain and masked; ``plant`` is among them.
            model: The model that is asked, such as ``openai:gpt-5-mini``.

        Raises:
            NoWords: None may be used.
        """
        ...

    async def shadows(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> tuple[Rendered, ...]:
        """Return the words that are tried beside those in use; none, as a rule."""
        ...

    async def promoted(self, words: Rendered, model: str) -> bool:
        """Return whether a promotion stands for these words under the model that answered."""
        ...
