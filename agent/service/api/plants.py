"""Plants: phases, limits and deadlines in force; and letting the agent on or off the lead.

A change of a phase is shown as a difference first. Who carries it out names the phase they saw, so
nobody overwrites what somebody else has changed meanwhile. Every worker follows it from its next
ruling on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from agent.authority.deeds import Deed
from agent.ingress.streams import Stream
from agent.records import phases
from agent.records.phases import WHOLE, Wanted
from agent.service.phasing import PhaseChange, changed, foreseen
from agent.service.problem import Problem
from agent.service.served import concord, problems, read, streams
from agent.service.who.door import Admitted
from agent.service.who.needs import needs
from tools.plant.authority import Phase
from tools.plant.model import Plant

router = APIRouter(prefix="/v1/plants", tags=["plants"])

Reader = Annotated[Admitted, Depends(needs(Deed.READ_PLANTS))]
Holder = Annotated[Admitted, Depends(needs(Deed.REIN_IN))]
Code = Annotated[str, Path(max_length=8, description="The plant.", examples=["1010"])]


@dataclass(frozen=True)
class Alone:
    """What the agent may settle alone when the facts are decisive."""

    playbook: str
    cause: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class StreamView:
    """What this process fetches signals from, and how that goes.

    ``read_at`` is when it was last read, ``trouble`` what went wrong since. ``stuck`` of the
    ``waiting`` messages are on their way for too long.
    """

    name: str
    behind: bool
    read_at: datetime | None
    trouble: str
    refused: int
    waiting: int
    stuck: int


@dataclass(frozen=True)
class PlantView:
    """One plant as it is run now. ``set`` are phases people have set over those of its file."""

    code: str
    name: str
    currency: str
    default: Phase
    phases: Mapping[str, Phase]
    set: Mapping[str, Phase]
    low_up_to: Decimal
    medium_up_to: Decimal
    four_eyes_above: Decimal
    deadlines: Mapping[str, int]
    alone: tuple[Alone, ...]
    streams: tuple[StreamView, ...]


class NewPhase(BaseModel):
    """The phase of a playbook, or of all that have none of their own (``*``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    playbook: str = Field(default=WHOLE, max_length=100, examples=["materials/stock_deficit"])
    phase: Phase | None = Field(description="None takes back what was set.", examples=["advise"])
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)
    ] = Field(examples=["three weeks without an overturned decision"])
    seen: Mapping[str, Phase] | None = Field(
        default=None, description="What was set when they looked; without it nothing is changed."
    )


@router.get("", responses=problems())
async def plants(request: Request, who: Reader) -> list[PlantView]:
    """List the plants that are theirs, as they are run now."""
    known = concord(request).context.plants
    own = [known[code] for code in sorted(known) if who.may_at(code)]
    return await read(request, lambda session: [_view(request, session, one) for one in own])


@router.get("/{plant}", responses=problems(404))
async def plant(request: Request, who: Reader, plant: Code) -> PlantView:
    """Return one plant as it is run now."""
    own = _theirs(request, who, plant)
    return await read(request, lambda session: _view(request, session, own))


@router.post("/{plant}/phases", responses=problems(404, 409))
async def phase(request: Request, who: Holder, plant: Code, body: NewPhase) -> PhaseChange:
    """Show what a phase would change; with ``seen``, change it.

    Less freedom may be set by whoever is responsible; more only by a controller. 409: it was
    changed meanwhile.
    """
    wanted = Wanted(plant, body.playbook, body.phase, who.name, body.reason)
    if body.seen is None:
        return await foreseen(request, who, wanted)
    return await changed(request, who, wanted, body.seen)


def _theirs(request: Request, who: Admitted, code: str) -> Plant:
    known = concord(request).context.plants
    if code not in known or not who.may_at(code):
        raise Problem(404, f"There is no plant {code}.")
    return known[code]


def _view(request: Request, session: Session, plant: Plant) -> PlantView:
    known = phases.set_phases(session, plant.code)
    now = phases.applied(plant, known)
    names = sorted(concord(request).context.catalog.playbooks)
    criticalities = ("urgent", "high", "normal", "low")
    return PlantView(
        code=plant.code,
        name=plant.name,
        currency=plant.currency,
        default=now.phase.default,
        phases={name: now.phase_of(name) for name in names},
        set=known,
        low_up_to=plant.limits.low_up_to,
        medium_up_to=plant.limits.medium_up_to,
        four_eyes_above=plant.limits.four_eyes_above,
        deadlines={name: plant.deadlines.minutes(name) for name in criticalities},
        alone=tuple(Alone(one.playbook, one.cause, one.remedy) for one in plant.autonomy),
        streams=tuple(_stream(one) for one in streams(request).of(plant.code)),
    )


def _stream(stream: Stream) -> StreamView:
    return StreamView(
        name=stream.name,
        behind=stream.behind,
        read_at=stream.last,
        trouble=stream.trouble,
        **asdict(stream.seen),
    )
