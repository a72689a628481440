"""Stock: how much of a material lies where, and whether it may be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tools.objects.quantity import Quantity, total


class StockType(StrEnum):
    """Whether stock may be used."""

    UNRESTRICTED = "unrestricted"
    QUALITY = "quality"
    BLOCKED = "blocked"
    IN_TRANSIT = "in_transit"


@dataclass(frozen=True, slots=True)
class StockLine:
    """Stock of one material in one place, in its base unit.

    ``special`` is SAP's special stock indicator (``E`` sales order, ``K`` consignment), empty for
    ordinary stock.
    """

    material: str
    plant: str
    location: str
    type: StockType
    quantity: Quantity
    batch: str | None = None
    special: str = ""


def available(lines: Iterable[StockLine], unit: str, location: str | None = None) -> Quantity:
    """Add up what may be used at once: unrestricted, ordinary, in ``location`` if one is named."""
    return total(
        (
            line.quantity
            for line in lines
            if line.type is StockType.UNRESTRICTED
            and not line.special
            and location in (None, line.location)
        ),
        unit,
    )
