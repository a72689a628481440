"""A clerk at the sandbox's S/4: a synchronous client in the same process, with a session.

For tests that want to act in the ERP as its users do, and to ask it what it holds,
without a socket and without Concord's own connectors.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from tools.sandbox.door import Door, Doors
from tools.sandbox.exchange import Request, Response
from tools.sandbox.odata.gateway import Gateway
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.s4.services import SERVICES
from tools.sandbox.servers import Server
from tools.sandbox.world import World

ROOT = "/sap/opu/odata/sap"
ORDERS = "API_PRODUCTION_ORDER_2_SRV"
CONFIRMATIONS = "API_PROD_ORDER_CONFIRMATION_2_SRV"
DOCUMENTS = "API_MATERIAL_DOCUMENT_SRV"
Json = dict[str, Any]


class Unexpected(AssertionError):
    """The ERP answered otherwise than the clerk counted on."""

    def __init__(self, answer: Response, expected: int) -> None:
        super().__init__(f"{answer.status} instead of {expected}: {answer.body!r}")
        self.answer = answer


@cache
def doors() -> Doors:
    """Return the way in: faults and journal, then the gateway. It holds nothing of any world."""
    return Doors({Server.S4: Door(Gateway(SERVICES))})


@dataclass
class Clerk:
    """One user's session.

    Args:
        world: The world it works in.
        plant: The plant whose goods it moves.
    """

    world: World
    plant: str = "1010"
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        """Send one request; header names are written with underscores."""
        path, _, query = path.partition("?")
        sent = {"authorization": self._logon(), "accept": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            sent |= {"x-csrf-token": self.token, "cookie": cookies}
        content = b""
        if body is not None:
            content = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        request = Request(self.world, method, path, query, sent, content)
        return doors().answer(Server.S4, request)

    def write(
        self, service: str, path: str, body: object = None, method: str = "POST", **headers: str
    ) -> Response:
        """Send a writing request, with a token fetched before the first one."""
        if not self.token:
            self._fetch_token()
        return self.send(method, f"{ROOT}/{service}/{path}", body, **headers)

    def call(self, service: str, function: str, etag: str = "", **parameters: str) -> Response:
        """Call a function import; parameters are OData literals."""
        query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
        headers = {"if_match": etag} if etag else {}
        return self.write(service, f"{function}?{query}", **headers)

    def read(self, service: str, path: str) -> Any:
        """Read an entity, or the entities of a set."""
        answer = self.send("GET", f"{ROOT}/{service}/{path}")
        body = _expect(answer, 200)["d"]
        return body.get("results", body)

    def create(self, service: str, set_: str, body: Mapping[str, object]) -> Json:
        """Create an entity and return it."""
        return _expect(self.write(service, set_, body), 201)["d"]

    def refusal(
        self, service: str, set_: str, body: Mapping[str, object], status: int = 400
    ) -> list[str]:
        """Try to create an entity, be refused, and return the causes."""
        answer = self.write(service, set_, body)
        _expect(answer, status)
        return causes(answer)

    def order(self, number: str) -> Json:
        """Return a production order."""
        return self.read(ORDERS, f"A_ProductionOrder_2('{number}')")

    def operation(self, number: str, step: str) -> Json:
        """Return one operation of a production order."""
        rows = self.read(ORDERS, f"A_ProductionOrder_2('{number}')/to_ProductionOrderOperation")
        return next(row for row in rows if row["ManufacturingOrderOperation"] == step)

    def component(self, reservation: str, item: str) -> Json:
        """Return one component of a production order."""
        key = f"Reservation='{reservation}',ReservationItem='{item}'"
        return self.read(ORDERS, f"A_ProductionOrderComponent_2({key})")

    def stock(self, part: str, place: str = "0001", batch: str = "", use: str = "01") -> Decimal:
        """Return what lies in one place."""
        return self.world.s4.on_hand(StockKey(part, self.plant, place, batch, "", use))

    def confirmation(self, order: str, operation: str, **given: object) -> Json:
        """Return a confirmation of today, ready to be sent."""
        day = moment(self.world.clock.now().date())
        return {"OrderID": order, "OrderOperation": operation, "PostingDate": day, **given}

    def document(self, code: str, *items: Mapping[str, object], **header: object) -> Json:
        """Return a material document of today, ready to be sent."""
        return {
            "GoodsMovementCode": code,
            "PostingDate": moment(self.world.clock.now().date()),
            **header,
            "to_MaterialDocumentItem": [{"Plant": self.plant, **item} for item in items],
        }

    def _logon(self) -> str:
        user, password = next(iter(self.world.access.users.items()))
        return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"

    def _fetch_token(self) -> None:
        answer = self.send("GET", f"{ROOT}/{ORDERS}/", x_csrf_token="Fetch")
        for name, value in answer.headers:
            if name.lower() == "x-csrf-token":
                self.token = value
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]


def causes(answer: Response) -> list[str]:
    """Return the codes inside a refusal."""
    details = json.loads(answer.body)["error"]["innererror"]["errordetails"]
    return [detail["code"] for detail in details]


def moment(day: date) -> str:
    """Write a date as OData V2 does in JSON."""
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({int(since.timestamp() * 1000)})/"


def _expect(answer: Response, status: int) -> Json:
    if answer.status != status:
        raise Unexpected(answer, status)
    return json.loads(answer.body)
