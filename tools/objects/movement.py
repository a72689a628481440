"""Goods movements and the documents that book them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tools.objects.quantity import Quantity


class MovementType(StrEnum):
    """The movement types Concord reads and books, by SAP's code."""

    RECEIPT_ORDER = "101"
    RECEIPT_ORDER_REVERSAL = "102"
    ISSUE_COST_CENTER = "201"
    ISSUE_COST_CENTER_REVERSAL = "202"
    ISSUE_ORDER = "261"
    ISSUE_ORDER_REVERSAL = "262"
    TRANSFER_LOCATION = "311"
    TRANSFER_LOCATION_REVERSAL = "312"
    RELEASE_FROM_QUALITY = "321"
    BACK_TO_QUALITY = "322"
    UNBLOCK = "343"
    BLOCK = "344"
    BYPRODUCT_RECEIPT = "531"
    BYPRODUCT_RECEIPT_REVERSAL = "532"
    SCRAP = "551"
    SCRAP_REVERSAL = "552"
    INITIAL_STOCK = "561"
    INITIAL_STOCK_REVERSAL = "562"
    INVENTORY_GAIN = "701"
    INVENTORY_LOSS = "702"


@dataclass(frozen=True, slots=True)
class GoodsMovement:
    """One line of a material document.

    ``quantity`` is never negative: the movement type says which way it goes.
    """

    type: MovementType
    material: str
    plant: str
    quantity: Quantity
    location: str | None = None
    batch: str | None = None
    order: str | None = None
    operation: str | None = None
    reservation: str | None = None
    item: str | None = None
    to_location: str | None = None
    to_batch: str | None = None
    cost_center: str | None = None
    reason: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class MaterialDocument:
    """A posted material document. ``number`` is ``<document>/<year>``."""

    number: str
    posting_date: date
    entered_at: datetime
    lines: tuple[GoodsMovement, ...]
    reference: str | None = None
    header_text: str = ""
    reverses: str | None = None
    reversed_by: str | None = None


@dataclass(frozen=True, slots=True)
class MovementDraft:
    """A material document to be posted: all of its lines, or none."""

    posting_date: date
    lines: tuple[GoodsMovement, ...]
    header_text: str = ""
