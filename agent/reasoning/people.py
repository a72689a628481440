"""Whose names a model never sees: the port to everybody who is known by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class People(Protocol):
    """Who is known by name, though a case may name them in no field."""

    async def of(self, plant: str | None) -> Sequence[str]:
        """Return names and user names: those of one plant, or of all, and of the installation."""
        ...


class Nobody:
    """Knows nobody: names are told by their fields and their form alone."""

    async def of(self, plant: str | None) -> Sequence[str]:
        """Return no names."""
        return ()
