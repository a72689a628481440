"""What the state holds beside OData rows: stock places, units, locks, lines, failed movements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tools.objects.units import AlternativeUnit


class StockKey(NamedTuple):
    """Where a quantity of stock lies and whether it may be used (``InventoryStockType``)."""

    material: str
    plant: str
    location: str
    batch: str
    special: str
    type: str


@dataclass(frozen=True, slots=True)
class Conversions:
    """In what units a material may be counted."""

    base_unit: str
    alternatives: tuple[AlternativeUnit, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock another user holds on an object until a moment."""

    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One goods movement as it was asked for; ``unit`` is SAP's internal code.

    ``reverses`` is the document item (year, number, item) that this line takes back.
    """

    type: str
    material: str
    plant: str
    quantity: Decimal
    unit: str
    location: str = ""
    batch: str = ""
    order: str = ""
    reservation: str = ""
    item: str = ""
    cost_center: str = ""
    to_location: str = ""
    to_batch: str = ""
    stock_type: str = ""
    reason: str = ""
    text: str = ""
    delivery_completed: bool = False
    final_issue: bool = False
    reverses: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A goods movement of a confirmation that failed and waits to be reprocessed.

    SAP shows these in transaction COGI and in no released API; neither does the sandbox.
    """

    group: str
    count: str
    order: str
    line: Line
    code: str
    text: str
    since: datetime
