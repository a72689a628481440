"""What to tell of a system that did not answer, by who reacts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from agent.reasoning.chat.finding import Trouble
from agent.reasoning.chat.phrases import Say
from tools.errors import Denied, NotFound, NotOffered, NotPosted, ToolError, Unavailable


class Reacts(StrEnum):
    """Who can do something about it."""

    LATER = "later"
    PERSON = "person"
    INTEGRATOR = "integrator"


def reacts(error: ToolError) -> Reacts:
    """Return who reacts to an error of a system."""
    match error:
        case Unavailable() | NotPosted():
            return Reacts.LATER
        case NotFound():
            return Reacts.PERSON
        case _:
            return Reacts.INTEGRATOR


def told(say: Say, system: str, error: ToolError) -> str:
    """Say what is the matter, without what the system wrote about it."""
    match error:
        case Unavailable() | NotPosted():
            return say("{system} cannot be reached now; try again in a while.", system=system)
        case NotFound():
            return say("{system} has no such record.", system=system)
        case NotOffered():
            return say("{system} keeps no such records.", system=system)
        case Denied():
            return say(
                "{system} denies the right to read this; the integrator looks.", system=system
            )
        case _:
            return say(
                "{system} gave an answer that cannot be read; the integrator looks.", system=system
            )


def told_all(say: Say, troubles: Iterable[Trouble]) -> str:
    """Say of each system that could not be asked what is the matter, once."""
    lines = dict.fromkeys(told(say, one.system.value, one.error) for one in troubles)
    return " ".join(lines)
