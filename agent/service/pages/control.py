"""The control panel: how far plants and playbooks have been let off the lead, and by what rules.

A change of a phase is shown as a difference first; the form that carries it out says what was seen.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.authority.deeds import Deed
from agent.records.phases import WHOLE, Wanted
from agent.service.pages.reader import (
    Filled,
    Governing,
    Reader,
    Reining,
    concord_of,
    speech_of,
)
from agent.service.pages.rendering import may, page
from agent.service.phasing import PhaseChange, changed, foreseen, said_of
from agent.service.problem import Problem
from agent.service.shown.governing import governed
from agent.service.shown.terms import PHASE, kind_said
from agent.words.speech import Speech
from tools.plant.authority import Phase

BACK = "file"
"""Stands for taking back what was set: the phase of the plant's file holds again."""

LONGEST_REASON = 2_000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Step:
    """What a change makes of one playbook's phase."""

    title: str
    before: str
    before_word: str
    after: str
    after_word: str
    looser: bool


@dataclass(frozen=True)
class Offer:
    """A change that was asked for, as the page shows it before it is carried out."""

    playbook: str
    phase: str
    title: str
    steps: tuple[Step, ...]
    seen: str
    refused: str


@router.get("/control")
async def control(request: Request, reader: Governing) -> Response:
    """Show what holds at the plants the reader sees; with a phase, what it would change."""
    return await _panel(request, reader, request.query_params)


@router.post("/control/phases")
async def change(request: Request, reader: Reining, form: Filled) -> Response:
    """Set a phase, or take one back, as it was shown."""
    asked = dict(form.fields)
    wanted = _wanted(reader, asked)
    try:
        if wanted is None:
            raise Problem(422, "There is no such phase.")
        if not wanted.reason:
            raise Problem(422, "a change needs its reason")
        await changed(request, reader.admitted, wanted, _seen(form.get("seen")))
    except Problem as problem:
        return await _panel(request, reader, asked, problem)
    return RedirectResponse(f"/control?{urlencode({'plant': wanted.plant})}", 303)


async def _panel(
    request: Request, reader: Reader, asked: Mapping[str, str], problem: Problem | None = None
) -> Response:
    concord, speech = concord_of(request), speech_of(request, reader)
    seen = [code for code in sorted(concord.context.plants) if reader.sees(code)]
    chosen = asked.get("plant", "")
    code = chosen if chosen in seen else next(iter(seen), None)
    shown = await asyncio.to_thread(governed, concord, speech, code) if code else None
    wanted = _wanted(reader, asked) if code == chosen else None
    return page(
        request,
        reader,
        "control.html",
        problem.status if problem else 200,
        speech,
        plant=shown,
        plants=seen,
        phases=PHASE,
        back=BACK,
        whole=WHOLE,
        may_change=code is not None and may(request, reader, Deed.REIN_IN),
        offer=await _offer(request, reader, speech, wanted) if wanted else None,
        refused=problem.detail if problem else "",
        asked=asked,
    )


async def _offer(request: Request, reader: Reader, speech: Speech, wanted: Wanted) -> Offer | None:
    """Return a change with what it does, or nothing where there is nothing of that name."""
    try:
        found = await foreseen(request, reader.admitted, wanted)
    except Problem:
        return None
    why_not = said_of(request, reader.admitted, wanted.plant, found.changes)
    catalog = concord_of(request).context.catalog
    whole = speech("all playbooks without a phase of their own")
    return Offer(
        playbook=wanted.playbook,
        phase=wanted.phase.value if wanted.phase else BACK,
        title=whole if wanted.playbook == WHOLE else kind_said(speech, catalog, wanted.playbook),
        steps=tuple(_steps(request, speech, found)),
        seen=json.dumps(dict(found.set), sort_keys=True),
        refused=why_not.detail if why_not else "",
    )


def _steps(request: Request, speech: Speech, found: PhaseChange) -> list[Step]:
    catalog = concord_of(request).context.catalog
    return [
        Step(
            kind_said(speech, catalog, one.playbook),
            speech(PHASE[one.before]),
            one.before.value,
            speech(PHASE[one.after]),
            one.after.value,
            one.looser,
        )
        for one in found.changes
    ]


def _wanted(reader: Reader, asked: Mapping[str, str]) -> Wanted | None:
    """Return the phase that is asked for; None where none is."""
    phase = asked.get("phase", "")
    if phase != BACK and phase not in set(Phase):
        return None
    return Wanted(
        asked.get("plant", ""),
        asked.get("playbook", WHOLE),
        None if phase == BACK else Phase(phase),
        reader.name,
        asked.get("reason", "").strip()[:LONGEST_REASON],
    )


def _seen(said: str) -> Mapping[str, Phase]:
    """Return what was set when the form was made.

    Raises:
        Problem: It is not from our form (422).
    """
    try:
        found: Any = json.loads(said)
        return {str(name): Phase(phase) for name, phase in cast("dict[str, str]", found).items()}
    except (ValueError, AttributeError):
        raise Problem(422, "Load the page again: the form is not complete.") from None
