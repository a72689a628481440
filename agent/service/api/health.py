"""Health: whether the process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError

from agent.bootstrap import Machinery
from agent.records.guards import Unguarded, assert_guards
from agent.records.migrations import HEAD, version
from agent.service.problem import Problem
from agent.service.served import concord, documented

router = APIRouter(tags=["health"])


@router.get("/livez", responses=documented(400))
async def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses=documented(400, 503))
async def readyz(request: Request) -> dict[str, str]:
    """Say whether it can work: records within reach, of this version, and their audit guarded.

    What is wrong is said in general; the log and ``concord doctor`` say more.
    """
    try:
        wrong = await asyncio.to_thread(_wrong, concord(request))
    except SQLAlchemyError as error:
        raise Problem(503, "The records are out of reach.") from error
    if wrong is not None:
        raise Problem(503, wrong)
    return {"status": "ready"}


def _wrong(machinery: Machinery) -> str | None:
    with machinery.database.read() as session:
        connection = session.connection()
        if version(connection) != HEAD:
            return "The records are of another version than this Concord."
        try:
            assert_guards(connection)
        except Unguarded:
            return "The audit is not guarded."
    return None
