"""Health: whether the process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from agent.bootstrap import Machinery
from agent.dispatch.owner import somebody_works
from agent.precedents.index import Standing
from agent.records.guards import Unguarded, assert_guards
from agent.records.migrations import HEAD, version
from agent.service.problem import Problem
from agent.service.served import concord, documented, streams

router = APIRouter(tags=["health"])


@router.get("/livez", responses=documented(400))
async def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


class Ready(BaseModel):
    """It can work; what does not stand in the way of that is told beside it.

    Without a worker signals are kept all the same, and worked on once there is one. An index that
    is unusable, or held by another process, only means that precedents are not recalled here.
    A stream that is behind means that a system or broker is away; its plant says which.
    """

    status: Literal["ready"] = "ready"
    worker: Literal["alive", "none"]
    precedents: Standing
    streams: Literal["read", "behind", "none"]


@router.get("/readyz", responses=documented(400, 503))
async def readyz(request: Request) -> Ready:
    """Say whether it can work: records within reach, of this version, and their audit guarded.

    A process that has a worker is not ready once it has lost it. What is wrong is said in general;
    the log and ``concord doctor`` say more.
    """
    machinery = concord(request)
    try:
        wrong, works = await asyncio.to_thread(_looked, machinery)
    except SQLAlchemyError as error:
        raise Problem(503, "The records are out of reach.") from error
    if request.app.state.lost is not None and request.app.state.lost.is_set():
        wrong = "The worker of this process has lost its place."
    if wrong is not None:
        raise Problem(503, wrong)
    worker = "alive" if works else "none"
    standing = streams(request).standing
    return Ready(worker=worker, precedents=machinery.precedents.standing, streams=standing)


def _looked(machinery: Machinery) -> tuple[str | None, bool]:
    """Return what is wrong, and whether a worker lives."""
    return _wrong(machinery), somebody_works(machinery.database, machinery.settings.home)


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
