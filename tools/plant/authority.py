"""What the plant lets happen: phases, what the agent may settle alone, limits, roles, deadlines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from tools.plant.section import Amount, Listed, PlaybookName, Positive, Section, Text

Word: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Phase(StrEnum):
    """How far a plant, or one playbook in it, has been let off the lead."""

    OBSERVE = "observe"
    ADVISE = "advise"
    ACT = "act"


class Role(StrEnum):
    """What a person may be."""

    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    CONTROLLER = "controller"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"


class Criticality(StrEnum):
    """How urgent a case is; the queue takes the urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Phases(Section):
    """The plant's phase, and playbooks that are behind or ahead of it."""

    default: Annotated[Phase, Field(strict=False)] = Field(
        default=Phase.OBSERVE,
        description="observe: nothing leaves. advise: soft actions at once, hard ones by a person. "
        "act: hard ones alone where authority allows.",
    )
    playbooks: Mapping[PlaybookName, Annotated[Phase, Field(strict=False)]] = Field(
        default={}, description="Phase of single playbooks."
    )


class Autonomy(Section):
    """One thing the agent may settle alone when the facts are decisive."""

    playbook: PlaybookName = Field(description="The kind of conflict.")
    cause: Word = Field(description="The cause, by its name in the playbook.")
    remedy: Listed[Word] = Field(
        min_length=1, description="The kinds of hard actions that the remedy may consist of."
    )

    def covers(self, playbook: str, cause: str, actions: Collection[str]) -> bool:
        """Return whether a remedy of these hard actions is what the plant means."""
        same = self.playbook == playbook and self.cause == cause
        return same and bool(actions) and set(actions) <= set(self.remedy)


class Limits(Section):
    """Amounts in the plant's currency."""

    low_up_to: Amount = Field(
        default=Decimal(500), description="The agent, and a supervisor, decide up to this."
    )
    medium_up_to: Amount = Field(
        default=Decimal(5000), description="A planner decides up to this; above, a controller."
    )
    four_eyes_above: Amount = Field(
        default=Decimal(5000),
        description="Above this, who proposed or changed it may not approve it.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_up_to > self.medium_up_to:
            raise PydanticCustomError("bands", "has low_up_to above medium_up_to")
        return self


class Deadlines(Section):
    """Worked minutes within which a question wants an answer, by the plant's calendar."""

    urgent: Positive = Field(default=15, description="Worked minutes for an urgent case.")
    high: Positive = Field(default=60, description="Worked minutes for a case of high criticality.")
    normal: Positive = Field(default=480, description="Worked minutes for a normal case.")
    low: Positive = Field(default=2880, description="Worked minutes for a case that can wait.")

    def minutes(self, criticality: str) -> int:
        """Return the minutes a question of this criticality may wait."""
        match Criticality(criticality):
            case Criticality.URGENT:
                return self.urgent
            case Criticality.HIGH:
                return self.high
            case Criticality.NORMAL:
                return self.normal
            case Criticality.LOW:
                return self.low


class CriticalityRule(Section):
    """Cases that are more, or less, urgent than their playbook says. The first that fits holds."""

    playbook: PlaybookName | None = Field(
        default=None, description="Kind of conflict; without it, any."
    )
    criticality: Annotated[Criticality, Field(strict=False)] = Field(
        description="How urgent such a case is."
    )

    def fits(self, playbook: str) -> bool:
        """Return whether the rule is about such a case."""
        return self.playbook in (None, playbook)


class Retention(Section):
    """How long what a model was sent and answered is kept."""

    days: Positive = Field(
        default=365, description="Days that model texts and settled cases are kept."
    )
    model_texts: Literal["keep", "hashes"] = Field(
        default="keep",
        description="Keep the (masked) texts, so that a case can be replayed, or hashes only.",
    )


class Policies(Section):
    """Cedar policies of the plant's own, on top of the shipped ones."""

    file: Text | None = Field(
        default=None, description="A Cedar file, by its path from the plant file."
    )
