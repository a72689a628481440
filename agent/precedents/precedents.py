"""Precedents: which settled case resembles this one. The records are the truth, the index follows.

Only cases that were settled with an approval are indexed; a note in an unsettled case cannot teach
anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Resemblance
from agent.plain import dump
from agent.precedents.card import Card, Precedent, card_of
from agent.precedents.embedding import Embedder
from agent.precedents.index import Entry, Index, Standing
from agent.precedents.source import Source


@dataclass(frozen=True)
class Drift:
    """What index and records disagree on, by kind."""

    kind: str
    missing: tuple[str, ...]
    surplus: tuple[str, ...]


class Precedents:
    """Finds and remembers precedents."""

    def __init__(self, source: Source, index: Index, embedder: Embedder) -> None:
        self._source, self._index, self._embedder = source, index, embedder

    @property
    def standing(self) -> Standing:
        """Whether the index is open in this process, was not needed yet, or cannot be used."""
        return self._index.standing

    async def similar(
        self, conflict: Conflict, signal: Signal, sheet: Mapping[str, Any], most: int
    ) -> list[Resemblance]:
        """Return the nearest precedents of a conflict's kind, nearest first."""
        card = card_of(dump(signal), sheet)
        return await asyncio.to_thread(self._near, conflict.kind, card, most)

    def _near(self, kind: str, card: Card, most: int) -> list[Resemblance]:
        found = self._index.near(kind, self._embedder.embed(card), most)
        return [
            Resemblance(
                case=near.case,
                cause=near.notes["cause"],
                likeness=round(near.likeness, 4),
                summary=near.notes["summary"],
                approved_by=near.notes["approved_by"],
            )
            for near in found
        ]

    def like(self, kind: str, words: str, most: int) -> list[Resemblance]:
        """Return the precedents of a kind nearest to some words."""
        return self._near(kind, Card(words, ()), most)

    async def add(self, case: str) -> None:
        """Index a case, if it was settled with an approval."""
        await asyncio.to_thread(self._add, case)

    def reindex(self) -> int:
        """Make the index anew from the records; return how many cases it holds.

        What was there is forgotten once every vector is known.
        """
        made = {
            kind: [self._entry(precedent) for precedent in self._source.precedents(kind)]
            for kind in self._source.kinds()
        }
        self._index.clear()
        for kind, entries in made.items():
            self._index.put(kind, entries)
        return sum(map(len, made.values()))

    def drift(self) -> list[Drift]:
        """Return the kinds in which index and records disagree."""
        result = list[Drift]()
        for kind in sorted({*self._source.kinds(), *self._index.kinds()}):
            recorded, indexed = self._source.cases(kind), self._index.cases(kind)
            if recorded != indexed:
                missing, surplus = sorted(recorded - indexed), sorted(indexed - recorded)
                result.append(Drift(kind, tuple(missing), tuple(surplus)))
        return result

    def mend(self) -> int:
        """Index what the index lacks, and forget what the records hold no more; return how many."""
        mended = 0
        for drift in self.drift():
            for case in drift.missing:
                self._add(case)
            self._index.forget(drift.kind, drift.surplus)
            mended += len(drift.missing) + len(drift.surplus)
        return mended

    def close(self) -> None:
        """Let go of the index; the next use opens it again."""
        self._index.close()

    def _add(self, case: str) -> None:
        precedent = self._source.precedent(case)
        if precedent is not None:
            self._index.put(precedent.kind, [self._entry(precedent)])

    def _entry(self, precedent: Precedent) -> Entry:
        notes = {
            "cause": precedent.cause,
            "summary": precedent.summary,
            "approved_by": precedent.approved_by,
        }
        return Entry(precedent.case, self._embedder.embed(precedent.card), notes)
