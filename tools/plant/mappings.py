"""What the systems call the same thing: the MES's code on the left, the ERP's on the right.

A code that is not mapped is the same on both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tools.objects import units
from tools.plant.section import Code, Section


def _both_ways(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse two codes of the MES for one of the ERP: nobody could tell the way back."""
    for code, times in Counter(mapping.values()).items():
        if times > 1:
            left = ", ".join(name for name, value in mapping.items() if value == code)
            raise PydanticCustomError(
                "ambiguous", "{left} all stand for {code}", {"left": left, "code": code}
            )
    return mapping


def _unit_code(code: str) -> str:
    try:
        return units.unit(code).code
    except units.UnknownUnit as error:
        raise PydanticCustomError("unknown_unit", "is no SAP-internal unit code") from error


BothWays = Annotated[Mapping[Code, Code], AfterValidator(_both_ways)]
UnitCode = Annotated[Code, AfterValidator(_unit_code)]


class Trade(StrEnum):
    """Whose business a stop of a machine is."""

    TECHNICAL = "technical"
    OPERATIONAL = "operational"
    PLANNED = "planned"


class ScrapAccount(Section):
    """Where scrap with a code of the MES is booked."""

    reason: Code = Field(description="Reason for the goods movement in the ERP.")
    cost_center: Code | None = Field(default=None, description="Cost centre that takes the scrap.")


class Mappings(Section):
    """The plant's dictionary."""

    work_centers: BothWays = Field(
        default={}, description="Resource in the MES = work centre in the ERP."
    )
    reason_codes: Mapping[Code, Code] = Field(
        default={}, description="Variance reason in the MES = variance reason in the ERP."
    )
    scrap_codes: Mapping[Code, ScrapAccount] = Field(
        default={}, description="Scrap or defect code in the MES = reason and cost centre."
    )
    downtime_reasons: Mapping[Code, Annotated[Trade, Field(strict=False)]] = Field(
        default={},
        description="Reason of a stop in the MES = technical (maintenance's), operational (the "
        "shop floor's own) or planned.",
    )
    units: Mapping[Code, UnitCode] = Field(
        default={}, description="Unit as the MES writes it = SAP-internal unit code."
    )

    def scrap(self, code: str) -> ScrapAccount | None:
        """Return where scrap with this code is booked; None where nobody has said."""
        return self.scrap_codes.get(code)
