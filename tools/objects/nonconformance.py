"""Defects the shop floor logged, and holds that keep an object from moving on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tools.objects.quantity import Quantity


class Severity(StrEnum):
    """How bad a defect is."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Held(StrEnum):
    """What can be put on hold."""

    ORDER = "order"
    CONFIRMATION = "confirmation"
    MATERIAL = "material"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Nonconformance:
    """A defect as the MES logged it."""

    number: str
    plant: str
    order: str
    operation: str
    material: str
    code: str
    quantity: Quantity
    severity: Severity
    logged_at: datetime
    batch: str | None = None
    open: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on one object in one system. ``reference`` is the mark its setter gave it."""

    number: str
    plant: str
    kind: Held
    object: str
    reason: str
    since: datetime
    by: str
    active: bool = True
    reference: str | None = None
    note: str = ""
