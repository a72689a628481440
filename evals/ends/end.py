"""An end: something a system shows once a case is over, and what it is expected to be.

Each kind is one module of this package holding one subclass of ``End``; it is found by walking. It
reads the system's own records, not Concord's wrappers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeAlias

from pydantic import Field

from evals.expected import Amount
from evals.part import Part
from tools.objects.quantity import Quantity
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.world import World

Shown: TypeAlias = Quantity | int | str | None


class End(Part, ABC):
    """One expectation; ``what`` tells the kinds apart, ``is`` says what is expected."""

    wanted: Amount = Field(alias="is")

    def shown(self, world: World) -> Shown:
        """Return what the system shows; None of no such record."""
        try:
            return self.read(world)
        except (Impossible, KeyError, StopIteration):
            return None

    @abstractmethod
    def read(self, world: World) -> Shown:
        """Read it from the system's records."""
