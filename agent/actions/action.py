"""An action: one typed change to one system.

Each action is one module of this package holding one frozen dataclass that subclasses ``Action``;
it is found by walking. The class says what the change is, which object it touches, and how it is
carried out and found again. Only ``effects`` calls ``carry_out``, ``find`` and ``left_undone``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from agent.case.text import Text
from tools.objects.confirmation import MaterialUse
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Side

Sides = Mapping[System, Side]


@dataclass(frozen=True)
class Action(ABC):
    """One typed change to one system.

    Attributes:
        kind: The module's name; what the action is called in JSON, policies and audit.
        hard: Whether it changes quantities, values, status or documents.
        system: Where the change is made.
        searchable: Whether the target can be asked for the reference. Where it cannot, an unknown
            outcome is never retried: a person looks.
        reversible: Whether another action can undo it.
    """

    kind: ClassVar[str]
    hard: ClassVar[bool]
    system: ClassVar[System]
    searchable: ClassVar[bool] = True
    reversible: ClassVar[bool] = True

    @property
    @abstractmethod
    def touches(self) -> str:
        """The object whose writes are serialised (``order/1000012``, ``stock/M1/1010``)."""

    @abstractmethod
    def say(self) -> Text:
        """Say in one sentence what the action does."""

    @abstractmethod
    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Make the change. Called at most once per intent, by effects."""

    @abstractmethod
    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Return the change if the target shows it, else None. A read; may be repeated."""

    async def left_undone(self, sides: Sides, number: str) -> tuple[MaterialUse, ...]:
        """Return the movements that did not follow although the change was made. A read."""
        return ()
