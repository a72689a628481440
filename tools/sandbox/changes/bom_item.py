"""A component of a bill of material is changed, added or taken out; running orders keep theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from tools.objects.bom import Bom
from tools.objects.bom import BomItem as Item
from tools.objects.quantity import Quantity
from tools.sandbox.changes.change import Amount, Change, Code, Names, Side, UnitCode
from tools.sandbox.floors.finding import floor_of, plant_of_material
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.floors.keeping import base_unit
from tools.sandbox.s4.rows import Row
from tools.sandbox.world import World


class BomItem(Change):
    """How much of a component goes into one base quantity of the product.

    Only DM keeps bills of material of its own; Ignition works from the order's components.
    """

    material: Code
    component: Code
    quantity: Annotated[Amount, Field(gt=0)] | None = None
    unit: UnitCode | None = None
    gone: bool = False
    side: Side = Side.ERP

    @model_validator(mode="after")
    def _changed_or_gone(self) -> BomItem:
        if (self.quantity is None) != self.gone:
            raise ValueError("say either a quantity or gone: true")
        return self

    def apply(self, world: World) -> Names:
        plant = plant_of_material(world, self.material)
        plant_of_material(world, self.component, plant)
        if self.side.in_erp:
            self._in_erp(world, plant)
        if self.side.in_mes:
            self._in_mes(world, plant)
        return {}

    def _in_erp(self, world: World, plant: str) -> None:
        items = {
            key: row
            for key, row in world.s4.bom_items.items()
            if (row["Material"], row["Plant"]) == (self.material, plant)
        }
        if not items:
            raise Impossible(f"the ERP has no bill of material for {self.material}")
        found = [k for k, row in items.items() if row["BillOfMaterialComponent"] == self.component]
        for key in found:
            if self.gone:
                del world.s4.bom_items[key]
            else:
                items[key] |= self._amount(world, items[key]["BillOfMaterialItemUnit"])
        if not found and not self.gone:
            self._add(world, items)

    def _amount(self, world: World, unit: str) -> Row:
        return {
            "BillOfMaterialItemQuantity": self.quantity,
            "BillOfMaterialItemUnit": self.unit or unit,
        }

    def _add(self, world: World, items: dict[tuple[str, ...], Row]) -> None:
        key, last = max(items.items(), key=lambda item: item[1]["BillOfMaterialItemNodeNumber"])
        node = f"{int(last['BillOfMaterialItemNodeNumber']) + 1:08d}"
        world.s4.bom_items[(*key[:2], node, *key[3:])] = {
            **last,
            **self._amount(world, base_unit(world, self.component)),
            "BillOfMaterialItemNodeNumber": node,
            "BillOfMaterialItemNumber": f"{int(last['BillOfMaterialItemNumber']) + 10:04d}",
            "BillOfMaterialComponent": self.component,
            "AlternativeItemGroup": "",
            "AlternativeItemPriority": "",
        }

    def _in_mes(self, world: World, plant: str) -> None:
        boms = world.dm.floors[plant].boms if plant in world.dm.floors else {}
        bom = boms.get(self.material)
        if bom is None:
            floor_of(world, plant)
            raise Impossible(f"the MES of plant {plant} keeps no bill of material")
        boms[self.material] = self._changed(world, bom)

    def _changed(self, world: World, bom: Bom) -> Bom:
        others = tuple(one for one in bom.items if one.component != self.component)
        if self.quantity is None:
            return replace(bom, items=others)
        own = next((one for one in bom.items if one.component == self.component), None)
        unit = self.unit or (own.quantity.unit if own else base_unit(world, self.component))
        quantity = Quantity(self.quantity, unit)
        if own is not None:
            items = tuple(
                replace(one, quantity=quantity) if one is own else one for one in bom.items
            )
            return replace(bom, items=items)
        last = max(int(one.item) for one in bom.items)
        return replace(bom, items=(*others, Item(f"{last + 10:04d}", self.component, quantity)))
