"""Somebody maintains a material, on one side or both; what is not said stays as it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tools.objects.material import Material as Master
from tools.objects.units import AlternativeUnit
from tools.sandbox.changes.change import Amount, Change, Code, Names, Side, UnitCode
from tools.sandbox.floors.finding import floor_of, plant_of_material
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.s4.entries import Conversions
from tools.sandbox.s4.loading.products import BLOCKED_STATUS
from tools.sandbox.world import World


class Factor(BaseModel):
    """So many base units are in one of this unit; ``per`` of 0 takes the unit away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: UnitCode
    per: Annotated[Amount, Field(ge=0)]


class Material(Change):
    """A material's master record.

    ``copy_of`` makes the material new on the MES side, like another but under this number; the ERP
    then does not know it. ``base_unit`` is changed on the MES side only; the ERP's stays.
    """

    material: Code
    side: Side = Side.BOTH
    old_number: str | None = None
    successor: str | None = None
    blocked: bool | None = None
    backflushed: bool | None = None
    factor: Factor | None = None
    base_unit: UnitCode | None = None
    copy_of: Code | None = None
    plant: Code | None = None

    @model_validator(mode="after")
    def _new_in_the_mes_only(self) -> Material:
        if self.copy_of is not None and self.side is not Side.MES:
            raise ValueError("copy_of: a new material is new to the MES only, side: mes")
        if self.base_unit is not None and self.side is not Side.MES:
            raise ValueError("base_unit: only the MES's is changed, side: mes")
        return self

    def apply(self, world: World) -> Names:
        plant = plant_of_material(world, self.copy_of or self.material, self.plant)
        if self.side.in_erp:
            self._in_erp(world, plant)
        if self.side.in_mes:
            self._in_mes(floor_of(world, plant))
        return {"material": self.material}

    def _in_erp(self, world: World, plant: str) -> None:
        state, row = world.s4, world.s4.product_plants[self.material, plant]
        if self.old_number is not None:
            state.products[(self.material,)]["ProductOldID"] = self.old_number
        if self.successor is not None:
            row["FollowUpProduct"] = self.successor
            row["ProductIsToBeDiscontinued"] = "1" if self.successor else ""
        if self.blocked is not None:
            row["ProfileCode"] = BLOCKED_STATUS if self.blocked else ""
        if self.backflushed is not None:
            row["MatlCompIsMarkedForBackflush"] = "1" if self.backflushed else ""
        if self.factor is not None:
            self._factor_in_erp(world, self.factor)

    def _factor_in_erp(self, world: World, factor: Factor) -> None:
        state, kept = world.s4, world.s4.conversions[self.material]
        alternatives = _with(kept.alternatives, factor)
        state.conversions[self.material] = Conversions(kept.base_unit, alternatives)
        key = (self.material, factor.unit)
        if not factor.per:
            state.product_units.pop(key, None)
            return
        up, down = factor.per.as_integer_ratio()
        state.product_units[key] = {
            "Product": self.material,
            "AlternativeUnit": factor.unit,
            "QuantityNumerator": Decimal(up),
            "QuantityDenominator": Decimal(down),
            "BaseUnit": kept.base_unit,
        }

    def _in_mes(self, floor: Floor) -> None:
        known = floor.material(self.copy_of or self.material)
        if known is None:
            raise Impossible(f"the MES knows no material {self.copy_of or self.material}")
        floor.put_material(self._changed(replace(known, number=self.material)))

    def _changed(self, master: Master) -> Master:
        said: dict[str, Any] = {
            "old_number": self.old_number,
            "successor": self.successor,
            "blocked": self.blocked,
            "backflushed": self.backflushed,
            "base_unit": self.base_unit,
        }
        if self.factor is not None:
            said["conversions"] = _with(master.conversions, self.factor)
        return replace(master, **{name: value for name, value in said.items() if value is not None})


def _with(alternatives: tuple[AlternativeUnit, ...], factor: Factor) -> tuple[AlternativeUnit, ...]:
    others = tuple(one for one in alternatives if one.unit != factor.unit)
    if not factor.per:
        return others
    return (*others, AlternativeUnit(factor.unit, factor.per, Decimal(1)))
