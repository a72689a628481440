"""What the model may call: looks at systems and records, and one proposal. None of it posts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.reasoning.chat.finding import Finder
from agent.reasoning.chat.model import ToolPage
from agent.reasoning.chat.phrases import Say
from agent.reasoning.chat.sources import Sources
from agent.reasoning.chat.turn import ChatTurn, Notebook
from agent.reasoning.masking import Mask
from agent.words.catalog import Language
from registry.laying_out import laid_out


class CallRefused(Exception):
    """A call that cannot be carried out as it is: told to the model with who reacts."""

    def __init__(self, reacts: str, why: str) -> None:
        super().__init__(why)
        self.reacts, self.why = reacts, why

    def __str__(self) -> str:
        """Name who reacts, and why."""
        return f"error ({self.reacts} reacts): {self.why}"


class Veil:
    """What the model must not see, growing with what is read.

    Whatever a turn shows to the model passes here, each time anew: a name that is learned from one
    record is masked in everything, also in what was said before.
    """

    def __init__(self, *known: Any, people: Sequence[str] = ()) -> None:
        self._known: list[Any] = list(known)
        self._people = people
        self.mask = Mask(*self._known, people=people)

    def learn(self, plain: Any) -> None:
        """Take the names in JSON-plain data into the mask."""
        self._known.append(plain)
        self.mask = Mask(*self._known, people=self._people)


@dataclass(frozen=True)
class Shown:
    """One thing that is shown to the model: raw JSON-plain data under a name, with its origin."""

    name: str
    value: Any
    origin: str = ""

    def text(self, mask: Mask) -> str:
        """Lay it out, names masked and free text fenced."""
        return laid_out(self.name, mask.plain(self.value), self.origin)


@dataclass(frozen=True)
class Bench:
    """What tools work with in one turn."""

    turn: ChatTurn
    sources: Sources
    finder: Finder
    notes: Notebook

    @property
    def say(self) -> Say:
        """English: what a tool says is for the model."""
        return Say(Language.EN)


Work = Callable[[Bench, Mapping[str, Any]], Awaitable[list[Shown]]]


@dataclass(frozen=True)
class Tool:
    """One tool: its page, and what it does."""

    page: ToolPage
    work: Work


def schema(
    properties: Mapping[str, Mapping[str, Any]], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the JSON schema of a tool's parameters."""
    return {
        "type": "object",
        "properties": {name: dict(one) for name, one in properties.items()},
        "required": list(required),
        "additionalProperties": False,
    }


def known_arguments(page: ToolPage, arguments: Mapping[str, Any]) -> None:
    """Refuse arguments that a tool does not have.

    Raises:
        CallRefused: There are some.
    """
    unknown = sorted(set(arguments) - set(page.parameters["properties"]))
    if unknown:
        raise CallRefused("model", f"unknown arguments: {', '.join(unknown)[:80]}")


def text_of(arguments: Mapping[str, Any], name: str, *, required: bool = True) -> str:
    """Return an argument as text.

    Raises:
        CallRefused: It is missing, or no text.
    """
    value = arguments.get(name)
    if value is None and not required:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > 4000:
        raise CallRefused("model", f"'{name}' has to be given, as text")
    return value.strip()
