"""Health: whether the process lives, and whether it can take signals in."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.bootstrap import Machinery
from agent.service.problem import Problem

router = APIRouter()


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Say whether the records are within reach."""
    concord: Machinery = request.app.state.concord
    try:
        await asyncio.to_thread(_glance, concord)
    except SQLAlchemyError as error:
        raise Problem(503, "The records are out of reach.") from error
    return {"status": "ready"}


def _glance(concord: Machinery) -> None:
    with concord.database.read() as session:
        session.execute(text("SELECT 1"))
