"""Master data and the surroundings of postings, as the ERP keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tools.fakes.desk import Desk
from tools.objects.bom import Bom, BomItem
from tools.objects.cost import CostObject, PostingPeriod
from tools.objects.identifiers import normal
from tools.objects.inspection import InspectionLot
from tools.objects.material import Material
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.routing import Routing, WorkCenter
from tools.objects.units import convert
from tools.ports import Boms, Costs, Inspections, Materials, Routings


class FakeMaterials(Materials):
    """Material masters."""

    def __init__(self, desk: Desk, materials: list[Material]) -> None:
        self.system = desk.system
        self._desk, self._materials = desk, materials

    async def material(self, material: str, plant: str) -> Reading[Material]:
        wanted = normal(material)
        return self._desk.reading(
            self._desk.find(
                self._materials,
                lambda one: one.number == wanted and one.plant == plant,
                f"material {wanted} in plant {plant}",
            )
        )

    async def materials_like(self, text: str, plant: str) -> Reading[tuple[Material, ...]]:
        wanted = text.casefold()
        return self._desk.reading(
            tuple(
                one
                for one in self._materials
                if one.plant == plant
                and wanted in f"{one.number}\0{one.old_number or ''}\0{one.description}".casefold()
            )
        )


class FakeBoms(Boms):
    """Bills of material."""

    def __init__(self, desk: Desk, boms: list[Bom], materials: list[Material]) -> None:
        self.system = desk.system
        self._desk, self._boms, self._materials = desk, boms, materials

    async def bom(self, material: str, plant: str) -> Reading[Bom]:
        wanted = normal(material)
        found = self._of(wanted, plant)
        if found is None:
            self._desk.missing(f"bill of material for {wanted} in plant {plant}")
        return self._desk.reading(found)

    async def explosion(self, material: str, plant: str, quantity: Quantity) -> Reading[Bom]:
        bom = (await self.bom(material, plant)).value
        items = tuple(
            replace(item, item=f"{position * 10:04d}")
            for position, item in enumerate(self._exploded(bom, quantity), start=1)
        )
        return self._desk.reading(replace(bom, base_quantity=quantity, items=items))

    def _of(self, material: str, plant: str) -> Bom | None:
        for bom in self._boms:
            if (bom.material, bom.plant) == (material, plant):
                return bom
        return None

    def _exploded(self, bom: Bom, quantity: Quantity) -> Iterator[BomItem]:
        """Walk the first choices level by level; a component with a bill is itself listed first."""
        share = Decimal(1)
        if bom.base_quantity:
            share = self._converted(bom, quantity).amount / bom.base_quantity.amount
        for item in bom.items:
            if item.alternative_group and item.priority > 1:
                continue
            needed = item.quantity if item.fixed else item.quantity * share
            yield replace(item, quantity=needed)
            below = self._of(item.component, bom.plant)
            if below is not None:
                yield from self._exploded(below, needed)

    def _converted(self, bom: Bom, quantity: Quantity) -> Quantity:
        for material in self._materials:
            if (material.number, material.plant) == (bom.material, bom.plant):
                return convert(
                    quantity,
                    bom.base_quantity.unit,
                    base_unit=material.base_unit,
                    alternatives=material.conversions,
                    material=material.number,
                )
        return convert(quantity, bom.base_quantity.unit)


class FakeRoutings(Routings):
    """Routings and work centres."""

    def __init__(self, desk: Desk, routings: list[Routing], work_centers: list[WorkCenter]) -> None:
        self.system = desk.system
        self._desk, self._routings, self._work_centers = desk, routings, work_centers

    async def routing(self, material: str, plant: str) -> Reading[Routing]:
        wanted = normal(material)
        return self._desk.reading(
            self._desk.find(
                self._routings,
                lambda one: one.material == wanted and one.plant == plant,
                f"routing for {wanted} in plant {plant}",
            )
        )

    async def work_center(self, work_center: str, plant: str) -> Reading[WorkCenter]:
        wanted = normal(work_center)
        return self._desk.reading(
            self._desk.find(
                self._work_centers,
                lambda one: one.number == wanted and one.plant == plant,
                f"work centre {wanted} in plant {plant}",
            )
        )


class FakeInspections(Inspections):
    """Inspection lots."""

    def __init__(self, desk: Desk, lots: list[InspectionLot]) -> None:
        self.system = desk.system
        self._desk, self._lots = desk, lots

    async def lots(self, material: str, plant: str) -> Reading[tuple[InspectionLot, ...]]:
        wanted = normal(material)
        return self._desk.reading(
            tuple(
                replace(lot, results=())
                for lot in self._lots
                if lot.material == wanted and lot.plant == plant
            )
        )

    async def lot(self, lot: str) -> Reading[InspectionLot]:
        wanted = normal(lot)
        return self._desk.reading(
            self._desk.find(
                self._lots, lambda one: one.number == wanted, f"inspection lot {wanted}"
            )
        )


class FakeCosts(Costs):
    """Cost centres and the posting period."""

    def __init__(self, desk: Desk, costs: list[CostObject], period: PostingPeriod) -> None:
        self.system = desk.system
        self._desk, self._costs, self._period = desk, costs, period

    async def cost_center(self, cost_center: str) -> Reading[CostObject]:
        wanted = normal(cost_center)
        return self._desk.reading(
            self._desk.find(
                self._costs, lambda one: normal(one.number) == wanted, f"cost centre {wanted}"
            )
        )

    async def period(self, company_code: str) -> Reading[PostingPeriod]:
        if self._period.company_code != company_code:
            self._desk.missing(f"posting period of company code {company_code}")
        return self._desk.reading(self._period)
