"""A bill of material: what a product is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.objects.quantity import Quantity


@dataclass(frozen=True, slots=True)
class BomItem:
    """One component of a bill of material.

    Items that share an ``alternative_group`` stand in for each other, the lowest ``priority``
    first. A ``fixed`` quantity does not grow with the quantity produced (a setup piece).
    """

    item: str
    component: str
    quantity: Quantity
    fixed: bool = False
    scrap_percent: Decimal = Decimal(0)
    alternative_group: str | None = None
    priority: int = 1
    backflushed: bool = False


@dataclass(frozen=True, slots=True)
class Bom:
    """A bill of material of one product in one plant, for ``base_quantity`` of it."""

    material: str
    plant: str
    usage: str
    alternative: str
    base_quantity: Quantity
    valid_from: date
    items: tuple[BomItem, ...]
