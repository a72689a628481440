"""The settled cases of a golden case, as entries of its run's index.

A precedent's card is made of that other case's own signal and facts: its world is built and
gathered once, however many cases recall it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from agent.precedents.card import Card, card_of
from agent.precedents.embedding import Hashing
from agent.precedents.index import Entry
from evals import person
from evals.bench import Bench
from evals.case import Case, Earlier
from evals.reading import golden
from evals.run import settled_facts


class NoSuchPrecedent(LookupError):
    """A case names an earlier one that is not there or was not settled; its author mends it."""


class Seeds:
    """Makes entries of earlier cases, each once."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._cards: dict[str, asyncio.Task[Card]] = {}

    async def of(self, case: Case) -> Mapping[str, Sequence[Entry]]:
        """Return a case's precedents by kind.

        Raises:
            NoSuchPrecedent: One cannot be.
        """
        found = defaultdict[str, list[Entry]](list)
        for earlier in case.precedents:
            kind, like = _named(earlier)
            found[kind].append(await self._entry(earlier, like))
        return found

    async def _entry(self, earlier: Earlier, like: Case) -> Entry:
        if like.id not in self._cards:
            self._cards[like.id] = asyncio.create_task(self._card(like))
        card = await asyncio.shield(self._cards[like.id])
        notes = {
            "cause": like.causes[0],
            "summary": earlier.summary or like.label.reason,
            "approved_by": person.NAME,
        }
        return Entry(like.id, Hashing().embed(card), notes)

    async def _card(self, like: Case) -> Card:
        signal, facts = await settled_facts(self._bench, like)
        return card_of(signal, facts)


def _named(earlier: Earlier) -> tuple[str, Case]:
    for kind, file in golden().items():
        for case in file.cases:
            if case.id == earlier.like:
                if not case.causes:
                    raise NoSuchPrecedent(f"{case.id} has no cause it could have been settled by")
                return kind, case
    raise NoSuchPrecedent(f"there is no case {earlier.like}")
