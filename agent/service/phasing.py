"""Letting the agent on or off the lead, for resource and page: foreseen first, then changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from agent.authority.deeds import Deed
from agent.records import phases
from agent.records.phases import WHOLE, Difference, Wanted
from agent.service.problem import Problem
from agent.service.served import concord, read, write
from agent.service.who.door import Admitted
from agent.service.who.reception import reception
from tools.plant.authority import Phase
from tools.plant.model import Plant


@dataclass(frozen=True)
class PhaseChange:
    """What a change does, playbook by playbook, and whether it was carried out."""

    plant: str
    done: bool
    changes: tuple[Difference, ...]
    set: Mapping[str, Phase]


async def foreseen(request: Request, who: Admitted, wanted: Wanted) -> PhaseChange:
    """Return what a wanted phase would change, and change nothing.

    Raises:
        Problem: There is no such plant or playbook (404).
    """
    plant, playbooks = _about(request, who, wanted)
    known = await read(request, lambda session: phases.set_phases(session, wanted.plant))
    said = phases.difference(plant, known, wanted, playbooks)
    return PhaseChange(wanted.plant, done=False, changes=said, set=known)


async def changed(
    request: Request, who: Admitted, wanted: Wanted, seen: Mapping[str, Phase]
) -> PhaseChange:
    """Set a phase, if what was set is still what they have seen.

    Raises:
        Problem: There is no such plant or playbook (404), they may not let the agent do more
            (403), or it was changed meanwhile (409).
    """
    plant, playbooks = _about(request, who, wanted)

    def work(session: Session, at: datetime) -> PhaseChange:
        known = phases.set_phases(session, wanted.plant)
        if known != seen:
            raise Problem(409, "The phases were changed meanwhile: look again.", set=known)
        said = phases.difference(plant, known, wanted, playbooks)
        word = said_of(request, who, wanted.plant, said)
        if word is not None:
            raise word
        phases.change(session, wanted, said, at)
        return PhaseChange(wanted.plant, True, said, phases.set_phases(session, wanted.plant))

    return await write(request, work)


def said_of(
    request: Request, who: Admitted, plant: str, said: tuple[Difference, ...]
) -> Problem | None:
    """Return why somebody may not make a change; letting the agent do more takes another right."""
    deed = Deed.LOOSEN if any(one.looser for one in said) else Deed.REIN_IN
    word = reception(request).door.word(who.visitor, deed, plant)
    return None if word.allowed else Problem(403, word.says, policy=word.policy, deed=deed.value)


def _about(request: Request, who: Admitted, wanted: Wanted) -> tuple[Plant, tuple[str, ...]]:
    """Return the plant a change is about, and the playbooks there are."""
    context = concord(request).context
    if wanted.plant not in context.plants or not who.may_at(wanted.plant):
        raise Problem(404, f"There is no plant {wanted.plant}.")
    playbooks = tuple(sorted(context.catalog.playbooks))
    if wanted.playbook != WHOLE and wanted.playbook not in playbooks:
        raise Problem(404, f"There is no playbook {wanted.playbook}.")
    return context.plants[wanted.plant], playbooks
