"""The application: its resources and pages put together, and how it says no."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from html import escape
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.telemetry import TelemetryConfig
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from agent.assessments.memory import Memory
from agent.bootstrap import Machinery
from agent.chatting import talk_of
from agent.ingress.answering import RETRY_SECONDS
from agent.ingress.inlet import Inlet
from agent.ingress.signatures import signers
from agent.ingress.streams import Streams
from agent.prompting import registry_of
from agent.records.gates import Enqueue
from agent.service.edge import Edge, hosts
from agent.service.measuring import Measured
from agent.service.pages.refusal import told
from agent.service.problem import Problem
from agent.service.violations import Violations
from agent.service.walking import routers
from agent.service.who.needs import SignInFirst
from agent.service.who.reception import reception_of

log = logging.getLogger("concord.service")

UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""What FastAPI would tell by itself holds what was sent; ``agent.traces`` tells what it should."""


def application(concord: Machinery, enqueue: Enqueue, lost: asyncio.Event | None = None) -> FastAPI:
    """Return the web role's application.

    Args:
        concord: What it serves.
        enqueue: Starts turns, here or in a worker elsewhere.
        lost: Set once the worker in this process has lost its place; None where there is none.
    """
    app = FastAPI(
        title="Concord", docs_url=None, redoc_url=None, openapi_url=None, telemetry=UNTRACED
    )
    app.state.concord, app.state.enqueue, app.state.lost = concord, enqueue, lost
    app.state.talk = talk_of(concord, registry_of(concord.settings, concord.database))
    app.state.reception = reception_of(concord)
    app.state.streams = Streams(concord.context.clock)
    app.state.violations = Violations(concord.context.clock)
    app.state.measured = Measured(
        concord.database,
        concord.context.clock,
        app.state.streams,
        app.state.violations,
        [name for one in concord.context.plants.values() for name in one.copy_targets],
    )
    app.state.memory = Memory(concord.context.clock)
    app.state.inlet = Inlet(concord, enqueue)
    app.state.signers = signers(concord.context.plants.values(), concord.wires.env)
    for router in routers():
        app.include_router(router)
    _refuse_in_our_words(app)
    settings = concord.settings
    app.add_middleware(
        Edge,
        hosts=hosts(settings),
        largest=settings.largest_body,
        patience=settings.body_seconds,
        https=settings.https,
        violations=app.state.violations,
    )
    return app


def _refuse_in_our_words(app: FastAPI) -> None:
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(OperationalError, _out_of_reach)


async def _problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return told(request, error)


async def _sign_in(_request: Request, error: Exception) -> Response:
    """Send a browser to sign in; one that another site sent here asks once more, from here."""
    if not isinstance(error, SignInFirst):
        raise error
    if not error.foreign:
        return RedirectResponse(error.address, 303)
    again = escape(error.wanted, quote=True)
    return HTMLResponse(
        f'<!doctype html><meta http-equiv="refresh" content="0;url={again}">'
        f'<title>Concord</title><a href="{again}">Concord</a>'
    )


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    response = told(request, Problem(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    wrong = [_wrong(one) for one in error.errors()]
    said = "; ".join(f"{one['field']}: {one['message']}" for one in wrong)
    return told(request, Problem(422, said or "The request is not valid.", errors=wrong))


async def _out_of_reach(request: Request, error: Exception) -> Response:
    """Say that the database cannot be used just now: full, read-only, locked, or away."""
    log.error("%s %s: the records are out of reach: %s", request.method, request.url.path, error)
    said = "The records cannot be used just now. Nothing was changed: try again."
    return told(request, Problem(503, said, headers={"Retry-After": RETRY_SECONDS}))


def _wrong(error: Any) -> dict[str, str]:
    """Name a wrong field; what was sent is not repeated."""
    place: Sequence[Any] = error["loc"]
    return {"field": ".".join(str(step) for step in place), "message": str(error["msg"])}
