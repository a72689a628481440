"""Phases people have set at the service, over what the plant's file says.

They lie in the records, so every worker follows them from the next ruling on. Taking one back
leaves the file's word again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import Entry, append
from agent.records.phase_table import PhaseRow
from tools.plant.authority import Phase
from tools.plant.model import Plant

WHOLE = "*"
"""Stands for the plant's default, which holds for every playbook that has no phase of its own."""

ORDER = (Phase.OBSERVE, Phase.ADVISE, Phase.ACT)


@dataclass(frozen=True)
class Wanted:
    """A phase somebody sets; ``phase`` None takes back what was set."""

    plant: str
    playbook: str
    phase: Phase | None
    by: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """What a change of phases makes of the phase of each playbook that it touches."""

    playbook: str
    before: Phase
    after: Phase

    @property
    def looser(self) -> bool:
        """Whether the agent may do more afterwards."""
        return ORDER.index(self.after) > ORDER.index(self.before)


def set_phases(session: Session, plant: str) -> Mapping[str, Phase]:
    """Return the phases set at a plant, by playbook."""
    rows = session.scalars(select(PhaseRow).where(col(PhaseRow.plant) == plant))
    return {row.playbook: row.phase for row in rows}


def in_force(session: Session, plant: Plant) -> Plant:
    """Return a plant with the phases that hold now."""
    return applied(plant, set_phases(session, plant.code))


def applied(plant: Plant, phases: Mapping[str, Phase]) -> Plant:
    """Return a plant with phases set over those of its file."""
    if not phases:
        return plant
    own = {name: phase for name, phase in phases.items() if name != WHOLE}
    now = plant.phase.model_copy(
        update={
            "default": phases.get(WHOLE, plant.phase.default),
            "playbooks": {**plant.phase.playbooks, **own},
        }
    )
    return plant.model_copy(update={"phase": now})


def difference(
    plant: Plant, known: Mapping[str, Phase], wanted: Wanted, playbooks: tuple[str, ...]
) -> tuple[Difference, ...]:
    """Return what a wanted phase would change, playbook by playbook."""
    after = {name: phase for name, phase in known.items() if name != wanted.playbook}
    if wanted.phase is not None:
        after[wanted.playbook] = wanted.phase
    old, new = applied(plant, known), applied(plant, after)
    return tuple(
        Difference(name, old.phase_of(name), new.phase_of(name))
        for name in playbooks
        if old.phase_of(name) is not new.phase_of(name)
    )


def change(session: Session, wanted: Wanted, said: tuple[Difference, ...], at: datetime) -> None:
    """Set a phase, or take back one that was set; what it changes goes into the audit."""
    row = session.get(PhaseRow, (wanted.plant, wanted.playbook))
    before = row.phase if row else None
    if wanted.phase is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            PhaseRow(
                plant=wanted.plant,
                playbook=wanted.playbook,
                phase=wanted.phase,
                by=wanted.by,
                reason=wanted.reason,
                at=at,
            )
        )
    else:
        row.phase, row.by, row.reason, row.at = wanted.phase, wanted.by, wanted.reason, at
    details = {
        "plant": wanted.plant,
        "playbook": wanted.playbook,
        "before": before,
        "now": wanted.phase,
        "reason": wanted.reason,
        "changes": {one.playbook: [one.before, one.after] for one in said},
    }
    append(session, Entry(wanted.by, "phase changed", details=details), at)


def observed_now(session: Session, plant: str, playbook: str | None) -> bool:
    """Return whether somebody has set a playbook to observe since its remedy was ruled on."""
    phases = set_phases(session, plant)
    return phases.get(playbook or WHOLE, phases.get(WHOLE)) is Phase.OBSERVE
