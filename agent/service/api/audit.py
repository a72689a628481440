"""The audit: read in order, proved whole, and walked from a document back to its signal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.authority.deeds import Deed
from agent.lineage import chains
from agent.plain import dump
from agent.records import audit
from agent.records.audit import Finding, Link
from agent.records.seal import Seal
from agent.records.tables import AuditRow
from agent.records.tracing import Trace, trace
from agent.service.problem import Problem
from agent.service.served import concord, problems, read
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/audit", tags=["audit"])

Auditor = Annotated[Admitted, Depends(needs(Deed.READ_AUDIT))]
Word = Annotated[
    str,
    Path(
        max_length=200,
        description="Document number, case, signal or posting key.",
        examples=["4900000123/2026"],
    ),
]


@dataclass(frozen=True)
class AuditPage:
    """Some entries in the order of the chain; ``after`` is the cursor of the next page."""

    entries: tuple[Link, ...]
    after: int | None


@dataclass(frozen=True)
class Verdict:
    """Whether the chain is what it was when it was written."""

    entries: int
    intact: bool
    findings: tuple[Finding, ...]


@router.get("", responses=problems())
async def entries(
    request: Request,
    who: Auditor,
    after: Annotated[int, Query(ge=0, le=2**62, description="Go on behind this entry.")] = 0,
    name: Annotated[str | None, Query(max_length=128, description="Who did it.")] = None,
    what: Annotated[str | None, Query(max_length=64, examples=["decided"])] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Return entries of the whole chain, oldest first."""
    who.everywhere()

    def work(session: Session) -> AuditPage:
        rows = select(AuditRow).where(col(AuditRow.sequence) > after)
        if name is not None:
            rows = rows.where(col(AuditRow.who) == name)
        if what is not None:
            rows = rows.where(col(AuditRow.what) == what)
        found = session.scalars(rows.order_by(col(AuditRow.sequence)).limit(limit + 1)).all()
        links = tuple(audit.of_row(row) for row in found[:limit])
        return AuditPage(links, links[-1].sequence if len(found) > limit else None)

    return await read(request, work)


@router.get("/verification", responses=problems())
async def verification(request: Request, who: Auditor) -> Verdict:
    """Prove the chain whole, by itself and by the checkpoints kept here.

    What somebody touched, or cut off, is told entry by entry.
    """
    who.everywhere()
    ours = concord(request)
    trail = audit.AuditTrail(ours.database, Seal(ours.settings.home))
    findings = await asyncio.to_thread(trail.verify)
    length = await asyncio.to_thread(trail.length)
    return Verdict(length, not findings, tuple(findings))


@router.get("/traces/{word:path}", responses=problems(404))
async def traces(request: Request, who: Auditor, word: Word) -> list[dict[str, Any]]:
    """Return everything that belongs to a document, case, signal or posting."""
    found = await read(request, lambda session: _theirs(session, who, word))
    return [one.plain() for one in found]


@router.get("/lineage/{word:path}", responses=problems(404))
async def lineage(request: Request, who: Auditor, word: Word) -> list[list[dict[str, Any]]]:
    """Return, for each posting, the steps from its document back to words, facts and signal."""
    found = await read(request, lambda session: _theirs(session, who, word))
    return [[dump(step) for step in chain] for one in found for chain in chains(one, word)]


def _theirs(session: Session, who: Admitted, word: str) -> list[Trace]:
    found = [one for one in trace(session, word) if who.may_at(one.case.plant)]
    if not found:
        raise Problem(404, f"Nothing is known of {word}.")
    return found
