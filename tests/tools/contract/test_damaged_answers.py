"""Whatever a system answers, a read ends in a record or in an error that is named; never otherwise.

The answers are those the system would give, damaged at one place: a value of another kind, a field
that is gone, bytes cut off or exchanged, a status nobody expects. What broke a reader once stays in
``NASTY`` and among the seeds.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.damage import tries
from tests.tools.contract.conftest import Connectors, Stored, keys_of
from tools.book import PlantBook
from tools.errors import NotPosted, OutcomeUnknown, ToolError
from tools.objects.quantity import QuantityError
from tools.objects.reading import Reading, System
from tools.ports import Access, Side

Known = Callable[[System], Mapping[str, object]]
# Values that look right to one parser and wrong to the next one.
NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 10**40, 1e308, "", " ", "0", "-0", "NaN", "Infinity", "1,5", "1e9999",
    "٣", "\u0000", "\ud800", "9999-99-99", "0000-00-00T00:00:00", "/Date(NaN)/",
    "/Date(99999999999999999)/", "PT", "P9999Y", "x" * 5000, [], [[]], {}, {"results": None},
    {"__deferred": {"uri": "//elsewhere.example/"}},
)  # fmt: skip
SIDES = [
    (System.ERP, "S/4"), (System.MES, "MES"), (System.CMMS, "S/4"), (System.CMMS, "CMMS"),
]  # fmt: skip
STATUSES = (200, 201, 204, 206, 301, 304, 400, 404, 409, 418, 429, 500, 503, 599)


@dataclass
class Damaging(httpx.AsyncBaseTransport):
    """Carries answers on, and damages one of them."""

    inner: httpx.AsyncBaseTransport = field(default_factory=httpx.AsyncBaseTransport)
    chance: Random = field(default_factory=Random)
    whole: int = 0
    """How many answers come through before the damaged one."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        said = await self.inner.handle_async_request(request)
        self.whole -= 1
        if self.whole >= 0:
            return said
        body = await said.aread()
        headers = {"content-type": said.headers.get("content-type", "application/json")}
        if self.chance.random() < 0.15:
            return httpx.Response(self.chance.choice(STATUSES), headers=headers, content=body)
        return httpx.Response(said.status_code, headers=headers, content=self._damaged(body))

    def _damaged(self, body: bytes) -> bytes:
        try:
            content = json.loads(body)
        except ValueError:
            return self._bytes(body)
        if self.chance.random() < 0.1:
            return self._bytes(body)
        holder, key = self.chance.choice(list(_places(content)) or [({"": content}, "")])
        if self.chance.random() < 0.2:
            del holder[key]
        else:
            holder[key] = self.chance.choice(NASTY)
        return json.dumps(content).encode()

    def _bytes(self, body: bytes) -> bytes:
        at = self.chance.randrange(len(body) + 1)
        if self.chance.random() < 0.5:
            return body[:at]
        return body[:at] + self.chance.randbytes(self.chance.randint(1, 4)) + body[at + 2 :]


def _places(content: object) -> list[tuple[Any, Any]]:
    """Return every place of a JSON text where something can be put instead."""
    found = list[tuple[Any, Any]]()
    waiting: list[object] = [content]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict):
            fields = cast("dict[str, object]", held)
            found += [(fields, key) for key in fields]
            waiting += fields.values()
        elif isinstance(held, list):
            rows = cast("list[object]", held)
            found += [(rows, index) for index in range(len(rows))]
            waiting += rows
    return found


@pytest.mark.parametrize("seed", [1, 7, 25])
@pytest.mark.parametrize(("system", "implementation"), SIDES)
async def test_a_damaged_answer_is_read_or_refused_by_name(
    connectors: Any, known: Known, system: System, implementation: str, seed: int
) -> None:
    connectors.wire = damaging = Damaging(connectors.transport)
    side: Side = connectors.side(system, implementation)
    given = known(system)
    for name, method in side.methods(Access.READ):
        wanted = inspect.signature(method).parameters
        damaging.chance = Random(f"{seed}/{implementation}/{name}")
        damaging.whole = damaging.chance.choice((0, 0, 1, 2, 5))
        ended = await outcome(method(**{key: given[key] for key in wanted if key in given}))
        assert isinstance(ended, Reading | ToolError | QuantityError), name
        assert not isinstance(ended, OutcomeUnknown | NotPosted), f"{name} only reads: {ended}"


@dataclass(frozen=True)
class Where:
    """A method that reads, of one system of one plant."""

    book: PlantBook
    system: System
    implementation: str
    method: str

    async def read(self, stored: Stored, damaging: Damaging) -> object:
        """Read by it, through a connection that remembers nothing."""
        async with AsyncExitStack() as stack:
            connectors = Connectors(self.book, stored, stack)
            damaging.inner, connectors.wire = connectors.transport, damaging
            side = connectors.side(self.system, self.implementation)
            method = dict(side.methods(Access.READ))[self.method]
            wanted, given = inspect.signature(method).parameters, keys_of(self.book, self.system)
            return await outcome(method(**{key: given[key] for key in wanted if key in given}))


async def every_method(books: tuple[PlantBook, ...], stored: Stored) -> list[Where]:
    found = list[Where]()
    async with AsyncExitStack() as stack:
        for book in books:
            for system, implementation in SIDES:
                side = Connectors(book, stored, stack).side(system, implementation)
                names = [name for name, _ in side.methods(Access.READ)]
                found += [Where(book, system, implementation, name) for name in names]
    return found


def test_any_damage_of_any_answer(both_books: tuple[PlantBook, ...], stored: Stored) -> None:
    """As above, with damage that is drawn anew whenever somebody looks further."""
    seeds, wholes = st.integers(0, 2**32), st.sampled_from([0, 0, 0, 1, 2, 5])
    ends = set[bool]()
    with asyncio.Runner() as running:
        methods = running.run(every_method(both_books, stored))
        assert len(methods) > 100

        @tries(200)
        @given(st.integers(0, len(methods) - 1), seeds, wholes)
        def read(place: int, seed: int, whole: int) -> None:
            damaging = Damaging(chance=Random(seed), whole=whole)
            ended = running.run(methods[place].read(stored, damaging))
            assert isinstance(ended, Reading | ToolError | QuantityError), methods[place].method
            assert not isinstance(ended, OutcomeUnknown | NotPosted)
            ends.add(isinstance(ended, Reading))

        read()
    assert ends == {True, False}


async def outcome(reading: Awaitable[object]) -> object:
    """Return how a read ended: with what it returned, or with the error that has a name."""
    try:
        return await reading
    except (ToolError, QuantityError) as error:
        return error
