"""What a target said to a write, or shows when it is looked at, in the terms effects reacts to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypeAlias

from agent.actions.action import Action, Sides
from agent.effects.performed import CONCORD
from tools.errors import (
    Denied,
    NotFound,
    NotOffered,
    NotPosted,
    Refused,
    SignInRefused,
    Stale,
    ToolError,
    Unavailable,
)
from tools.objects.confirmation import MaterialUse
from tools.objects.posted import Posted
from tools.objects.reference import Reference
from tools.objects.sync import Refusal


@dataclass(frozen=True)
class Done:
    """The target says it carried the change out."""

    posted: Posted


@dataclass(frozen=True)
class NotNow:
    """Certainly not posted; it may be sent again, after so many seconds if the target said so."""

    why: str
    retry_after: float | None = None


@dataclass(frozen=True)
class NotPossible:
    """Certainly not posted, and sending again is idle until an integrator has mended something."""

    why: str


@dataclass(frozen=True)
class SaidNo:
    """A definite no, for these reasons."""

    why: str
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Moved:
    """Certainly not posted: the record is not what it was when it was read."""

    why: str


@dataclass(frozen=True)
class Lost:
    """It may or may not have been posted."""

    why: str


Answer: TypeAlias = Done | NotNow | NotPossible | SaidNo | Moved | Lost


@dataclass(frozen=True)
class Nothing:
    """The target was looked at and does not show the change."""


@dataclass(frozen=True)
class CannotSee:
    """The target could not be looked at; ``again`` says that another look may help."""

    why: str
    again: bool = True


Seen: TypeAlias = Posted | Nothing | CannotSee


async def ask(action: Action, sides: Sides, reference: Reference, seconds: float) -> Answer:
    """Carry an action out, once, within so many seconds.

    A ``Misread`` counts as lost: that an answer cannot be read does not say what it answers.
    """
    try:
        async with asyncio.timeout(seconds):
            return Done(await action.carry_out(sides, reference))
    except (NotPosted, Unavailable, SignInRefused) as error:
        return NotNow(str(error), error.retry_after)
    except (Denied, NotOffered) as error:
        return NotPossible(str(error))
    except (Refused, NotFound) as error:
        return SaidNo(str(error), _refusals(error))
    except Stale as error:
        return Moved(str(error))
    except ToolError as error:
        return Lost(str(error))
    except TimeoutError:
        return Lost(f"no answer within {seconds:g} s")


async def look(action: Action, sides: Sides, reference: Reference) -> Seen:
    """Read back whether an action was carried out."""
    try:
        return await action.find(sides, reference) or Nothing()
    except NotOffered as error:
        return CannotSee(str(error), again=False)
    except ToolError as error:
        return CannotSee(str(error))


async def look_after(
    action: Action, sides: Sides, number: str
) -> tuple[MaterialUse, ...] | CannotSee:
    """Read back what should have followed from a change and did not."""
    try:
        return await action.left_undone(sides, number)
    except ToolError as error:
        return CannotSee(str(error), again=not isinstance(error, NotOffered))


def _refusals(error: Refused | NotFound) -> tuple[Refusal, ...]:
    """Return the target's own reasons; a no without any is one by itself."""
    if error.messages:
        return tuple(message.refusal for message in error.messages)
    number = "NOT_FOUND" if isinstance(error, NotFound) else "REFUSED"
    return (Refusal(CONCORD, number, error.reason),)
