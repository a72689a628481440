"""The protocol a chat model speaks: lines in, a text or calls of tools out.

What is behind it (a provider's client, a script in a test) is no concern of the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias


@dataclass(frozen=True)
class Call:
    """A tool the model calls. ``arguments`` None means that they are no JSON object."""

    id: str
    tool: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True)
class Instructed:
    """What the model is told to be."""

    text: str


@dataclass(frozen=True)
class Wrote:
    """What the person wrote."""

    text: str


@dataclass(frozen=True)
class Spoke:
    """What the model said: a text, calls, or both. ``tokens`` None: the server did not count."""

    text: str
    calls: tuple[Call, ...] = ()
    tokens: int | None = None
    model: str = ""


@dataclass(frozen=True)
class Saw:
    """What a call led to."""

    call: str
    tool: str
    text: str


Line: TypeAlias = Instructed | Wrote | Spoke | Saw


@dataclass(frozen=True)
class ToolPage:
    """A tool as the model sees it; ``parameters`` is a JSON schema."""

    name: str
    about: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Manner:
    """How the model answers: in so many tokens at most, and how freely."""

    most_tokens: int
    temperature: float | None = None


class ChatModel(Protocol):
    """A model that can talk and call tools."""

    @property
    def name(self) -> str:
        """The model as it is configured, such as ``openai:gpt-5-mini``."""
        ...

    async def speak(
        self, lines: Sequence[Line], tools: Sequence[ToolPage], manner: Manner
    ) -> Spoke:
        """Return what the model says next. Without tools it has to answer in words.

        Raises:
            ModelTrouble: It says nothing.
        """
        ...
