"""The shape of a playbook: how it recognises a signal, what it reads, weighs and would do.

A playbook module defines a frozen ``Facts`` dataclass whose annotations name the record and the
system it is read from::

    order: Annotated[ProductionOrder, System.ERP]
    material: Annotated[Material, System.ERP, Via("order", lambda it: {"material": it.material})]
    parts: Annotated[tuple[Material, ...], System.ERP, Each("order", parts_of)]
    moves: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements_of")]
    reported: Annotated[Confirmation | None, System.MES]  # may be missing
    today: Annotated[date, Today()]

and a ``PLAYBOOK``. ``weigh`` and ``remedy`` are pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agent.actions.action import Action
from agent.case.conflict import Criticality, Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Remedy, Unsettled
from agent.case.text import Text
from tools.plant.model import Plant

NOT_A_CONFLICT = "not_a_conflict"


class Risk(StrEnum):
    """How much harm a wrong correction of this cause would do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Cause:
    """One possible explanation out of the playbook's list."""

    name: str
    says: Text
    risk: Risk = Risk.MEDIUM


@dataclass(frozen=True)
class Trigger:
    """How specifically a playbook recognises a signal: by type, SAP message and keys it names."""

    type: str
    messages: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def specificity(self, signal: Signal) -> int:
        """Return how much of the signal this trigger names; 0 where it does not fit."""
        if signal.type != self.type:
            return 0
        if self.messages and signal.message not in self.messages:
            return 0
        if not all(key in signal.keys for key in self.keys):
            return 0
        return 1 + len(self.keys) + (10 if self.messages else 0)


@dataclass(frozen=True)
class Via:
    """A read that depends on another fact: which one, and the keys it yields."""

    fact: str
    keys: Callable[[Any], Mapping[str, str]]


@dataclass(frozen=True)
class Each:
    """Reads of one kind that depend on another fact, one for each set of keys it yields.

    The fact is a tuple: of the records read, or of what those reads list, one after the other.
    """

    fact: str
    keys: Callable[[Any], Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Method:
    """The port method to read by, where the record alone does not tell."""

    name: str


@dataclass(frozen=True)
class Today:
    """Marks the fact that is the plant's date at the time of reading."""


@dataclass(frozen=True)
class Refused:
    """Marks the fact that is what targets refused so far in this case."""


@dataclass(frozen=True)
class Received:
    """Marks the fact that is the signal itself."""


def nothing_in_doubt(facts: Any, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Take no soft action while a person thinks."""
    return ()


@dataclass(frozen=True)
class Playbook:
    """What Concord knows about one kind of conflict.

    ``object_key`` is the business key that admits one burst at a time. ``endpoint`` is the service
    a correction goes to; prompts are bound to it. ``not_a_conflict`` is always among the causes.
    ``in_doubt`` gives the soft actions while a person chooses from a shortlist of causes.
    """

    number: str
    title: Text
    business_object: str
    object_key: str
    endpoint: str
    triggers: tuple[Trigger, ...]
    facts: type[Any]
    causes: tuple[Cause, ...]
    weigh: Callable[[Any, Plant], Sequence[Leaning] | Handover]
    remedy: Callable[[str, Any, Plant], Remedy | Unsettled]
    in_doubt: Callable[[Any, Plant, tuple[str, ...]], tuple[Action, ...]] = nothing_in_doubt
    criticality: Criticality = Criticality.NORMAL

    def cause(self, name: str) -> Cause:
        """Return a cause by name.

        Raises:
            KeyError: The playbook knows no such cause.
        """
        for cause in self.causes:
            if cause.name == name:
                return cause
        raise KeyError(name)

    def told(self, names: Collection[str]) -> str:
        """Return what these causes say, in the playbook's order."""
        return "; ".join(str(cause.says) for cause in self.causes if cause.name in names)

    def specificity(self, signal: Signal) -> int:
        """Return how specifically this playbook recognises a signal."""
        return max(trigger.specificity(signal) for trigger in self.triggers)
