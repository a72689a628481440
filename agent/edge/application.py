"""The edge's application: the core's door for signals, with the buffer behind it.

Readiness means that a signal can be taken; whether the core can be reached is said beside it, for
taking signals while it cannot is what the edge is for.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.exceptions import HTTPException

from agent.edge.buffer import Buffer, Full
from agent.edge.forwarding import Forwarder
from agent.edge.intake import distinct, incoming, said_of
from agent.edge.measuring import Measured
from agent.edge.senders import Senders
from agent.ingress.answering import pieces_of, told_many, told_one
from agent.ingress.envelope import Mode
from agent.ingress.sender import Sender
from agent.playbooks.catalog import catalog
from agent.service.edge import Edge, hosts
from agent.service.problem import Problem, answered
from agent.service.violations import Violations
from agent.settings import Settings

log = logging.getLogger("concord.edge")

RETRY = {"Retry-After": "60"}
SENT_ON = "Nothing was kept: send it again later."


@dataclass(frozen=True)
class Station:
    """What one edge is made of."""

    settings: Settings
    buffer: Buffer
    forwarder: Forwarder
    senders: Senders
    clock: Callable[[], datetime]


def application(station: Station) -> FastAPI:
    """Return the edge's application."""
    app = FastAPI(title="Concord edge", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.station = station
    app.state.violations = Violations(station.clock)
    app.add_api_route("/v1/signals", receive, methods=["POST"])
    app.add_api_route("/livez", livez, methods=["GET"])
    app.add_api_route("/readyz", readyz, methods=["GET"])
    app.add_api_route("/metrics", metrics, methods=["GET"])
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _refused)
    settings = station.settings
    app.add_middleware(
        Edge,
        hosts=hosts(settings),
        largest=settings.largest_body,
        patience=settings.body_seconds,
        https=settings.https,
        violations=app.state.violations,
    )
    return app


async def receive(request: Request) -> Response:
    """Take CloudEvents in: one (structured or binary), or a batch; all of it is kept, or none."""
    station = _station(request)
    sender = await station.senders.of(request)
    mode, pieces = await pieces_of(request)
    results = await asyncio.to_thread(_kept, station, pieces, sender)
    station.forwarder.wake()
    return told_many(results) if mode is Mode.BATCH else told_one(results[0])


async def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


async def readyz(request: Request) -> dict[str, Any]:
    """Say whether a signal could be taken now, and whether the core can be reached."""
    station = _station(request)
    await asyncio.to_thread(_writable, station.buffer.check)
    tally = station.forwarder.tally
    since = tally.away_since.isoformat() if tally.away_since else None
    return {"status": "ready", "core": "away" if tally.away else "reached", "since": since}


async def metrics(request: Request) -> Response:
    """Return all metrics in Prometheus' text format."""
    station = _station(request)
    await station.senders.reader(request)
    registry = CollectorRegistry()
    registry.register(
        Measured(
            station.buffer, station.forwarder.tally, request.app.state.violations, station.clock
        )
    )
    body = await asyncio.to_thread(generate_latest, registry)
    return Response(body, media_type=CONTENT_TYPE_LATEST)


def _kept(station: Station, pieces: tuple[bytes, ...], sender: Sender) -> list[dict[str, Any]]:
    """Write what came in down, and say what became of each piece."""
    now = station.clock()
    came = [incoming(raw, sender, catalog(), now) for raw in pieces]
    once = distinct(came)
    kept = _writable(lambda: station.buffer.keep(once))
    places = {(one.source, one.signal): it for one, it in zip(once, kept, strict=True)}
    return [said_of(one, places[one.source, one.signal]) for one in came]


def _writable(work: Callable[[], Any]) -> Any:
    """Do something with the buffer; what stands in the way is the sender's to hear.

    Raises:
        Problem: There is no room (507), or the buffer cannot be written (503).
    """
    try:
        return work()
    except Full as error:
        raise Problem(507, f"The edge is full: {error}. {SENT_ON}", headers=RETRY) from error
    except sqlite3.Error as error:
        if error.sqlite_errorname == "SQLITE_FULL":
            raise Problem(507, f"The edge is full. {SENT_ON}", headers=RETRY) from error
        log.exception("the buffer cannot be written")
        raise Problem(503, f"The edge cannot write. {SENT_ON}", headers=RETRY) from error


def _station(request: Request) -> Station:
    found: Station = request.app.state.station
    return found


async def _problem(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return answered(error)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return answered(Problem(error.status_code, str(error.detail), headers=error.headers))
