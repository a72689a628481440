"""A list that never ends is refused: a system that pages for ever must not keep anybody reading."""

import inspect
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.tools.contract.conftest import Connectors, Stored, keys_of
from tools.book import PlantBook
from tools.errors import Misread
from tools.objects.reading import System
from tools.ports import Access
from tools.shape import MOST_PAGES

ALERT = {"Id": "1", "Plant": "1010", "Status": "NEW", "CreatedOn": "2026-03-18T09:00:00Z"}


@dataclass
class Endless(httpx.AsyncBaseTransport):
    """Answers with the first page again and again, and promises another each time."""

    inner: httpx.AsyncBaseTransport
    asked: int = 0
    first: dict[tuple[str, str, bytes], Any] = field(default_factory=dict[Any, Any])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        place = (request.method, request.url.path, await request.aread())
        if place not in self.first:
            self.first[place] = await self._first(request)
        said = self.first[place]
        if not isinstance(said, dict):
            return httpx.Response(200, json=said)
        more = {name: 10**9 for name in ("totalPages", "total") if name in said}
        more |= {"next": f"again-{self.asked}"} if said.get("items") else {}
        more |= {"value": [ALERT] * 100} if "value" in said else {}
        return httpx.Response(200, json=said | more)

    async def _first(self, request: httpx.Request) -> Any:
        said = await self.inner.handle_async_request(request)
        return json.loads(await said.aread() or b"null")


@pytest.mark.parametrize(
    ("plant", "system", "implementation", "method"),
    [
        ("1010", System.MES, "MES", "orders"),
        ("1010", System.MES, "MES", "tasks"),
        ("1710", System.MES, "MES", "downtimes"),
        ("1010", System.CMMS, "CMMS", "equipment_at"),
    ],
)
async def test_whoever_pages_for_ever_is_misread(
    both_books: tuple[PlantBook, ...],
    stored: Stored,
    plant: str,
    system: System,
    implementation: str,
    method: str,
) -> None:
    book = next(one for one in both_books if one.plant == plant)
    async with AsyncExitStack() as stack:
        connectors = Connectors(book, stored, stack)
        connectors.wire = endless = Endless(connectors.transport)
        side = connectors.side(system, implementation)
        read, given = dict(side.methods(Access.READ))[method], keys_of(book, system)
        with pytest.raises(Misread, match="never end"):
            await read(**{key: given[key] for key in inspect.signature(read).parameters})
    assert 1 <= endless.asked <= MOST_PAGES
