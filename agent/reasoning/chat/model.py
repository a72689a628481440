"""The protocol a chat model speaks: lines in, a text or calls of tools out.

What is behind it (a provider's client, a script in a test) is no concern of the conversation.
"""

from __future__ import annotations

import json
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
    """What the model said: a text, calls, or both.

    ``tokens`` are all it took, ``read`` and ``written`` apart; None: the server did not count.
    """

    text: str
    calls: tuple[Call, ...] = ()
    tokens: int | None = None
    model: str = ""
    read: int | None = None
    written: int | None = None


@dataclass(frozen=True)
class Saw:
    """What a call led to."""

    call: str
    tool: str
    text: str


Line: TypeAlias = Instructed | Wrote | Spoke | Saw


def text_of(line: Line) -> str:
    """Return a line as text, calls of tools included."""
    if not isinstance(line, Spoke):
        return line.text
    calls = [f"{call.tool}({json.dumps(call.arguments, default=str)})" for call in line.calls]
    return "\n".join([line.text, *calls]).strip()


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
