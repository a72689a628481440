"""Material masters: one product across plants, and what each plant says of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tools.book import PlantBook
from tools.objects.material import Material
from tools.sandbox.s4.entries import Conversions
from tools.sandbox.s4.rows import midnight
from tools.sandbox.s4.state import S4

BLOCKED_STATUS = "01"
BACKFLUSH_ALWAYS = "1"


def load_products(state: S4, book: PlantBook) -> None:
    """Write a row for every view S/4 keeps of a material."""
    state.locations.setdefault(book.plant, set())
    for material in book.materials:
        if (material.number,) not in state.products:
            _across_plants(state, book, material)
        _in_plant(state, material)
        _valued(state, material)


def _across_plants(state: S4, book: PlantBook, material: Material) -> None:
    state.products[(material.number,)] = {
        "Product": material.number,
        "ProductType": material.type,
        "ProductGroup": material.group,
        "ProductOldID": material.old_number or "",
        "BaseUnit": material.base_unit,
        "IsBatchManagementRequired": material.batch_managed,
        "CreationDate": midnight(book.today),
        "ProductDescription": material.description,
    }
    state.conversions[material.number] = Conversions(material.base_unit, material.conversions)
    own = (material.base_unit, Decimal(1), Decimal(1))
    others = ((unit.unit, unit.numerator, unit.denominator) for unit in material.conversions)
    for unit, numerator, denominator in (own, *others):
        up, down = _whole(numerator, denominator)
        state.product_units[(material.number, unit)] = {
            "Product": material.number,
            "AlternativeUnit": unit,
            "QuantityNumerator": up,
            "QuantityDenominator": down,
            "BaseUnit": material.base_unit,
        }


def _whole(numerator: Decimal, denominator: Decimal) -> tuple[Decimal, Decimal]:
    """Return the same ratio in whole numbers, as SAP keeps it."""
    up, down = (Fraction(numerator) / Fraction(denominator)).as_integer_ratio()
    return Decimal(up), Decimal(down)


def _in_plant(state: S4, material: Material) -> None:
    key = (material.number, material.plant)
    state.product_plants[key] = {
        "Product": material.number,
        "Plant": material.plant,
        "BaseUnit": material.base_unit,
        "ProductionInvtryManagedLoc": material.issue_location or "",
        "IsBatchManagementRequired": material.batch_managed,
        "ProfileCode": BLOCKED_STATUS if material.blocked else "",
        "FollowUpProduct": material.successor or "",
        "ProductIsToBeDiscontinued": "1" if material.successor else "",
        "MatlCompIsMarkedForBackflush": BACKFLUSH_ALWAYS if material.backflushed else "",
        "OverDelivToleranceLimit": state.over_delivery_percent,
    }
    if material.issue_location:
        state.locations[material.plant].add(material.issue_location)


def _valued(state: S4, material: Material) -> None:
    price = material.standard_price
    state.product_values[(material.number, material.plant, "")] = {
        "Product": material.number,
        "ValuationArea": material.plant,
        "ValuationType": "",
        "InventoryValuationProcedure": "S",
        "StandardPrice": price.amount if price else Decimal(0),
        "PriceUnitQty": Decimal(1),
        "Currency": price.currency if price else state.currencies[material.plant],
        "BaseUnit": material.base_unit,
    }
