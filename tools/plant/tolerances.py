"""How far two systems may differ before it is a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field

from tools.objects.identifiers import normal
from tools.plant.section import Code, Percent, Positive, Seconds, Section


class Tolerances(Section):
    """What counts as agreement. The narrowest rule holds: material, material group, plant."""

    consumption_percent: Percent = Field(
        default=Decimal(5), description="Component consumed against bill of material × quantity."
    )
    consumption_by_material_group: Mapping[Code, Percent] = Field(
        default={}, description="The same for the components of a material group."
    )
    consumption_by_material: Mapping[Code, Percent] = Field(
        default={}, description="The same for one component."
    )
    over_delivery_percent: Percent = Field(
        default=Decimal(0), description="Received beyond an order's quantity."
    )
    confirmation_percent: Percent = Field(
        default=Decimal(0), description="Yield, scrap or rework of the MES against the ERP."
    )
    stock_percent: Percent = Field(
        default=Decimal(1), description="Stock of one material at one place, MES against ERP."
    )
    short_stop_minutes: Positive = Field(
        default=10, description="A machine's stop below this is told to nobody."
    )
    clock_skew_seconds: Seconds = Field(
        default=5.0, description="How far a system's clock may be from Concord's."
    )

    def consumption(self, material: str, group: str | None = None) -> Decimal:
        """Return the percentage by which the consumption of a component may differ."""
        for code, percent in self.consumption_by_material.items():
            if normal(code) == normal(material):
                return percent
        if group is not None and group in self.consumption_by_material_group:
            return self.consumption_by_material_group[group]
        return self.consumption_percent
