"""Bills of material: ``API_BILL_OF_MATERIAL_SRV``, sets ``MaterialBOM`` and ``MaterialBOMItem``.

Of several alternatives the one valid today with the lowest number is taken, for production use.
Whether a component is backflushed is not the bill's to say; the material's planning view says it.
"""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

from tools.errors import NotFound
from tools.jsontext import Row
from tools.objects.bom import Bom, BomItem
from tools.objects.identifiers import normal
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.units import convert
from tools.ports import Boms
from tools.sap.decoding import day, decimal, decimal_or_none, flag, many, text
from tools.sap.filters import Filter, and_, any_of, eq
from tools.sap.landscape import Landscape, normal_text
from tools.sap.metadata import Needs
from tools.sap.products import PLANNING
from tools.sap.products import SERVICE as PRODUCTS

SERVICE = "API_BILL_OF_MATERIAL_SRV"
BOM, ITEM, TO_ITEM = "MaterialBOM", "MaterialBOMItem", "to_BillOfMaterialItem"
PRODUCTION_USE = "1"
PRODUCTION_APPLICATION = "PP01"
AT_ONCE = 20

NEEDS = Needs(
    sets={
        BOM: frozenset(
            {
                "BOMHeaderBaseUnit",
                "BOMHeaderQuantityInBaseUnit",
                "BillOfMaterial",
                "BillOfMaterialCategory",
                "BillOfMaterialVariant",
                "BillOfMaterialVariantUsage",
                "BillOfMaterialVersion",
                "EngineeringChangeDocument",
                "HeaderValidityEndDate",
                "HeaderValidityStartDate",
                "Material",
                "Plant",
                TO_ITEM,
            }
        ),
        ITEM: frozenset(
            {
                "AlternativeItemGroup",
                "AlternativeItemPriority",
                "BillOfMaterialComponent",
                "BillOfMaterialItemNumber",
                "BillOfMaterialItemQuantity",
                "BillOfMaterialItemUnit",
                "ComponentScrapInPercent",
                "FixedQuantity",
            }
        ),
    }
)
EXPLOSION = Needs(
    functions={"ExplodeBOM": frozenset({"BillOfMaterial", "Material", "Plant", "RequiredQuantity"})}
)


class BillsOfMaterial(Boms):
    """Bills of material of the ERP."""

    def __init__(self, landscape: Landscape) -> None:
        self.system = landscape.system
        self._landscape = landscape
        self._service = landscape.service(SERVICE)
        self._products = landscape.service(PRODUCTS)

    async def bom(self, material: str, plant: str) -> Reading[Bom]:
        row = await self._valid(material, plant)
        rows = many(row, TO_ITEM)
        backflushed = await self._backflushed(rows, "BillOfMaterialComponent", plant)
        items = (self._item(item, backflushed) for item in rows)
        ordered = tuple(sorted(items, key=lambda item: item.item))
        return self._landscape.reading(self._bom(row, ordered))

    async def explosion(self, material: str, plant: str, quantity: Quantity) -> Reading[Bom]:
        await self._service.require(EXPLOSION)
        row = await self._valid(material, plant)
        base = self._landscape.unit(row, "BOMHeaderBaseUnit")
        answer = await self._service.call(
            "ExplodeBOM",
            {
                "BillOfMaterial": text(row, "BillOfMaterial"),
                "BillOfMaterialCategory": text(row, "BillOfMaterialCategory"),
                "BillOfMaterialVariant": text(row, "BillOfMaterialVariant"),
                "BillOfMaterialVersion": text(row, "BillOfMaterialVersion"),
                "EngineeringChangeDocument": text(row, "EngineeringChangeDocument"),
                "Material": text(row, "Material"),
                "Plant": text(row, "Plant"),
                "BOMExplosionApplication": PRODUCTION_APPLICATION,
                "BOMExplosionIsMultilevel": True,
                "RequiredQuantity": convert(quantity, base).amount,
            },
            method="GET",
        )
        rows = answer.rows
        backflushed = await self._backflushed(rows, "bill_of_material_component", plant)
        items = tuple(
            self._exploded(each, f"{position * 10:04d}", backflushed)
            for position, each in enumerate(rows, start=1)
        )
        bom = self._bom(row, items)
        return self._landscape.reading(
            Bom(
                bom.material, bom.plant, bom.usage, bom.alternative, quantity, bom.valid_from, items
            )
        )

    async def _valid(self, material: str, plant: str) -> Row:
        rows = await self._service.query(
            BOM,
            and_(eq("Material", normal(material)), eq("Plant", plant)),
            expand=(TO_ITEM,),
            orderby=("BillOfMaterialVariant",),
        )
        today = self._landscape.today()
        for row in rows:
            usage = text(row, "BillOfMaterialVariantUsage")
            if usage == PRODUCTION_USE and _holds(row, today):
                return row
        raise NotFound(self.system, f"no bill of material for {material} in plant {plant}")

    async def _backflushed(self, rows: list[Row], name: str, plant: str) -> frozenset[str]:
        """Return which components are marked for backflush in the plant's planning view."""
        numbers = list(dict.fromkeys(normal(text(row, name)) for row in rows))
        batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        pages = await asyncio.gather(
            *(self._products.query(PLANNING, _planned(batch, plant)) for batch in batches)
        )
        return frozenset(
            normal(text(row, "Product"))
            for page in pages
            for row in page
            if normal_text(row, "MatlCompIsMarkedForBackflush")
        )

    def _bom(self, row: Row, items: tuple[BomItem, ...]) -> Bom:
        return Bom(
            material=normal(text(row, "Material")),
            plant=text(row, "Plant"),
            usage=text(row, "BillOfMaterialVariantUsage"),
            alternative=normal(text(row, "BillOfMaterialVariant")),
            base_quantity=self._landscape.quantity(
                row, "BOMHeaderQuantityInBaseUnit", "BOMHeaderBaseUnit"
            ),
            valid_from=day(row, "HeaderValidityStartDate") or date.min,
            items=items,
        )

    def _item(self, row: Row, backflushed: frozenset[str]) -> BomItem:
        component = normal(text(row, "BillOfMaterialComponent"))
        return BomItem(
            item=text(row, "BillOfMaterialItemNumber").zfill(4),
            component=component,
            quantity=self._landscape.quantity(
                row, "BillOfMaterialItemQuantity", "BillOfMaterialItemUnit"
            ),
            fixed=flag(row, "FixedQuantity"),
            scrap_percent=decimal(row, "ComponentScrapInPercent"),
            alternative_group=normal_text(row, "AlternativeItemGroup"),
            priority=_priority(text(row, "AlternativeItemPriority")),
            backflushed=component in backflushed,
        )

    def _exploded(self, row: Row, item: str, backflushed: frozenset[str]) -> BomItem:
        component = normal(text(row, "bill_of_material_component"))
        return BomItem(
            item=item,
            component=component,
            quantity=self._landscape.quantity(
                row, "bill_of_material_comp_quant", "bill_of_material_item_unit"
            ),
            fixed=flag(row, "fixed_quantity"),
            scrap_percent=decimal_or_none(row, "comp_scrap_itm") or Decimal(0),
            alternative_group=normal_text(row, "alt_item_group"),
            priority=_priority(text(row, "priority")),
            backflushed=component in backflushed,
        )


def _holds(row: Row, today: date) -> bool:
    start, end = day(row, "HeaderValidityStartDate"), day(row, "HeaderValidityEndDate")
    return (start is None or start <= today) and (end is None or today <= end)


def _planned(numbers: list[str], plant: str) -> Filter:
    return and_(any_of("Product", numbers), eq("Plant", plant))


def _priority(code: str) -> int:
    return int(code) if code.strip().isdecimal() and len(code) < 10 else 1
