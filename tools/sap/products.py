"""Material masters: ``API_PRODUCT_SRV``.

A material as one plant keeps it is spread over seven sets. Blocked means marked for deletion, or
a material status, across plants or in this one, that the plant lists among those that block.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal

from tools.errors import NotFound
from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.reading import Reading
from tools.objects.units import AlternativeUnit
from tools.ports import Materials
from tools.sap.decoding import decimal, flag, many, text
from tools.sap.filters import Filter, and_, any_of, contains, eq, or_
from tools.sap.landscape import Landscape, normal_text
from tools.sap.metadata import Needs

SERVICE = "API_PRODUCT_SRV"
PRODUCT, PLANT, PLANNING, DESCRIPTION = (
    "A_Product",
    "A_ProductPlant",
    "A_ProductSupplyPlanning",
    "A_ProductDescription",
)
MOST_FOUND = 50
AT_ONCE = 10

NEEDS = Needs(
    sets={
        PRODUCT: frozenset(
            {
                "BaseUnit",
                "CrossPlantStatus",
                "IsBatchManagementRequired",
                "IsMarkedForDeletion",
                "Product",
                "ProductGroup",
                "ProductOldID",
                "ProductType",
                "to_Description",
                "to_ProductUnitsOfMeasure",
                "to_Valuation",
            }
        ),
        DESCRIPTION: frozenset({"Language", "Product", "ProductDescription"}),
        PLANT: frozenset(
            {
                "IsBatchManagementRequired",
                "IsMarkedForDeletion",
                "Plant",
                "Product",
                "ProductionInvtryManagedLoc",
                "ProfileCode",
            }
        ),
        PLANNING: frozenset(
            {"FollowUpProduct", "MatlCompIsMarkedForBackflush", "Plant", "Product"}
        ),
        "A_ProductUnitsOfMeasure": frozenset(
            {"AlternativeUnit", "BaseUnit", "QuantityDenominator", "QuantityNumerator"}
        ),
        "A_ProductValuation": frozenset(
            {"Currency", "PriceUnitQty", "StandardPrice", "ValuationArea", "ValuationType"}
        ),
    }
)


class Products(Materials):
    """Material masters of the ERP.

    Args:
        landscape: The system.
        blocking: The material statuses that block a material at this plant.
    """

    def __init__(self, landscape: Landscape, blocking: frozenset[str] = frozenset({"01"})) -> None:
        self.system = landscape.system
        self._landscape, self._blocking = landscape, blocking
        self._service = landscape.service(SERVICE)

    async def material(self, material: str, plant: str) -> Reading[Material]:
        number = normal(material)
        here = {"Product": number, "Plant": plant}
        product, in_plant, planning = await asyncio.gather(
            self._service.get(
                PRODUCT,
                number,
                expand=("to_Description", "to_ProductUnitsOfMeasure", "to_Valuation"),
            ),
            self._service.get(PLANT, here),
            self._planning(and_(eq("Product", number), eq("Plant", plant))),
        )
        found = self._material(product.row, in_plant.row, planning.get(number))
        return self._landscape.reading(found, product.etag)

    async def materials_like(self, text: str, plant: str) -> Reading[tuple[Material, ...]]:
        """Search by number, old number and description, as typed and in capitals.

        Numbers and old numbers are capitals in SAP; whether descriptions are compared without
        regard to case is the database's affair.
        """
        written = text.strip()
        if not written:
            return self._landscape.reading(())
        by_text, by_number = await asyncio.gather(
            self._service.query(
                DESCRIPTION,
                and_(
                    eq("Language", self._landscape.language.upper()),
                    or_(*(contains("ProductDescription", form) for form in _forms(written))),
                ),
                top=MOST_FOUND,
            ),
            self._service.query(
                PRODUCT,
                or_(
                    contains("Product", written.upper()),
                    contains("ProductOldID", written.upper()),
                    contains("ProductOldID", written),
                ),
                select=("Product",),
                top=MOST_FOUND,
            ),
        )
        numbers = list(dict.fromkeys(normal(_product(row)) for row in (*by_number, *by_text)))
        found = await self._several(numbers[:MOST_FOUND], plant)
        return self._landscape.reading(tuple(found))

    async def _several(self, numbers: list[str], plant: str) -> list[Material]:
        batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        pages = await asyncio.gather(*(self._page(batch, plant) for batch in batches))
        return [material for page in pages for material in page]

    async def _page(self, numbers: Iterable[str], plant: str) -> list[Material]:
        named = any_of("Product", numbers)
        here = and_(named, eq("Plant", plant))
        products, in_plant, planning = await asyncio.gather(
            self._service.query(
                PRODUCT,
                named,
                expand=("to_Description", "to_ProductUnitsOfMeasure", "to_Valuation"),
            ),
            self._service.query(PLANT, here),
            self._planning(here),
        )
        kept = {normal(_product(row)): row for row in in_plant}
        return [
            self._material(row, kept[number], planning.get(number))
            for row in products
            if (number := normal(_product(row))) in kept
        ]

    async def _planning(self, condition: Filter) -> dict[str, Row]:
        rows = await self._service.query(PLANNING, condition)
        return {normal(_product(row)): row for row in rows}

    def _material(self, product: Row, in_plant: Row, planning: Row | None) -> Material:
        number, plant = normal(_product(product)), text(in_plant, "Plant")
        base_unit = self._landscape.unit(product, "BaseUnit")
        old, successor = normal_text(product, "ProductOldID"), None
        backflushed = False
        if planning is not None:
            successor = normal_text(planning, "FollowUpProduct")
            backflushed = bool(normal_text(planning, "MatlCompIsMarkedForBackflush"))
        return Material(
            number=number,
            plant=plant,
            description=self._description(product, number),
            type=text(product, "ProductType"),
            group=text(product, "ProductGroup"),
            base_unit=base_unit,
            conversions=self._conversions(product, base_unit),
            batch_managed=flag(in_plant, "IsBatchManagementRequired")
            or flag(product, "IsBatchManagementRequired"),
            backflushed=backflushed,
            issue_location=normal_text(in_plant, "ProductionInvtryManagedLoc"),
            standard_price=_price(product, plant),
            blocked=self._blocked(product, in_plant),
            old_number=normal(old) if old else None,
            successor=normal(successor) if successor else None,
        )

    def _description(self, product: Row, number: str) -> str:
        texts = {
            text(row, "Language").upper(): text(row, "ProductDescription")
            for row in many(product, "to_Description")
        }
        if not texts:
            raise NotFound(self.system, f"no description of material {number}")
        return texts.get(self._landscape.language.upper()) or next(iter(texts.values()))

    def _conversions(self, product: Row, base_unit: str) -> tuple[AlternativeUnit, ...]:
        rows = many(product, "to_ProductUnitsOfMeasure")
        found = (
            AlternativeUnit(
                self._landscape.unit(row, "AlternativeUnit"),
                decimal(row, "QuantityNumerator"),
                decimal(row, "QuantityDenominator"),
            )
            for row in rows
        )
        others = (each for each in found if each.unit != base_unit)
        return tuple(sorted(others, key=lambda each: each.unit))

    def _blocked(self, product: Row, in_plant: Row) -> bool:
        return (
            flag(product, "IsMarkedForDeletion")
            or flag(in_plant, "IsMarkedForDeletion")
            or text(product, "CrossPlantStatus") in self._blocking
            or text(in_plant, "ProfileCode") in self._blocking
        )


def _product(row: Row) -> str:
    """Return the product a row is about."""
    return text(row, "Product")


def _price(product: Row, plant: str) -> Money | None:
    """Return the standard price of one base unit; SAP may keep it per hundred or thousand."""
    for row in many(product, "to_Valuation"):
        if text(row, "ValuationArea") == plant and not text(row, "ValuationType"):
            price, per = decimal(row, "StandardPrice"), decimal(row, "PriceUnitQty")
            if not price:
                return None
            return Money(price / (per or Decimal(1)), text(row, "Currency"))
    return None


def _forms(written: str) -> list[str]:
    """Return the spellings a search is worth, since a database may mind capitals."""
    return list(dict.fromkeys((written, written.upper(), written.lower(), written.capitalize())))
