"""The tools that look at systems, made from the ports: a tool's page is what its reads say.

Only methods marked as reads become tools; a window holds no others.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from agent.plain import dump
from agent.reasoning.chat.finding import Subject
from agent.reasoning.chat.model import ToolPage
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.tool import Bench, CallRefused, Shown, Tool, schema, text_of
from agent.reasoning.chat.troubles import reacts, told
from agent.reasoning.chat.window import Glimpse, Window
from tools.objects.identifiers import normal
from tools.ports import (
    Access,
    Boms,
    Confirmations,
    Materials,
    Movements,
    Orders,
    Port,
    Stock,
    marked,
)

MOST_RECORDS = 12
LONGEST_KEY = 60


@dataclass(frozen=True)
class Way:
    """One read a tool may take: which method, by which key, and what the key names."""

    port: type[Port]
    method: str
    key: str
    kind: Kind | None

    @property
    def about(self) -> str:
        """What the port says it returns."""
        return f"By '{self.key}': {inspect.getdoc(getattr(self.port, self.method))}"

    @property
    def in_plant(self) -> bool:
        """Whether the read names a plant."""
        return "plant" in inspect.signature(getattr(self.port, self.method)).parameters


LOOKS: Mapping[str, tuple[Way, ...]] = {
    "order": (Way(Orders, "order", "order", Kind.ORDER),),
    "bom": (Way(Boms, "bom", "material", Kind.MATERIAL),),
    "stock": (Way(Stock, "stock", "material", Kind.MATERIAL),),
    "movements": (
        Way(Movements, "movements", "order", Kind.ORDER),
        Way(Movements, "movements_of", "material", Kind.MATERIAL),
        Way(Movements, "movement", "document", Kind.DOCUMENT),
    ),
    "confirmations": (
        Way(Confirmations, "confirmations", "order", Kind.ORDER),
        Way(Confirmations, "confirmation", "confirmation", Kind.CONFIRMATION),
    ),
    "materials": (Way(Materials, "materials_like", "text", None),),
}


class NotARead(Exception):
    """A tool is to be made of a method that is not marked as a read; a developer reacts."""


def looks(plants: Sequence[str]) -> tuple[Tool, ...]:
    """Return the tools that look at systems.

    Raises:
        NotARead: A way is not marked as one.
    """
    return tuple(_tool(name, ways, plants) for name, ways in LOOKS.items())


def _tool(name: str, ways: tuple[Way, ...], plants: Sequence[str]) -> Tool:
    for way in ways:
        if marked(way.port, way.method) is not Access.READ:
            raise NotARead(f"{way.port.__name__}.{way.method}")
    properties: dict[str, Mapping[str, Any]] = {way.key: {"type": "string"} for way in ways}
    if len(plants) > 1:
        properties["plant"] = {"type": "string", "enum": list(plants)}
    required = (ways[0].key,) if len(ways) == 1 else ()
    about = "What ERP and MES say. " + " ".join(way.about for way in ways)
    return Tool(ToolPage(name, about, schema(properties, required)), partial(_look, name, ways))


async def _look(
    name: str, ways: tuple[Way, ...], bench: Bench, arguments: Mapping[str, Any]
) -> list[Shown]:
    given = [way for way in ways if arguments.get(way.key)]
    if len(given) != 1:
        keys = ", ".join(way.key for way in ways)
        raise CallRefused("model", f"give exactly one of: {keys}")
    way, plant = given[0], text_of(arguments, "plant", required=False) or None
    word = text_of(arguments, way.key)
    if way.kind is None:
        if not word.isprintable():
            raise CallRefused("model", f"'{way.key}' has to be readable")
        windows = [one for one in bench.finder.windows if plant in {None, one.code}]
        found = [await _seen(bench, name, window, way, word) for window in windows]
        return [shown for rows in found for shown in rows]
    subject = await the_one(bench, way.kind, normal(word), plant)
    window = bench.sources.windows[subject.plant]
    return await _seen(bench, name, window, way, subject.number)


async def the_one(bench: Bench, kind: Kind, word: str, plant: str | None = None) -> Subject:
    """Return what a word names, as one kind.

    Raises:
        CallRefused: Nothing is known by it, a system cannot be asked, or there are several.
    """
    if len(word) > LONGEST_KEY or not word.isprintable():
        raise CallRefused("model", f"that is no {kind.value}: a number is expected")
    found = await bench.finder.one(kind, word, plant)
    if len(found.subjects) > 1:
        names = ", ".join(f"{one.number} in plant {one.plant}" for one in found.subjects)
        raise CallRefused("person", f"there are several, ask which one is meant: {names}")
    if found.subjects:
        return found.subjects[0]
    for trouble in found.troubles:
        who = reacts(trouble.error).value
        raise CallRefused(who, told(bench.say, trouble.system.value, trouble.error))
    raise CallRefused("person", f"no {kind.value} {word} is known")


async def _seen(bench: Bench, name: str, window: Window, way: Way, word: str) -> list[Shown]:
    keys = {way.key: word, **({"plant": window.code} if way.in_plant else {})}
    glimpses = await window.look(way.method, keys)
    return [one for one in (_shown(bench, name, window, glimpse) for glimpse in glimpses) if one]


def _shown(bench: Bench, name: str, window: Window, glimpse: Glimpse) -> Shown | None:
    system = glimpse.system.value
    if glimpse.reading is None:
        if glimpse.error is None or not glimpse.offered:
            return None
        who, why = reacts(glimpse.error).value, told(bench.say, system, glimpse.error)
        return Shown(f"{name}_{system}", {"error": why, "reacts": who})
    value = dump(glimpse.reading.value)
    if isinstance(value, list):
        value = cast("list[Any]", value)[:MOST_RECORDS]
    read_at = glimpse.reading.read_at.isoformat(timespec="seconds")
    return Shown(name, value, f"{system}, plant {window.code}, read {read_at}")
