"""Stock: ``inventory/v1/inventories``, in the material's base unit by its internal code."""

from __future__ import annotations

from typing import Literal

from tools.mes.sap_dm.forms import Measured, Page
from tools.mes.sap_dm.plant import Dm
from tools.objects.identifiers import normal
from tools.objects.reading import Reading
from tools.objects.stock import StockLine, StockType
from tools.ports import Stock
from tools.shape import Shape

Status = Literal[
    "AVAILABLE",
    "HOLD",
    "QUARANTINE",
    "UNRESTRICTED",
    "RESTRICTED",
    "QUALITY_INSPECTION",
    "BLOCKED",
]

#: A restricted batch may not be used without a decision: it counts as blocked.
TYPES: dict[Status, StockType] = {
    "AVAILABLE": StockType.UNRESTRICTED,
    "UNRESTRICTED": StockType.UNRESTRICTED,
    "HOLD": StockType.BLOCKED,
    "BLOCKED": StockType.BLOCKED,
    "RESTRICTED": StockType.BLOCKED,
    "QUARANTINE": StockType.QUALITY,
    "QUALITY_INSPECTION": StockType.QUALITY,
}


class InventoryRow(Shape):
    """A stock."""

    inventoryId: str
    material: str
    batchNumber: str | None = None
    storageLocation: str | None = None
    status: Status
    quantityOnHand: Measured
    salesOrder: str | None = None


class DmStock(Stock):
    """What lies at the line, as DM counts it."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        asked, own = self._dm.clock(), self._dm.own(plant)
        found = await inventories(self._dm, normal(material))
        return self._dm.reading(tuple(_line(row, own) for row in found), asked)


async def inventories(dm: Dm, material: str) -> tuple[InventoryRow, ...]:
    """Read all stock of a material."""
    return await dm.listed(
        "inventory/v1/inventories",
        Page[InventoryRow],
        plant=dm.plant,
        material=material,
        batchesWithStatus="true",
    )


def _line(row: InventoryRow, plant: str) -> StockLine:
    return StockLine(
        material=normal(row.material),
        plant=plant,
        location=row.storageLocation or "",
        type=TYPES[row.status],
        quantity=row.quantityOnHand.quantity,
        batch=row.batchNumber or None,
        special="E" if row.salesOrder else "",
    )
