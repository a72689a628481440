"""Signals over HTTP: CloudEvents in any of their three modes, each kept before it is acknowledged.

Whoever holds no key may sign (Standard Webhooks), and may ask beforehand whether it is welcome:
the handshake is the one thing here that answers without either.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from agent.bootstrap import Machinery
from agent.ingress.answering import pieces_of, told_many, told_one
from agent.ingress.envelope import BATCH, STRUCTURED, Mode
from agent.ingress.inlet import Inlet, Taken
from agent.ingress.sender import Sender
from agent.service.problem import Problem
from agent.service.served import documented, problems
from agent.service.who.sending import sender

router = APIRouter(prefix="/v1", tags=["signals"])

_SCHEMA = {"type": "object", "description": "A CloudEvent 1.0."}
_EXAMPLE = {
    "specversion": "1.0",
    "id": "4711",
    "source": "/dm/1010",
    "type": "concord.posting.rejected.v1",
    "time": "2026-03-17T08:00:00Z",
    "data": {
        "plant": "1010",
        "order": "1000001",
        "message_class": "M7",
        "message_number": "021",
    },
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            STRUCTURED: {"schema": _SCHEMA, "example": _EXAMPLE},
            "application/json": {"schema": _SCHEMA, "example": _EXAMPLE},
            BATCH: {"schema": {"type": "array", "items": _SCHEMA}, "example": [_EXAMPLE]},
        },
    }
}
_SAID = {
    200: "It was known already, or there is nothing to do about it.",
    202: "It is on disk.",
    207: "Some were refused; each has its own status.",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    **{status: {"description": said} for status, said in _SAID.items()},
    **problems(415),
}
"""What may be answered: the problems name the field and the dead letter a signal is kept as."""


@router.post("/signals", status_code=202, responses=RESPONSES, openapi_extra=_BODY)
async def receive(request: Request, by: Annotated[Sender, Depends(sender)]) -> Response:
    """Take CloudEvents in: one (structured or binary), or a batch.

    What is no signal is kept as a dead letter and refused with the field that is wrong.
    """
    inlet: Inlet = request.app.state.inlet
    mode, pieces = await pieces_of(request)
    if mode is not Mode.BATCH:
        return told(await inlet.take(pieces[0], by))
    return told_all(await asyncio.gather(*(inlet.take(one, by) for one in pieces)))


@router.options("/signals", responses=documented(400, 403))
async def handshake(request: Request) -> Response:
    """Tell a sender of webhooks whether it may send (CloudEvents HTTP webhook)."""
    concord: Machinery = request.app.state.concord
    origin = request.headers.get("webhook-request-origin", "").strip().lower()
    known = {
        hook.origin for plant in concord.context.plants.values() for hook in plant.webhooks
    } - {None}
    if origin not in known:
        raise Problem(403, "This origin is in no plant's file (webhooks.origin).")
    headers = {
        "WebHook-Allowed-Origin": origin,
        "WebHook-Allowed-Rate": str(int(concord.settings.signals_per_second * 60)),
        "Allow": "POST, OPTIONS",
    }
    return Response(status_code=200, headers=headers)


def told(taken: Taken) -> Response:
    """Return the answer to one signal."""
    return told_one(said_of(taken))


def told_all(taken: list[Taken]) -> Response:
    """Return the answer to many."""
    return told_many([said_of(one) for one in taken])


def said_of(taken: Taken) -> dict[str, Any]:
    """Say what became of a signal, and the status that goes with it."""
    received, problem = taken.received, taken.problem
    if received is None:
        return {"status": 200, "case": None, "how": "nothing_to_do"}
    if problem is None and received.case is not None:
        status = 200 if received.how.value == "duplicate" else 202
        return {"status": status, "case": received.case, "how": received.how.value}
    if problem is None and received.dead_letter is None:
        return {"status": 200, "case": None, "how": received.how.value}  # its case is purged
    if problem is None:
        said = "The signal was kept as a dead letter."
        return {"status": 422, "detail": said, "dead_letter": received.dead_letter}
    return {
        "status": _status(taken, problem.field),
        "detail": str(problem),
        "field": problem.field,
        "dead_letter": received.dead_letter,
    }


def _status(taken: Taken, field: str) -> int:
    if taken.later:
        return 503
    if taken.forbidden:
        return 403
    return 400 if field == "body" else 422
