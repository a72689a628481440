"""The control panel: how far plants and playbooks have been let off the lead, and by what rules."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response

from agent.authority.certificate import Certificate, CertificateUnreadable, read
from agent.authority.certificates import FOLDER
from agent.bootstrap import Machinery
from agent.service.pages.reader import Governing, concord_of, speech_of
from agent.service.pages.rendering import page
from agent.service.shown.speech import Speech
from agent.service.shown.terms import CRITICALITY, PHASE, RISK, kind_said
from tools.objects.money import Money
from tools.plant.authority import Criticality
from tools.plant.model import Plant

POLICY = re.compile(r'@id\("([^"]+)"\)\s*@says\("([^"]+)"\)\s*(permit|forbid)')

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Playing:
    """One playbook at a plant: its phase, and what of it the agent may settle alone."""

    kind: str
    title: str
    phase: str
    word: str
    own: bool
    alone: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """One policy in force, in its own words."""

    id: str
    says: str
    effect: str
    own: bool


@dataclass(frozen=True)
class Governed:
    """One plant's panel."""

    code: str
    name: str
    phase: str
    word: str
    playbooks: tuple[Playing, ...]
    limits: tuple[tuple[str, str], ...]
    deadlines: tuple[tuple[str, str], ...]
    policies: tuple[Policy, ...]
    certificates: tuple[tuple[str, Certificate], ...]


@router.get("/control")
async def control(request: Request, reader: Governing) -> Response:
    """Show what holds at the plants the reader sees."""
    concord, speech = concord_of(request), speech_of(request, reader)
    seen = [code for code in sorted(concord.context.plants) if reader.sees(code)]
    chosen = request.query_params.get("plant", "")
    code = chosen if chosen in seen else next(iter(seen), None)
    shown = await asyncio.to_thread(_governed, concord, speech, code) if code else None
    return page(
        request,
        reader,
        "control.html",
        speech=speech,
        plant=shown,
        plants=seen,
        risks=RISK,
        now=concord.context.clock(),
    )


def _governed(concord: Machinery, speech: Speech, code: str) -> Governed:
    plant = concord.context.plants[code]
    return Governed(
        code=code,
        name=plant.name,
        phase=speech(PHASE[plant.phase.default]),
        word=plant.phase.default.value,
        playbooks=tuple(_playing(concord, speech, plant)),
        limits=tuple(_limits(speech, plant)),
        deadlines=tuple(
            (speech(CRITICALITY[one]), speech("{count} min", count=plant.deadlines.minutes(one)))
            for one in Criticality
        ),
        policies=tuple(_policies(plant)),
        certificates=tuple(_certificates(concord.settings.home / FOLDER, code)),
    )


def _playing(concord: Machinery, speech: Speech, plant: Plant) -> Iterator[Playing]:
    catalog = concord.context.catalog
    for kind in sorted(catalog.playbooks):
        phase, book = plant.phase_of(kind), catalog.playbooks[kind]
        says = {cause.name: speech.text(cause.says) for cause in book.causes}
        named = (one for one in plant.autonomy if one.playbook == kind)
        yield Playing(
            kind=kind,
            title=kind_said(speech, catalog, kind),
            phase=speech(PHASE[phase]),
            word=phase.value,
            own=kind in plant.phase.playbooks,
            alone=tuple(says.get(one.cause, one.cause) for one in named),
        )


def _limits(speech: Speech, plant: Plant) -> Iterator[tuple[str, str]]:
    limits = plant.limits
    for said, amount in (
        (speech("The agent, and a supervisor, up to"), limits.low_up_to),
        (speech("A planner up to"), limits.medium_up_to),
        (speech("Four eyes above"), limits.four_eyes_above),
    ):
        yield said, speech.money(Money(amount, plant.currency))


def _policies(plant: Plant) -> Iterator[Policy]:
    """Return the policies in force: the core's, then the plant's own."""
    core = files("agent.authority").joinpath("policies/core.cedar").read_text("utf-8")
    own = Path(plant.policies.file).read_text("utf-8") if plant.policies.file else ""
    for text, is_own in ((core, False), (own, True)):
        for name, says, effect in POLICY.findall(text):
            yield Policy(name, says, effect, is_own)


def _certificates(folder: Path, plant: str) -> Iterator[tuple[str, Certificate]]:
    """Return the certificates on file for a plant; what nobody can read certifies nothing."""
    own = sorted((folder / plant).glob("*.json"))
    for file in own or sorted(folder.glob("*.json")):
        try:
            yield file.name, read(file)
        except CertificateUnreadable:
            continue
