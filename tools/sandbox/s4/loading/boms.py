"""Bills of material."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from tools.book import PlantBook
from tools.objects.bom import Bom, BomItem
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.rows import FOREVER, Row, midnight
from tools.sandbox.s4.state import S4


def load_boms(state: S4, book: PlantBook) -> None:
    """Write a header and its items for every bill of material and alternative."""
    for bom in book.boms:
        number = state.numbers.draw(Range.BOM).zfill(8)
        head: Row = {
            "BillOfMaterial": number,
            "BillOfMaterialCategory": "M",
            "BillOfMaterialVariant": bom.alternative,
            "BillOfMaterialVersion": "",
            "Material": bom.material,
            "Plant": bom.plant,
        }
        uuid = str(uuid5(NAMESPACE_OID, f"{number}/{bom.alternative}"))
        state.boms[(number, bom.alternative, bom.material, bom.plant)] = {
            **head,
            "EngineeringChangeDocument": "",
            "BillOfMaterialHeaderUUID": uuid,
            "BillOfMaterialVariantUsage": bom.usage,
            "BillOfMaterialStatus": "01",
            "HeaderValidityStartDate": midnight(bom.valid_from),
            "HeaderValidityEndDate": midnight(FOREVER),
            "BOMHeaderBaseUnit": bom.base_quantity.unit,
            "BOMHeaderQuantityInBaseUnit": bom.base_quantity.amount,
        }
        for position, item in enumerate(bom.items, start=1):
            node = f"{position:08d}"
            key = (number, bom.alternative, node, bom.material, bom.plant)
            state.bom_items[key] = {**head, **_item(bom, item, node, uuid)}


def _item(bom: Bom, item: BomItem, node: str, header: str) -> Row:
    return {
        "BillOfMaterialItemNodeNumber": node,
        "HeaderChangeDocument": "",
        "BillOfMaterialHeaderUUID": header,
        "BillOfMaterialItemUUID": str(uuid5(NAMESPACE_OID, f"{header}/{node}")),
        "ValidityStartDate": midnight(bom.valid_from),
        "ValidityEndDate": midnight(FOREVER),
        "BillOfMaterialComponent": item.component,
        "BillOfMaterialItemCategory": "L",
        "BillOfMaterialItemNumber": item.item.zfill(4),
        "BillOfMaterialItemUnit": item.quantity.unit,
        "BillOfMaterialItemQuantity": item.quantity.amount,
        "FixedQuantity": item.fixed,
        "BOMItemHasFixedQuantity": item.fixed,
        "ComponentScrapInPercent": item.scrap_percent,
        "AlternativeItemGroup": item.alternative_group or "",
        "AlternativeItemPriority": f"{item.priority:02d}" if item.alternative_group else "",
        "IsProductionRelevant": True,
    }
