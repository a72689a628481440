"""The ordered actions that would settle a case, with what they change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from agent.actions.action import Action
from agent.case.text import Text
from tools.objects.money import Money
from tools.objects.quantity import Quantity


@dataclass(frozen=True)
class Term:
    """One number of a calculation: ``factor`` times the quantity found at a fact's path.

    ``factor`` is an exact fraction as text (``-1``, ``1/24``).
    """

    path: str
    factor: str = "1"


@dataclass(frozen=True)
class Derivation:
    """Where a quantity in an action comes from: the sum of terms that systems reported.

    ``entered_by`` names the person who put a number in; that person is then its source. ``each`` is
    what one unit of it is worth, where that is known.
    """

    action: int
    field: str
    quantity: Quantity
    terms: tuple[Term, ...] = ()
    entered_by: str | None = None
    each: Money | None = None


@dataclass(frozen=True)
class Change:
    """One line of before and after, as a person reads it."""

    system: str
    object: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Remedy:
    """What would settle the case.

    ``hard`` actions wait for authority; ``soft`` ones (holds, tasks, notices) may go at once.
    ``rests_on`` are the facts the hard ones were worked out from. ``value`` is what the hard ones
    move, in money; None means that nobody could say, which authority treats as much.
    ``into_closed_period`` says that a posting was re-dated because its own period is closed;
    ``unread_note`` that somebody wrote something beside it which nobody has understood.
    """

    cause: str
    summary: Text
    hard: tuple[Action, ...]
    soft: tuple[Action, ...] = ()
    changes: tuple[Change, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    rests_on: tuple[str, ...] = ()
    reversible: bool = True
    value: Money | None = None
    into_closed_period: bool = False
    unread_note: bool = False


@dataclass(frozen=True)
class Unsettled:
    """No correction follows from the facts: what a person is asked, and what is done meanwhile."""

    cause: str | None
    question: Text
    soft: tuple[Action, ...] = ()


def fingerprint(plain: Any) -> str:
    """Return the hash that pins a JSON-plain value, the same for equal content."""
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
