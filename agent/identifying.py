"""Which conflict a signal is, by the playbooks' own words. Pure, for whoever takes signals in."""

from __future__ import annotations

from agent.case.conflict import Conflict, Signal
from agent.playbooks.catalog import Catalog
from tools.plant.model import Plant


def conflict_of(signal: Signal, catalog: Catalog, plant: Plant | None = None) -> Conflict | None:
    """Return the conflict the most specific playbook sees in a signal.

    None means that no playbook recognises it, or that two do equally well: nobody guesses. A plant
    may find it more or less urgent than the playbook does.
    """
    kinds = catalog.recognise(signal)
    return as_kind(signal, kinds[0], catalog, plant) if len(kinds) == 1 else None


def as_kind(
    signal: Signal, kind: str, catalog: Catalog, plant: Plant | None = None
) -> Conflict | None:
    """Return a signal as a conflict of a kind; None where it does not name the object."""
    playbook = catalog.playbooks[kind]
    number = signal.keys.get(playbook.object_key)
    if number is None:
        return None
    own = plant.criticality_of(kind) if plant else None
    return Conflict(
        kind=kind,
        plant=signal.plant,
        object=f"{signal.plant}/{playbook.object_key}/{number}",
        keys=dict(signal.keys),
        criticality=own or playbook.criticality,
    )
