"""The sources as somebody with a list of plants sees them: of other plants there is nothing.

Everything a turn reads passes here, so no reply and no tool has to think of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.case.diagnosis import Resemblance
from agent.reasoning.chat.sources import Records, Sources
from agent.records.pages import CaseView, Page, Wish


def theirs(sources: Sources, plants: frozenset[str] | None) -> Sources:
    """Return the sources of somebody who may see these plants; None are all there are."""
    if plants is None:
        return sources
    windows = {code: one for code, one in sources.windows.items() if code in plants}
    return replace(sources, windows=windows, records=TheirRecords(sources.records, plants))


class TheirRecords:
    """The records of some plants.

    Args:
        records: All records.
        plants: The plants that may be seen.
    """

    def __init__(self, records: Records, plants: frozenset[str]) -> None:
        self._records, self._plants = records, plants

    async def case(self, name: str) -> CaseView | None:
        """Return a case of theirs."""
        view = await self._records.case(name)
        return view if view is not None and view.plant in self._plants else None

    async def page(self, wish: Wish, limit: int) -> Page:
        """Return the first of their cases in a list."""
        return await self._records.page(self._narrowed(wish), limit)

    async def count(self, wish: Wish) -> int:
        """Return how many of their cases a list has."""
        return await self._records.count(self._narrowed(wish))

    async def traces(self, word: str) -> Sequence[Mapping[str, Any]]:
        """Return the traces of their cases."""
        found = await self._records.traces(word)
        return [one for one in found if one["case"]["plant"] in self._plants]

    async def alike(self, case: str, most: int) -> Sequence[Resemblance]:
        """Return precedents of theirs that resemble a case of theirs."""
        if await self.case(case) is None:
            return ()
        return await self._kept(await self._records.alike(case, most))

    async def like(self, kind: str, words: str, most: int) -> Sequence[Resemblance]:
        """Return their precedents nearest to some words."""
        return await self._kept(await self._records.like(kind, words, most))

    def _narrowed(self, wish: Wish) -> Wish:
        plants = self._plants if wish.plants is None else wish.plants & self._plants
        return replace(wish, plants=plants)

    async def _kept(self, found: Sequence[Resemblance]) -> Sequence[Resemblance]:
        return [one for one in found if await self.case(one.case) is not None]
