"""Stock: ``API_MATERIAL_STOCK_SRV``, read only."""

from __future__ import annotations

from collections.abc import Mapping

from tools.errors import Misread
from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.reading import Reading
from tools.objects.stock import StockLine, StockType
from tools.ports import Stock
from tools.sap.decoding import text
from tools.sap.filters import and_, eq
from tools.sap.landscape import Landscape, normal_text
from tools.sap.metadata import Needs

SERVICE = "API_MATERIAL_STOCK_SRV"
STOCK = "A_MatlStkInAcctMod"

NEEDS = Needs(
    sets={
        STOCK: frozenset(
            {
                "Batch",
                "InventorySpecialStockType",
                "InventoryStockType",
                "Material",
                "MaterialBaseUnit",
                "MatlWrhsStkQtyInMatlBaseUnit",
                "Plant",
                "StorageLocation",
            }
        )
    }
)
TYPES: Mapping[str, StockType] = {
    "01": StockType.UNRESTRICTED,
    "02": StockType.QUALITY,
    "03": StockType.BLOCKED,
    "04": StockType.IN_TRANSIT,
    "05": StockType.IN_TRANSIT,
    "06": StockType.IN_TRANSIT,
    "07": StockType.BLOCKED,
    "08": StockType.BLOCKED,
}
"""``InventoryStockType``. Returns (03) and restricted stock (08) may not be used: blocked."""


class MaterialStock(Stock):
    """Stock of the ERP."""

    def __init__(self, landscape: Landscape) -> None:
        self.system = landscape.system
        self._landscape = landscape
        self._service = landscape.service(SERVICE)

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        rows = await self._service.query(
            STOCK, and_(eq("Material", normal(material)), eq("Plant", plant))
        )
        lines = (self._line(row) for row in rows)
        return self._landscape.reading(
            tuple(
                sorted(
                    (line for line in lines if line.quantity),
                    key=lambda line: (line.location, line.batch or "", line.type),
                )
            )
        )

    def _line(self, row: Row) -> StockLine:
        return StockLine(
            material=normal(text(row, "Material")),
            plant=text(row, "Plant"),
            location=text(row, "StorageLocation"),
            type=self._type(text(row, "InventoryStockType")),
            quantity=self._landscape.quantity(
                row, "MatlWrhsStkQtyInMatlBaseUnit", "MaterialBaseUnit"
            ),
            batch=normal_text(row, "Batch"),
            special=text(row, "InventorySpecialStockType").strip(),
        )

    def _type(self, code: str) -> StockType:
        if code not in TYPES:
            raise Misread(self.system, f"{code!r} is no stock type Concord knows")
        return TYPES[code]
