"""OpenAI's chat completions as bytes enter and leave: what is read, and how an answer is told.

Whatever is not named here is accepted and ignored. Of a conversation only what people and assistant
said is read: instructions in it have no authority, Concord's own are in its prompt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field

from agent.reasoning.chat.turn import Message, Notebook, Speaker
from agent.words.catalog import Language
from registry.tokens import estimated, estimated_of

MODEL = "concord"
TASKS = "concord-tasks"
MODELS: Mapping[str, str] = {
    MODEL: "Answers from SAP, MES and the records; proposes, and never decides.",
    TASKS: "For a client's own requests: titles, tags, follow-ups. Looks at nothing.",
}
DONE = "data: [DONE]\n\n"
MOST_MESSAGES = 1000
LONGEST = 100_000

_KEPT = "\n\t"


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str = "text"
    text: str | None = None


class Said(BaseModel):
    """A message as a client sends it."""

    role: str = Field(examples=["user"])
    content: str | list[Part] | None = Field(default=None, examples=["What is waiting for me?"])


class Question(BaseModel):
    """A conversation whose last message is the question; unknown parameters are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": "What is waiting for me?"}],
                    "stream": False,
                }
            ]
        }
    )

    model: str = MODEL
    messages: Annotated[list[Said], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = None
    stream_options: Any = Field(default=None, description="include_usage tells it at the end.")
    metadata: Any = Field(
        default=None, description="plant keeps to one plant, language is en or de."
    )

    @property
    def said(self) -> tuple[Message, ...]:
        """What was said by people and assistant, in order."""
        return tuple(
            Message(Speaker(one.role), text)
            for one in self.messages
            if one.role in set(Speaker) and (text := _text(one.content))
        )

    @property
    def plant(self) -> str | None:
        """The one plant the question is to keep to."""
        return _of(self.metadata, "plant", str)

    @property
    def language(self) -> Language | None:
        """The language the answer is to be in; None leaves it to the question's."""
        wanted = _of(self.metadata, "language", str)
        return Language(wanted) if wanted in set(Language) else None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to end with what it took."""
        return bool(_of(self.stream_options, "include_usage", bool))


@dataclass(frozen=True)
class Usage:
    """What an answer took, in tokens: counted by the model, else estimated."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True)
class Replied:
    """What Concord said."""

    role: str
    content: str


@dataclass(frozen=True)
class Choice:
    """The one answer there is."""

    index: int
    message: Replied
    finish_reason: str


@dataclass(frozen=True)
class Completed:
    """An answer, whole."""

    id: str
    object: str
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: Usage


@dataclass(frozen=True)
class Head:
    """What every part of one answer says of it."""

    id: str
    created: int
    model: str

    def whole(self, text: str, usage: Usage) -> Completed:
        """Return the answer as one."""
        choices = (Choice(0, Replied("assistant", text), "stop"),)
        return Completed(self.id, "chat.completion", self.created, self.model, choices, usage)

    def piece(self, delta: Mapping[str, str], finish: str | None = None) -> str:
        """Return a piece of the answer as an event."""
        return self._event([{"index": 0, "delta": delta, "finish_reason": finish}])

    def took(self, usage: Usage) -> str:
        """Return what the answer took as an event."""
        return self._event([], usage=vars(usage))

    def _event(self, choices: Sequence[Any], **more: Any) -> str:
        body = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "choices": choices,
            **more,
        }
        return f"data: {json.dumps(body)}\n\n"


def usage_of(said: Sequence[Message], answered: str, notes: Notebook) -> Usage:
    """Return what an answer took: all its model took, or an estimate where none was asked."""
    written = estimated(answered)
    read = max(notes.tokens - written, 0) if notes.calls else estimated_of(m.text for m in said)
    return Usage(read, written, read + written)


def _text(content: str | list[Part] | None) -> str:
    """Return a message's text, without signs that nobody sees."""
    if isinstance(content, list):
        content = "\n".join(one.text for one in content if one.type == "text" and one.text)
    seen = (sign for sign in (content or "")[:LONGEST] if sign >= " " or sign in _KEPT)
    return "".join(seen).strip()


def _of(given: Any, name: str, kind: type[Any]) -> Any:
    found = cast("dict[str, Any]", given).get(name) if isinstance(given, dict) else None
    return found if isinstance(found, kind) and found != "" else None
