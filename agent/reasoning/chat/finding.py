"""Finding what a word stands for, by asking records and systems. Nothing is found by its shape."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.reasoning.chat.naming import Kind, Named
from agent.reasoning.chat.sources import Records, Sources
from agent.reasoning.chat.window import Glimpse, Window
from tools.errors import ToolError
from tools.objects.confirmation import Confirmation
from tools.objects.movement import MaterialDocument
from tools.objects.order import ProductionOrder
from tools.objects.reading import System


@dataclass(frozen=True)
class Subject:
    """Something that exists: what it is, where, and by which number it is known."""

    kind: Kind
    number: str
    plant: str

    def __str__(self) -> str:
        """Name it as an identifier."""
        return self.number


@dataclass(frozen=True)
class Trouble:
    """A system that could not be asked, so that nobody can say whether it knows the word."""

    plant: str
    system: System
    error: ToolError


@dataclass(frozen=True)
class Found:
    """What a word may stand for; more than one subject is for the person to choose from."""

    word: str
    subjects: tuple[Subject, ...]
    troubles: tuple[Trouble, ...] = ()


class Finder:
    """Looks words up, in the plants a turn may see.

    Args:
        sources: Records and plants.
        plant: The one plant that may be seen, or None.
    """

    def __init__(self, sources: Sources, plant: str | None) -> None:
        self.windows = sources.within(plant)
        self._records: Records = sources.records
        self._clock: Callable[[], datetime] = sources.clock
        self._plants = {window.code for window in self.windows}
        self._by_kind: Mapping[Kind, Callable[[str], Awaitable[Found]]] = {
            Kind.CASE: self._case,
            Kind.ORDER: self._order,
            Kind.MATERIAL: self._material,
            Kind.DOCUMENT: self._document,
            Kind.CONFIRMATION: self._confirmation,
        }

    async def find(self, named: Named, wanted: Iterable[Kind] = tuple(Kind)) -> Found:
        """Return everything a word stands for among the wanted kinds."""
        kinds = [kind for kind in named.kinds if kind in set(wanted)]
        found = await asyncio.gather(*(self._by_kind[kind](named.word) for kind in kinds))
        return _together(named.word, found)

    async def one(self, kind: Kind, word: str, plant: str | None = None) -> Found:
        """Return what a word stands for as one kind, in one plant if it is named."""
        found = await self._by_kind[kind](word)
        if plant is None:
            return found
        subjects = tuple(one for one in found.subjects if one.plant == plant)
        return Found(word, subjects, found.troubles)

    async def by_description(self, text: str) -> tuple[Subject, ...]:
        """Return the materials whose number or description contains a text."""
        found = list[Subject]()
        for window in self.windows:
            for glimpse in await window.look(
                "materials_like", {"text": text, "plant": window.code}, (System.ERP,)
            ):
                if glimpse.reading is not None:
                    found += [
                        Subject(Kind.MATERIAL, material.number, window.code)
                        for material in glimpse.reading.value
                    ]
        return tuple(found)

    async def _case(self, word: str) -> Found:
        view = await self._records.case(word)
        if view is None or view.plant not in self._plants:
            return Found(word, ())
        return Found(word, (Subject(Kind.CASE, view.id, view.plant),))

    async def _order(self, word: str) -> Found:
        def here(window: Window, value: Any) -> str | None:
            order: ProductionOrder = value
            return order.number if order.plant == window.code else None

        return await self._everywhere(Kind.ORDER, word, "order", here, {"order": word})

    async def _material(self, word: str) -> Found:
        async def at(window: Window) -> Found:
            glimpses = await window.look(
                "material", {"material": word, "plant": window.code}, (System.ERP,)
            )
            return _found(Kind.MATERIAL, word, window, glimpses, lambda value: value.number)

        return _together(word, await asyncio.gather(*(at(window) for window in self.windows)))

    async def _document(self, word: str) -> Found:
        """Look a document up by its number; one without a year, in this year and the last."""

        def here(window: Window, value: Any) -> str | None:
            document: MaterialDocument = value
            plants = {line.plant for line in document.lines}
            return document.number if window.code in plants else None

        year = self._clock().year
        whole = [word] if "/" in word or not word.isdecimal() else []
        numbers = whole or [f"{word}/{year}", f"{word}/{year - 1}"]
        found = [
            await self._everywhere(Kind.DOCUMENT, one, "movement", here, {"document": one})
            for one in numbers
        ]
        return _together(word, [*found, await self._posted(word)])

    async def _posted(self, word: str) -> Found:
        """Look a document up among what Concord has posted."""
        subjects = dict[Subject, None]()
        for trace in await self._records.traces(word):
            plant, keys = trace["case"]["plant"], set(trace["found_by"])
            if plant in self._plants:
                for posting in trace["postings"]:
                    if posting["key"] in keys and posting["document"]:
                        subjects[Subject(Kind.DOCUMENT, posting["document"], plant)] = None
        return Found(word, tuple(subjects))

    async def _confirmation(self, word: str) -> Found:
        async def at(window: Window) -> Found:
            glimpses = await window.look("confirmation", {"confirmation": word})
            found = _found(Kind.CONFIRMATION, word, window, glimpses, lambda value: value.number)
            for glimpse in glimpses:
                if glimpse.reading is not None:
                    confirmation: Confirmation = glimpse.reading.value
                    order = await self.one(Kind.ORDER, confirmation.order, window.code)
                    if not order.subjects:
                        return Found(word, (), (*found.troubles, *order.troubles))
            return found

        return _together(word, await asyncio.gather(*(at(window) for window in self.windows)))

    async def _everywhere(
        self,
        kind: Kind,
        word: str,
        method: str,
        here: Callable[[Window, Any], str | None],
        keys: Mapping[str, str],
    ) -> Found:
        async def at(window: Window) -> Found:
            glimpses = await window.look(method, keys)
            return _found(kind, word, window, glimpses, lambda value: here(window, value))

        return _together(word, await asyncio.gather(*(at(window) for window in self.windows)))


def _found(
    kind: Kind,
    word: str,
    window: Window,
    glimpses: Iterable[Glimpse],
    number_of: Callable[[Any], str | None],
) -> Found:
    subjects, troubles = dict[Subject, None](), list[Trouble]()
    for glimpse in glimpses:
        if glimpse.reading is not None:
            number = number_of(glimpse.reading.value)
            if number is not None:
                subjects[Subject(kind, number, window.code)] = None
        elif glimpse.error is not None and not glimpse.missing:
            troubles.append(Trouble(window.code, glimpse.system, glimpse.error))
    return Found(word, tuple(subjects), tuple(troubles))


def _together(word: str, found: Iterable[Found]) -> Found:
    subjects, troubles = dict[Subject, None](), list[Trouble]()
    for one in found:
        subjects |= dict.fromkeys(one.subjects)
        troubles += one.troubles
    if subjects:
        return Found(word, tuple(subjects))
    return Found(word, (), tuple(troubles))
