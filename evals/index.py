"""Precedents in memory: the index of one case's run."""

from __future__ import annotations

from collections.abc import Sequence

from agent.precedents.index import Entry, Near, Standing


class MemoryIndex:
    """Compares with every entry there is.

    Args:
        recalled: Is filled with the cases that were found, nearest first.
    """

    def __init__(self, recalled: list[str] | None = None) -> None:
        self._entries: dict[str, dict[str, Entry]] = {}
        self._recalled = [] if recalled is None else recalled

    @property
    def standing(self) -> Standing:
        """Return that it is open: it is in memory."""
        return "open"

    def put(self, kind: str, entries: Sequence[Entry]) -> None:
        """Add or replace entries."""
        self._entries.setdefault(kind, {}).update({entry.case: entry for entry in entries})

    def near(self, kind: str, vector: list[float], most: int) -> list[Near]:
        """Return the entries nearest to a vector, nearest first."""
        found = [
            Near(entry.case, max(0.0, _likeness(entry.vector, vector)), entry.notes)
            for entry in self._entries.get(kind, {}).values()
        ]
        nearest = sorted(found, key=lambda near: (-near.likeness, near.case))[:most]
        self._recalled[:] = [near.case for near in nearest]
        return nearest

    def cases(self, kind: str) -> set[str]:
        """Return the cases of a kind."""
        return set(self._entries.get(kind, {}))

    def kinds(self) -> list[str]:
        """Return the kinds that have entries."""
        return sorted(self._entries)

    def forget(self, kind: str, cases: Sequence[str]) -> None:
        """Forget cases of a kind."""
        for case in cases:
            self._entries.get(kind, {}).pop(case, None)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _likeness(left: list[float], right: list[float]) -> float:
    return sum(one * other for one, other in zip(left, right, strict=True))
