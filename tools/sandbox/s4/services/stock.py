"""``API_MATERIAL_STOCK_SRV``: stock by place, batch and use; read only."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sandbox.odata.edm import entity_type, to_many, to_one
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.showing import view
from tools.sandbox.s4.state import S4

STOCK = entity_type(
    "A_MatlStkInAcctModType",
    "Material Plant StorageLocation Batch Supplier Customer WBSElementInternalID SDDocument "
    "SDDocumentItem InventorySpecialStockType InventoryStockType",
    """
    String(40): Material
    String(4): Plant StorageLocation
    String(10): Batch Supplier Customer SDDocument
    String(24): WBSElementInternalID
    String(6): SDDocumentItem
    String(1): InventorySpecialStockType
    String(2): InventoryStockType
    String(3): MaterialBaseUnit
    Decimal(31,14): MatlWrhsStkQtyInMatlBaseUnit
    """,
    to_one("to_MaterialStock", "A_MaterialStock", "Material"),
)
MATERIAL = entity_type(
    "A_MaterialStockType",
    "Material",
    """
    String(40): Material
    String(3): MaterialBaseUnit
    """,
    to_many("to_MatlStkInAcctMod", "A_MatlStkInAcctMod", "Material"),
)


def _stock(state: S4) -> Iterable[Row]:
    for place, amount in state.stock.items():
        if amount:
            yield {
                "Material": place.material,
                "Plant": place.plant,
                "StorageLocation": place.location,
                "Batch": place.batch,
                "InventorySpecialStockType": place.special,
                "InventoryStockType": place.type,
                "MaterialBaseUnit": state.conversions[place.material].base_unit,
                "MatlWrhsStkQtyInMatlBaseUnit": amount,
            }


def _materials(state: S4) -> Iterable[Row]:
    for row in state.products.values():
        yield {"Material": row["Product"], "MaterialBaseUnit": row["BaseUnit"]}


SERVICE = Service(
    name="API_MATERIAL_STOCK_SRV",
    sets=(view("A_MatlStkInAcctMod", STOCK, _stock), view("A_MaterialStock", MATERIAL, _materials)),
)
