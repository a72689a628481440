"""A model call as a pure step: request in, answer out, both JSON-plain.

What is asked does not depend on who is asked, or when: the same request goes to a server at once,
or into a batch file that some model answers tonight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from registry.tokens import estimated_of


class Form(StrEnum):
    """How a model is made to answer: in JSON, the rungs of the ladder, best first; or in words."""

    SCHEMA = "json_schema"
    FUNCTION = "function_calling"
    OBJECT = "json_mode"
    WORDS = "words"


class Finish(StrEnum):
    """Why a model stopped."""

    DONE = "done"
    LENGTH = "length"
    FILTERED = "filtered"
    REFUSED = "refused"


@dataclass(frozen=True)
class Message:
    """One message of a request."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class ModelRequest:
    """What a model is asked: messages, and the form its one answer must have.

    ``schema`` is the JSON schema of the answer and ``name`` what the answer is called. There is no
    place here for a tool: ``Form.FUNCTION`` is a way to answer, it calls nothing.
    """

    model: str
    messages: tuple[Message, ...]
    form: Form
    name: str
    schema: Mapping[str, Any]
    most_tokens: int = 800
    temperature: float | None = None

    @cached_property
    def size(self) -> int:
        """About how many tokens are sent."""
        return estimated_of(message.content for message in self.messages)


@dataclass(frozen=True)
class ModelAnswer:
    """What a model answered. ``text`` None means that it left out what was asked for.

    ``model`` is the name the server gave the model, which may be another than was asked for.
    """

    model: str
    text: str | None
    finish: Finish = Finish.DONE
    tokens_in: int | None = None
    tokens_out: int | None = None
    note: str = ""
