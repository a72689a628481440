"""What the graph's nodes work with: handed in at run time, never kept in the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agent.actions.action import Sides
from agent.authority.authority import Authority
from agent.effects.effects import Effects
from agent.playbooks.catalog import Catalog
from agent.precedents.precedents import Precedents
from agent.reasoning.identifying import Identifier, NobodyAsked
from agent.reasoning.reasoner import Reasoner
from agent.records.cases import CaseRecords
from tools.plant.model import Plant


class Reach(Protocol):
    """Where a plant's systems are."""

    def __call__(self, plant: str) -> Sides:
        """Return the sides of a plant."""
        ...


@dataclass(frozen=True)
class Context:
    """The dependencies of one burst."""

    catalog: Catalog
    plants: Mapping[str, Plant]
    sides: Reach
    precedents: Precedents
    reasoner: Reasoner
    authority: Authority
    effects: Effects
    records: CaseRecords
    clock: Callable[[], datetime]
    identifier: Identifier = field(default_factory=NobodyAsked)
