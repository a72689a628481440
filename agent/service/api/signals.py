"""Signals over HTTP: each is kept before it is acknowledged."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from agent.arrival import acquaintance, take_in
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.records.gates import Enqueue
from agent.service.problem import Problem
from agent.service.served import problems
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1", dependencies=[Depends(needs(Deed.SEND_SIGNALS))])


@router.post("/signals", status_code=202, responses=problems())
async def receive(request: Request) -> JSONResponse:
    """Take in one CloudEvent, structured JSON.

    What is no signal is kept as a dead letter and refused with the field that is wrong.
    """
    concord: Machinery = request.app.state.concord
    enqueue: Enqueue = request.app.state.enqueue
    understood = acquaintance(concord).understand(await request.body())
    received = await take_in(understood.arrived, concord.records, enqueue)
    if understood.problem is not None:
        problem = understood.problem
        raise Problem(
            400 if problem.field == "body" else 422,
            str(problem),
            field=problem.field,
            dead_letter=received.dead_letter,
        )
    if received.case is None:
        why = "The signal was kept as a dead letter."
        raise Problem(422, why, dead_letter=received.dead_letter)
    return JSONResponse({"case": received.case, "how": received.how.value}, 202)
