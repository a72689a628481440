"""Opening stock."""

from __future__ import annotations

from tools.book import PlantBook
from tools.objects.stock import StockType
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.s4.rows import ZERO
from tools.sandbox.s4.state import S4

SAP_STOCK_TYPE = {
    StockType.UNRESTRICTED: "01",
    StockType.QUALITY: "02",
    StockType.IN_TRANSIT: "06",
    StockType.BLOCKED: "07",
}


def load_stock(state: S4, book: PlantBook) -> None:
    """Put every line where it lies, and know the storage locations from it."""
    for line in book.erp.stock:
        state.locations.setdefault(line.plant, set()).add(line.location)
        key = StockKey(
            material=line.material,
            plant=line.plant,
            location=line.location,
            batch=line.batch or "",
            special=line.special,
            type=SAP_STOCK_TYPE[line.type],
        )
        state.stock[key] = state.stock.get(key, ZERO) + line.quantity.amount
