"""When an order may be released: cut-offs of the feasibility check, and what people must hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tools.plant.section import Code, Section


def _exact(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Score = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1)]
Hours = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=2000)]


class Feasibility(Section):
    """Scores go from 0 to 1; what is missing altogether blocks an order at any score."""

    feasible_from: Score = Field(
        default=Decimal("0.95"), description="Score from which nothing has to be said."
    )
    notes_from: Score = Field(
        default=Decimal("0.70"), description="Score from which an order is feasible with notes."
    )
    risk_from: Score = Field(
        default=Decimal("0.20"), description="Score from which it is at risk; below, it is blocked."
    )
    spare_hours: Hours = Field(
        default=Decimal(8), description="Less than this between its end and its due date is tight."
    )
    repair_hours: Hours = Field(
        default=Decimal(24),
        description="An order that starts within this time is blocked by a machine that is down.",
    )
    skills: Mapping[Code, Code] = Field(
        default={}, description="Work centre = certificate an operator needs there."
    )
