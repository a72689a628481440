"""What a read through the OData client costs beyond the bare httpx request.

Both read the same row from the same answer in this process, so the network plays no part; only
processor time is counted.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import httpx

from benchmarks._figure import Figure, Size
from tools.connection import Connection
from tools.credentials import Basic
from tools.sap.decoding import decimal
from tools.sap.filters import and_, eq
from tools.sap.odata import ODataService

ROOT = "/sap/opu/odata/sap/API_PRODUCTION_ORDER_2_SRV"
HOST = "https://s4.example"
READS = 500
ROUNDS = 5
ALLOWED_MS = 1.0

_ROW = {
    "__metadata": {"type": "API_PRODUCTION_ORDER_2_SRV.A_ProductionOrder_2Type", "etag": '"1"'},
    "ManufacturingOrder": "1000000",
    "TotalQuantity": "10.000",
    **{f"Property{number}": f"value {number}" for number in range(60)},
}
_BODY = json.dumps({"d": {"results": [_ROW] * 5}}).encode()
_JSON = {"content-type": "application/json"}


async def _answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers=_JSON, content=_BODY)


async def _bare(client: httpx.AsyncClient) -> None:
    options = {"$filter": "(Plant eq '1010') and (Material eq 'V-100')", "sap-client": "100"}
    reply = await client.get(f"{ROOT}/A_ProductionOrder_2", params=options)
    assert reply.json()["d"]["results"][0]["TotalQuantity"] == "10.000"


async def _through_client(service: ODataService) -> None:
    condition = and_(eq("Plant", "1010"), eq("Material", "V-100"))
    rows = await service.query("A_ProductionOrder_2", condition)
    assert decimal(rows[0], "TotalQuantity") == 10


async def _cost(read: Callable[[], Awaitable[None]], reads: int) -> float:
    """Return the least processor time of a read over several rounds, in milliseconds."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(reads):
            await read()
        rounds.append((time.process_time() - start) * 1000 / reads)
    return min(rounds)


async def measure(reads: int) -> tuple[float, float]:
    """Return what a read costs bare and through the client, in milliseconds of processor time."""
    transport = httpx.MockTransport(_answer)
    auth = Basic("PLANNER", "secret")
    bare = httpx.AsyncClient(base_url=HOST, transport=transport, auth=auth)
    connection = Connection("S4", HOST, credentials=auth, transport=transport)
    service = ODataService(connection, ROOT, sap_client="100")
    async with bare, connection:
        return (
            await _cost(lambda: _bare(bare), reads),
            await _cost(lambda: _through_client(service), reads),
        )


def figures(size: Size) -> list[Figure]:
    """Return what the client costs, beside the bare request."""
    bare, client = asyncio.run(measure(size.of(5, READS, READS)))
    more = client - bare
    return [
        Figure(
            "a read through the OData client, processor",
            f"{client:.2f} ms",
            f"raw HTTP {bare:.2f} ms, ratio {client / bare:.2f}",
            f"≤ {ALLOWED_MS:g} ms more",
            more <= ALLOWED_MS,
        )
    ]
