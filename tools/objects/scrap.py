"""Scrap as the shop floor reported it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tools.objects.quantity import Quantity


@dataclass(frozen=True, slots=True)
class ScrapReport:
    """A quantity thrown away. ``reason`` is the MES's code, which SAP may not know."""

    number: str
    plant: str
    order: str
    operation: str
    material: str
    quantity: Quantity
    reason: str
    reported_at: datetime
    operator: str | None = None
    component: bool = False
    note: str = ""
