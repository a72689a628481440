"""Which system is right about what, when they disagree and nothing else tells.

The MES is right about execution and quantities made. A plant may say otherwise, field by field.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from tools.objects.reading import System
from tools.plant.section import Section

Owner: TypeAlias = Annotated[System, Field(strict=False)]


class Ownership(Section):
    """The system of record of each field."""

    order_progress: Owner = Field(
        default=System.MES, description="How far an order's operations are."
    )
    yield_quantity: Owner = Field(default=System.MES, description="Good pieces made.")
    scrap_quantity: Owner = Field(default=System.MES, description="Pieces thrown away.")
    rework_quantity: Owner = Field(default=System.MES, description="Pieces to be reworked.")
    hold: Owner = Field(default=System.MES, description="Holds set on the shop floor.")
