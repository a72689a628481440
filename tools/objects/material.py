"""A material as one plant keeps it, with the units it may be counted in."""

from __future__ import annotations

from dataclasses import dataclass

from tools.objects.money import Money
from tools.objects.units import AlternativeUnit


@dataclass(frozen=True, slots=True)
class Material:
    """A material master record in one plant.

    ``standard_price`` is the price of one base unit. ``successor`` names the material that replaces
    a discontinued one; ``old_number`` the number it had before a migration.
    """

    number: str
    plant: str
    description: str
    type: str
    group: str
    base_unit: str
    conversions: tuple[AlternativeUnit, ...] = ()
    batch_managed: bool = False
    backflushed: bool = False
    issue_location: str | None = None
    standard_price: Money | None = None
    blocked: bool = False
    old_number: str | None = None
    successor: str | None = None
