"""A technical asset."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Equipment:
    """A machine or instrument as ERP, MES or CMMS knows it."""

    number: str
    plant: str
    description: str
    work_center: str | None = None
    manufacturer: str | None = None
    serial: str | None = None
    criticality: str | None = None
    active: bool = True
