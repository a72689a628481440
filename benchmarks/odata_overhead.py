"""What a read through the OData client costs beyond the bare httpx request.

Both read the same row from the same answer in this process, so the network plays no part; only
processor time is counted. Run with ``python -m benchmarks.odata_overhead``.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import httpx

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


async def _cost(read: Callable[[], Awaitable[None]]) -> float:
    """Return the least processor time of a read over several rounds, in milliseconds."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(READS):
            await read()
        rounds.append((time.process_time() - start) * 1000 / READS)
    return min(rounds)


async def measure() -> tuple[float, float]:
    """Return what a read costs bare and through the client, in milliseconds of processor time."""
    transport = httpx.MockTransport(_answer)
    auth = Basic("PLANNER", "secret")
    bare = httpx.AsyncClient(base_url=HOST, transport=transport, auth=auth)
    connection = Connection("S4", HOST, credentials=auth, transport=transport)
    service = ODataService(connection, ROOT, sap_client="100")
    async with bare, connection:
        return await _cost(lambda: _bare(bare)), await _cost(lambda: _through_client(service))


def main() -> str:
    """Return both costs, their ratio and whether the promise is kept."""
    bare, client = asyncio.run(measure())
    more = client - bare
    verdict = "kept" if more <= ALLOWED_MS else "BROKEN"
    return (
        f"bare httpx   {bare:.3f} ms of CPU per read\n"
        f"OData client {client:.3f} ms, {client / bare:.2f} times the bare request\n"
        f"overhead     {more:.3f} ms, at most {ALLOWED_MS:g} ms promised: {verdict}"
    )


if __name__ == "__main__":
    print(main())
