"""The inbox: what waits for the reader, by deadline or by value."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.bootstrap import Machinery
from agent.case.conflict import Criticality
from agent.records import pages, substitutes, waiting
from agent.records.states import CaseStatus
from agent.records.waiting import Order, Queue
from agent.service.pages.reader import Reader, Reading, concord_of, speech_of
from agent.service.pages.rendering import page
from agent.service.shown.inbox import Shown, deciding, line_shown, row_shown
from agent.service.shown.terms import CRITICALITY, kind_said
from agent.words.speech import Speech

ON_A_PAGE = 50
VIEWS = {
    "mine": "For me",
    "claimed": "Taken on",
    "all": "All that wait",
    "put-off": "Put off until later",
    "look": "A person has to look",
    "settled": "Settled",
}
OF_STATUS = {"look": CaseStatus.NEEDS_PERSON, "settled": CaseStatus.SETTLED}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """What of the inbox is asked for; a word nobody knows asks for nothing."""

    view: str
    plant: str | None
    kind: str | None
    criticality: Criticality | None
    search: str
    order: Order
    after: str | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Read the address."""
        view, order = query.get("view", ""), query.get("order", "")
        critical = query.get("criticality", "")
        return cls(
            view=view if view in VIEWS else "mine",
            plant=query.get("plant") or None,
            kind=query.get("kind") or None,
            criticality=Criticality(critical) if critical in set(Criticality) else None,
            search=query.get("q", "").strip()[:80],
            order=Order(order) if order in set(Order) else Order.DEADLINE,
            after=query.get("after") or None,
        )

    def address(self, **other: str | None) -> str:
        """Return the address of this list with something else."""
        words = {
            "view": self.view,
            "plant": self.plant,
            "kind": self.kind,
            "criticality": self.criticality.value if self.criticality else None,
            "q": self.search,
            "order": self.order.value if self.order is not Order.DEADLINE else None,
            **other,
        }
        return "/inbox?" + urlencode({name: value for name, value in words.items() if value})


@dataclass(frozen=True)
class Found:
    """What the records have for the page."""

    rows: tuple[Shown, ...]
    after: str | None
    waiting: int
    late: int
    represented: tuple[str, ...]


@router.get("/")
async def start() -> Response:
    """Begin with what waits."""
    return RedirectResponse("/inbox", 303)


@router.get("/inbox")
async def inbox(request: Request, reader: Reading) -> Response:
    """Show what waits; a search that names one thing leads to it at once."""
    concord, asked = concord_of(request), Asked.of(request.query_params)
    speech = speech_of(request, reader, asked.plant)
    now = concord.context.clock()
    found = await asyncio.to_thread(_find, concord, reader, asked, speech, now)
    if asked.search and len(found.rows) == 1 and asked.after is None:
        return RedirectResponse(f"/cases/{found.rows[0].id}", 303)
    return page(
        request,
        reader,
        "inbox.html",
        speech=speech,
        asked=asked,
        found=found,
        views=VIEWS,
        kinds=_kinds(concord, speech),
        plants=sorted(name for name in concord.plants if reader.sees(name)),
        criticalities=CRITICALITY,
        orders=Order,
        refused=request.query_params.get("refused", ""),
        approved=request.query_params.get("approved", ""),
        now=speech.clock(now),
    )


def _find(concord: Machinery, reader: Reader, asked: Asked, speech: Speech, now: datetime) -> Found:
    catalog = concord.context.catalog
    with concord.database.read() as session:
        represented = substitutes.represented_by(session, reader.name, now.date())
        queue = queue_of(concord, reader, asked, represented)
        own = queue_of(concord, reader, Asked.of({}), represented)
        count = waiting.tally(session, own, now)
        late = waiting.tally(session, own, now, late=True) if count else 0
        if asked.view in OF_STATUS:
            wish = pages.Wish(
                status=OF_STATUS[asked.view],
                plant=asked.plant or _only(reader),
                kind=asked.kind,
            )
            listed = pages.page(session, wish, asked.after, ON_A_PAGE)
            seen = [line for line in listed.lines if reader.sees(line.plant)]
            rows = tuple(line_shown(speech, catalog, line) for line in seen)
            return Found(rows, listed.after, count, late, represented)
        some = waiting.waiting(session, queue, now, asked.after, ON_A_PAGE)
    rows = tuple(row_shown(speech, catalog, line, now) for line in some.lines)
    return Found(rows, some.after, count, late, represented)


def queue_of(
    concord: Machinery, reader: Reader, asked: Asked, represented: tuple[str, ...]
) -> Queue:
    """Return the list a reader asks for, within what the reader may see."""
    plants = reader.plants
    if asked.plant is not None and reader.sees(asked.plant):
        plants = frozenset({asked.plant})
    everything = asked.view in {"all", "put-off", "claimed"} or bool(asked.search)
    return Queue(
        roles=None if everything else deciding(reader.roles),
        people=(reader.name, *represented),
        plants=plants,
        kind=asked.kind,
        criticality=asked.criticality,
        objects=objects_of(concord, asked.search),
        theirs=asked.view == "claimed",
        put_off=asked.view == "put-off",
        order=asked.order,
    )


def objects_of(concord: Machinery, search: str) -> tuple[str, ...]:
    """Return the business objects that a number may mean, at every plant."""
    if not search:
        return ()
    keys = sorted({book.object_key for book in concord.context.catalog.playbooks.values()})
    return (search, *(f"{plant}/{key}/{search}" for plant in concord.plants for key in keys))


def _only(reader: Reader) -> str | None:
    """Return the one plant a reader sees; of several, rows are looked at one by one."""
    return next(iter(reader.plants)) if reader.plants and len(reader.plants) == 1 else None


def _kinds(concord: Machinery, speech: Speech) -> dict[str, str]:
    catalog = concord.context.catalog
    said: dict[str, Any] = {kind: kind_said(speech, catalog, kind) for kind in catalog.playbooks}
    return dict(sorted(said.items(), key=lambda item: item[1]))
