"""What the brain is handed: protocols it reads, proposes and is audited by.

None of them can decide or post. The brain itself imports neither effects nor decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from agent.case.diagnosis import Resemblance
from agent.reasoning.chat.turn import ChatAnswer, ChatTurn, Notebook
from agent.reasoning.chat.window import Window
from agent.reasoning.people import Nobody, People
from agent.records.pages import CaseView, Page, Wish


class PrecedentsAway(Exception):
    """The index of precedents cannot be asked now; the person is told, the integrator looks."""


class Records(Protocol):
    """The records, read."""

    async def case(self, name: str) -> CaseView | None:
        """Return a case."""
        ...

    async def page(self, wish: Wish, limit: int) -> Page:
        """Return the first cases of a list: the urgent first, then the oldest."""
        ...

    async def count(self, wish: Wish) -> int:
        """Return how many cases a list has."""
        ...

    async def traces(self, word: str) -> Sequence[Mapping[str, Any]]:
        """Return the traces a case, document, signal or posting leads to, as plain data."""
        ...

    async def alike(self, case: str, most: int) -> Sequence[Resemblance]:
        """Return precedents that resemble a case.

        Raises:
            PrecedentsAway: The index cannot be asked.
        """
        ...

    async def like(self, kind: str, words: str, most: int) -> Sequence[Resemblance]:
        """Return the precedents of a kind nearest to some words.

        Raises:
            PrecedentsAway: The index cannot be asked.
        """
        ...


@dataclass(frozen=True)
class Opened:
    """What became of a proposal: the case, and whether it was there before."""

    case: str | None
    known: bool = False
    why: str = ""


class Proposals(Protocol):
    """How something is put before a person."""

    def may_at(self, plant: str) -> bool:
        """Return whether whoever asks may propose at a plant."""
        ...

    async def open_case(self, signal: bytes, proposed_by: str) -> Opened:
        """Hand a signal in at the door every signal comes through."""
        ...

    async def attach_note(self, case: str, text: str, by: str) -> None:
        """Write a person's note down with a case."""
        ...


class Diary(Protocol):
    """Where every turn is written down."""

    async def turn(self, turn: ChatTurn, answer: ChatAnswer, notes: Notebook) -> None:
        """Write down who asked, what was looked at and how it ended."""
        ...


@dataclass(frozen=True)
class Sources:
    """Where answers come from.

    Attributes:
        windows: The plants, by code.
        records: Cases, traces and precedents.
        kinds: The kinds of conflict with their titles.
        clock: Tells the time.
        link: Leads to the page of a case, where it is decided.
        people: Whose names a model never sees.
    """

    windows: Mapping[str, Window]
    records: Records
    kinds: Mapping[str, str]
    clock: Callable[[], datetime]
    link: Callable[[str], str]
    people: People = field(default_factory=Nobody)

    def within(self, plant: str | None) -> tuple[Window, ...]:
        """Return the plants a turn may see."""
        if plant is None:
            return tuple(self.windows.values())
        return (self.windows[plant],) if plant in self.windows else ()
