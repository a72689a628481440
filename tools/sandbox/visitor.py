"""A client for tests of servers: it sends exactly what it is told, well or badly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from tools.sandbox.door import Doors
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

HOST = "http://s4.sandbox"


class Visitor:
    """A client of one OData service; underscores in header names stand for hyphens."""

    def __init__(self, world: World, doors: Doors, root: str, **headers: str) -> None:
        self.world = world
        self.root = root
        self._client = httpx.AsyncClient(
            transport=WorldTransport(world, doors),
            base_url=HOST,
            auth=("CONCORD", "plant-in-a-box"),
            headers={"accept": "application/json"} | _named(headers),
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Read what stands below the service's root."""
        return await self._client.get(f"{self.root}/{path}", headers=_named(headers))

    async def rows(self, path: str) -> list[dict[str, Any]]:
        """Read a collection that has to be there."""
        response = await self.get(path)
        response.raise_for_status()
        return response.json()["d"]["results"]

    async def token(self) -> dict[str, str]:
        """Fetch the CSRF token as a header; the cookies are kept by the client."""
        response = await self.get("", x_csrf_token="Fetch")
        return {"x-csrf-token": response.headers["x-csrf-token"]}

    async def send(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """Write with a valid token; a header that is given wins."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"content-type": "application/json"} | await self.token() | _named(headers)
        return await self._client.request(
            method, f"{self.root}/{path}", content=content, headers=named
        )

    async def raw(
        self, method: str, address: str, content: bytes = b"", **headers: str
    ) -> httpx.Response:
        """Send exactly this, without token; the address is percent-encoded as it stands."""
        url = httpx.URL(HOST).copy_with(raw_path=address.encode())
        return await self._client.request(method, url, content=content, headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def causes(response: httpx.Response) -> Iterator[str]:
    """Return the codes in SAP's error tree."""
    for detail in response.json()["error"]["innererror"]["errordetails"]:
        yield detail["code"]
