"""Inspection lots and what was measured for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tools.objects.quantity import Quantity


class Valuation(StrEnum):
    """What a result or a usage decision says."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """One measured characteristic. ``lower`` and ``upper`` are the limits it was judged by."""

    lot: str
    operation: str
    characteristic: str
    description: str
    value: Decimal | None
    unit: str
    valuation: Valuation
    lower: Decimal | None = None
    upper: Decimal | None = None
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InspectionLot:
    """A quantity waiting for, or past, a usage decision."""

    number: str
    plant: str
    material: str
    quantity: Quantity
    origin: str
    decision: Valuation
    created_at: datetime
    batch: str | None = None
    order: str | None = None
    results: tuple[InspectionResult, ...] = ()
