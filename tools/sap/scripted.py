"""A scripted SAP Gateway in this process, for tests of what talks to one.

By itself it keeps sessions and tokens as the real one does, accepts every change and finds nothing.
A test puts answers before that, good or bad. It knows no orders and no stock: that is the sandbox.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
from starlette.requests import Request
from starlette.responses import Response

from tools.connection import Connection, Limits
from tools.patience import Rhythm
from tools.sap.odata import ODataService

ROOT = "/sap/opu/odata/sap/API_PRODUCTION_ORDER_2_SRV"
HOST = "https://s4.example"

Answering = Callable[[Request], Response | None]


def reply(body: object, status: int = 200, **headers: str) -> Response:
    """An answer in JSON; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, "application/json")


def sap_error(status: int, outer: str, *causes: str) -> Response:
    """SAP's error tree: a generic code outside, the causes in the details."""
    details = [{"code": code, "message": f"text of {code}", "severity": "error"} for code in causes]
    error = {
        "code": outer,
        "message": {"lang": "en", "value": "failed"},
        "innererror": {"transactionid": "1", "errordetails": details},
    }
    return reply({"error": error}, status)


@dataclass
class Gateway:
    """An ASGI application that keeps sessions, tokens and a journal of accepted writes."""

    answers: list[Answering] = field(default_factory=list[Answering])
    asked: list[Request] = field(default_factory=list[Request])
    posted: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    fetches: int = 0
    slow_fetch: float = 0.0
    head_served: bool = True
    pages: dict[str, object] = field(default_factory=dict[str, object])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        await request.body()
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        if request.headers.get("x-csrf-token", "").lower() == "fetch":
            return await self._token(request)
        if request.method != "GET" and not self._token_good(request):
            return Response(
                "CSRF token validation failed", 403, {"x-csrf-token": "Required"}, "text/plain"
            )
        for answering in list(self.answers):
            if (response := answering(request)) is not None:
                return response
        if request.method != "GET":
            self.posted.append((request.url.path, await request.body()))
            return reply({"d": {"ManufacturingOrder": "1"}}, 201)
        return reply(self.pages.get(query(request, "$skiptoken"), {"d": {"results": []}}))

    async def _token(self, request: Request) -> Response:
        if request.method == "HEAD" and not self.head_served:
            return Response(status_code=405)
        self.fetches += 1
        number = str(self.fetches)
        await asyncio.sleep(self.slow_fetch)
        self.tokens[f"session-{number}"] = f"token-{number}"
        response = Response(headers={"x-csrf-token": f"token-{number}"})
        response.set_cookie("SAP_SESSIONID", f"session-{number}")
        response.set_cookie("sap-usercontext", "client=100")
        return response

    def _token_good(self, request: Request) -> bool:
        session = request.cookies.get("SAP_SESSIONID", "")
        whole = "sap-usercontext" in request.cookies
        return whole and self.tokens.get(session) == request.headers.get("x-csrf-token")

    def once(self, response: Response) -> None:
        """Give this answer to the next request that is not a token fetch."""
        self.always(response, times=1)

    def always(self, response: Response, times: int = 1_000) -> None:
        """Give this answer again and again."""
        left = [times]

        def answering(_: Request) -> Response | None:
            left[0] -= 1
            return response if left[0] >= 0 else None

        self.answers.append(answering)

    def expire_session(self) -> None:
        """Forget every session and its token."""
        self.tokens.clear()


def query(request: Request, name: str) -> str:
    """One option of the query, decoded the way a strict server does: a plus sign is a plus sign."""
    text = request.scope["query_string"].decode().replace("+", "%2B")
    return parse_qs(text).get(name, [""])[0]


def path(request: Request) -> str:
    """The path below the service root, decoded once."""
    return unquote(request.scope["raw_path"].decode()).removeprefix(f"{ROOT}/")


async def no_sleep(_: float) -> None:
    """Wait for nothing."""


def connect(app: Any, **limits: Any) -> Connection:
    """A connection to an application in this process; pauses take no time."""
    return Connection(
        "S4",
        HOST,
        transport=app if isinstance(app, httpx.AsyncBaseTransport) else httpx.ASGITransport(app),
        limits=Limits(**limits),
        rhythm=Rhythm(sleep=no_sleep, jitter=lambda: 1.0),
    )


def orders(app: Any, **limits: Any) -> ODataService:
    """The order service of that application."""
    return ODataService(connect(app, **limits), ROOT, sap_client="100")
