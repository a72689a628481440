"""What a check is: a pure function over a remedy and the facts it rests on.

A check module defines ``check(subject) -> Verdict``. The module's name is the check's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from agent.actions.action import Action
from agent.case.proof import Result, Verdict
from agent.case.remedy import Remedy
from agent.case.text import text
from tools.objects.reading import System
from tools.plant.model import Plant

ActionT = TypeVar("ActionT", bound=Action)
RecordT = TypeVar("RecordT")


@dataclass(frozen=True)
class Subject:
    """What is checked: a remedy, the typed facts, and the sheet they were read on."""

    remedy: Remedy
    facts: Any
    sheet: Mapping[str, Any]
    plant: Plant
    now: datetime

    def actions(self, kind: type[ActionT]) -> Iterator[ActionT]:
        """Walk the hard actions of a kind."""
        return (action for action in self.remedy.hard if isinstance(action, kind))

    def of(self, system: System, kind: type[RecordT]) -> list[RecordT]:
        """Return every record of a kind that was read from one system."""
        own = [name for name, row in self.sheet.items() if row["system"] == system.value]
        return [one for name in own for one in self._walk(name) if isinstance(one, kind)]

    def fact(self, kind: type[Any]) -> Any:
        """Return the first fact that is a record of a kind, or None."""
        for name in self.sheet:
            value = getattr(self.facts, name)
            if isinstance(value, kind):
                return value
        return None

    def records(self, kind: type[Any]) -> list[Any]:
        """Return every record of a kind among the facts, alone or in a list."""
        return [one for name in self.sheet for one in self._walk(name) if isinstance(one, kind)]

    def _walk(self, name: str) -> tuple[Any, ...]:
        value = getattr(self.facts, name)
        return cast(tuple[Any, ...], value) if isinstance(value, tuple) else (value,)


def passed(check: str, template: str, **values: object) -> Verdict:
    """Say that the remedy passes."""
    return Verdict(check, Result.PASSED, text(template, **values))


def failed(check: str, template: str, **values: object) -> Verdict:
    """Say that the remedy fails, and by what."""
    return Verdict(check, Result.FAILED, text(template, **values))


def unknown(check: str, template: str, **values: object) -> Verdict:
    """Say that a fact the check needs is missing."""
    return Verdict(check, Result.UNKNOWN, text(template, **values))


def beside(check: str, template: str, **values: object) -> Verdict:
    """Say that the check has nothing to look at in this remedy."""
    return Verdict(check, Result.NOT_APPLICABLE, text(template, **values))
