"""What resources and pages work with: the installation, the starter of turns, a way to the records.

And the documentation of the problems they answer with, the same for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from agent.bootstrap import Machinery
from agent.ingress.streams import Streams
from agent.records.gates import Enqueue
from agent.service.problem import MEDIA_TYPE

T = TypeVar("T")

EXAMPLES: dict[int, str] = {
    400: "This service does not answer to that host name (CONCORD_HOSTS).",
    401: "Sign in, or send a key or token.",
    403: "No policy permits this.",
    404: "There is no case c-1.",
    408: "The body took too long to arrive.",
    409: "the remedy is another one now: hard.0.quantity.amount: 96 → 94",
    413: "A body may have 4194304 bytes at most.",
    422: "body.reason: Field required",
    429: "Too many requests: try again in 3 s.",
    503: "The records are out of reach.",
}
EVERYWHERE = (400, 401, 403, 408, 413, 422, 429, 503)


class ProblemDetails(BaseModel):
    """Problem details (RFC 9457); ``correlation_id`` finds the request in log and audit."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Forbidden"])
    status: int = Field(examples=[403])
    detail: str = Field(examples=["No policy permits this."])
    correlation_id: str | None = Field(examples=["4bf92f3577b34da6a3ce929d0e0e4736"])


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the problems a resource answers with, besides the usual ones."""
    return documented(*EVERYWHERE, *statuses)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of exactly these problems."""
    return {status: _documented(status) for status in sorted(set(statuses))}


def concord(request: Request) -> Machinery:
    """Return the installation a request is for."""
    found: Machinery = request.app.state.concord
    return found


def enqueue(request: Request) -> Enqueue:
    """Return what starts turns."""
    found: Enqueue = request.app.state.enqueue
    return found


def streams(request: Request) -> Streams:
    """Return what this process fetches signals from."""
    found: Streams = request.app.state.streams
    return found


async def read(request: Request, work: Callable[[Session], T]) -> T:
    """Read from the records, in a thread."""
    database = concord(request).database

    def run() -> T:
        with database.read() as session:
            return work(session)

    return await asyncio.to_thread(run)


async def write(request: Request, work: Callable[[Session, datetime], T]) -> T:
    """Change the records in one transaction, in a thread."""
    machinery = concord(request)

    def run() -> T:
        with machinery.database.write() as session:
            return work(session, machinery.context.clock())

    return await asyncio.to_thread(run)


def _documented(status: int) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    example = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": EXAMPLES.get(status, phrase),
        "correlation_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": phrase,
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }
