"""The one door to Prompty: a body and its inputs become messages.

Prompty is imported when something is rendered, not before: it takes a third of a second. Its parser
marks every role of the template before values are put in, so a value with a line ``System:`` of its
own is found out. Values are put in by our own sandbox, in which an undefined name is an error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from jinja2 import TemplateError

from registry.errors import RenderingRefused
from registry.inputs import dressed
from registry.prompt import Prompt
from registry.templates import EXAMPLES, environment
from registry.tokens import estimated_of

Role: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One message to a model."""

    role: Role
    content: str

    def plain(self) -> dict[str, str]:
        """Return it as providers take it."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True)
class Rendered:
    """What a model is sent, with its hash, and about how many tokens it has."""

    messages: tuple[Message, ...]
    sha256: str
    tokens: int

    def plain(self) -> list[dict[str, str]]:
        """Return the messages as providers take them."""
        return [message.plain() for message in self.messages]


def rendered(prompt: Prompt, inputs: Mapping[str, Any]) -> Rendered:
    """Put inputs into a prompt.

    Raises:
        InputsRefused: A variable is missing, unknown or of another kind.
        RenderingRefused: A text tried to pass for a role, or the template cannot be filled.
    """
    values = dressed(prompt.head, inputs)
    values[EXAMPLES] = [
        {"when": one.when, "answer": json.dumps(one.answer, ensure_ascii=False)}
        for one in prompt.examples
    ]
    messages = _messages(prompt, values)
    return Rendered(
        messages, hash_of(messages), estimated_of(message.content for message in messages)
    )


def hash_of(messages: Sequence[Message]) -> str:
    """Return the hash of what a model is sent."""
    plain = [message.plain() for message in messages]
    said = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _messages(prompt: Prompt, values: Mapping[str, Any]) -> tuple[Message, ...]:
    from prompty import Agent
    from prompty.parsers import PromptyChatParser

    parser = PromptyChatParser()
    marked, marks = parser.pre_render(prompt.body)
    try:
        filled = environment().from_string(marked).render(**values)
        found = cast("list[Any]", parser.parse(Agent(name=prompt.name), filled, **marks))
    except TemplateError as error:
        raise RenderingRefused(f"{prompt.file}: {error}") from error
    except ValueError as error:
        raise RenderingRefused(f"{prompt.file}: a text holds the name of a role") from error
    return tuple(Message(cast("Role", one.role), one.text.strip()) for one in found)
