"""``API_BILL_OF_MATERIAL_SRV`` in its newer release: bills of material and their explosion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tools.objects.identifiers import normal
from tools.sandbox.odata.edm import complex_type, entity_type, to_many, to_one
from tools.sandbox.odata.service import Function, FunctionCall, Service
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row, three_places
from tools.sandbox.s4.rules.measures import expressed
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

_DEEPEST = 20
_HUNDRED = Decimal(100)
_SHARED_KEY = (
    "BillOfMaterial BillOfMaterialCategory BillOfMaterialVariant BillOfMaterialVersion "
    "Material Plant"
)
BOM = entity_type(
    "MaterialBOMType",
    "BillOfMaterial BillOfMaterialCategory BillOfMaterialVariant BillOfMaterialVersion "
    "EngineeringChangeDocument Material Plant",
    """
    String(8): BillOfMaterial
    String(1): BillOfMaterialCategory BillOfMaterialVariantUsage
    String(2): BillOfMaterialVariant BillOfMaterialStatus
    String(4): BillOfMaterialVersion Plant SelectedBillOfMaterialVersion
    String(12): EngineeringChangeDocument
    String(40): Material BOMHeaderText BOMAlternativeText ProductDescription
    Guid: BillOfMaterialHeaderUUID
    Boolean: IsMultipleBOMAlt IsMarkedForDeletion
    DateTime: HeaderValidityStartDate HeaderValidityEndDate RecordCreationDate LastChangeDate
    String(3): BOMHeaderBaseUnit
    Decimal(13,3): BOMHeaderQuantityInBaseUnit
    """,
    to_many("to_BillOfMaterialItem", "MaterialBOMItem", _SHARED_KEY),
)
ITEM = entity_type(
    "MaterialBOMItemType",
    "BillOfMaterial BillOfMaterialCategory BillOfMaterialVariant BillOfMaterialVersion "
    "BillOfMaterialItemNodeNumber HeaderChangeDocument Material Plant",
    """
    String(8): BillOfMaterial BillOfMaterialItemNodeNumber
    String(1): BillOfMaterialCategory BillOfMaterialItemCategory IsAssembly
    String(1): AlternativeItemStrategy
    String(2): BillOfMaterialVariant AlternativeItemGroup AlternativeItemPriority FollowUpGroup
    String(2): DiscontinuationGroup
    String(4): BillOfMaterialVersion Plant BillOfMaterialItemNumber ProdOrderIssueLocation
    String(12): HeaderChangeDocument EngineeringChangeDocument
    String(40): Material BillOfMaterialComponent ComponentDescription BOMItemDescription
    Guid: BillOfMaterialItemUUID BillOfMaterialHeaderUUID
    DateTime: ValidityStartDate ValidityEndDate
    String(3): BillOfMaterialItemUnit
    Decimal(13,3): BillOfMaterialItemQuantity
    String(10): BOMItemSorter
    Boolean: FixedQuantity BOMItemHasFixedQuantity IsNetScrap IsBulkMaterial IsProductionRelevant
    Boolean: IsDeleted
    Decimal(5,2): ComponentScrapInPercent OperationScrapInPercent
    Decimal(3,0): UsageProbabilityPercent
    """,
    to_one("to_BillOfMaterial", "MaterialBOM", _SHARED_KEY),
)
EXPLODED = complex_type(
    "DBomheaderforexplosionOut",
    """
    Boolean: alternative_item assembly_indicator bulk_material fixed_quantity is_phantom_item
    String(2): alt_item_group bill_of_material_variant priority
    String(3): base_uom bill_of_material_item_unit
    String(8): bill_of_material item_node
    String(40): bill_of_material_component b_o_m_component_description b_o_m_hdr_matl_hier_node
    String(40): B_O_M_Hdr_Root_Matl_Hier_Node
    Decimal(13,3): bill_of_material_comp_quant bill_of_material_item_quantity
    String(1): bill_of_material_item_category
    String(4): bill_of_material_item_number material_type plant prod_order_issue_location
    Decimal(2,0): b_o_m_explosion_level
    Decimal(5,2): comp_scrap_itm
    Decimal(4,0): path path_predecessor
    """,
)


def _explode(world: World, call: FunctionCall) -> list[Row]:
    """Return the components of one level, or of all, for the quantity asked about."""
    head = _head(world.s4, call.parameters)
    quantity = call.parameters.get("RequiredQuantity") or head["BOMHeaderQuantityInBaseUnit"]
    deepest = int(call.parameters.get("BOMExplosionLevel") or 0) or _DEEPEST
    if not call.parameters.get("BOMExplosionIsMultilevel"):
        deepest = 1
    rows = _level(world.s4, head, quantity, 1, deepest)
    root = {"B_O_M_Hdr_Root_Matl_Hier_Node": head["Material"]}
    return [shown(EXPLODED, {**row, **root}) for row in rows]


def _head(state: S4, parameters: Mapping[str, Any]) -> Row:
    for row in state.boms.values():
        if (
            normal(row["BillOfMaterial"]) == normal(parameters["BillOfMaterial"])
            and normal(row["BillOfMaterialVariant"]) == normal(parameters["BillOfMaterialVariant"])
            and row["Material"] == parameters["Material"]
            and row["Plant"] == parameters["Plant"]
        ):
            return row
    named = (parameters["BillOfMaterial"], parameters["Material"], parameters["Plant"])
    raise Refused(Cause.BOM_UNKNOWN, *named)


def _level(state: S4, head: Row, quantity: Decimal, level: int, deepest: int) -> Iterator[Row]:
    factor = quantity / head["BOMHeaderQuantityInBaseUnit"]
    for item in _items(state, head):
        amount = _needed(item, factor)
        below = _bom_of(state, item["BillOfMaterialComponent"], head["Plant"])
        yield _exploded(state, item, amount, level, assembly=below is not None)
        if below is not None and level < deepest:
            base = below["BOMHeaderBaseUnit"]
            component, unit = item["BillOfMaterialComponent"], item["BillOfMaterialItemUnit"]
            needed = expressed(state, component, amount, unit, base)
            yield from _level(state, below, needed, level + 1, deepest)


def _items(state: S4, head: Row) -> list[Row]:
    key = (head["BillOfMaterial"], head["BillOfMaterialVariant"])
    return [row for number, row in state.bom_items.items() if number[:2] == key]


def _bom_of(state: S4, material: str, plant: str) -> Row | None:
    """Return the first alternative of a component's own bill of material, if it has one."""
    found = [row for key, row in state.boms.items() if key[2:] == (material, plant)]
    return min(found, key=lambda row: normal(row["BillOfMaterialVariant"]), default=None)


def _needed(item: Row, factor: Decimal) -> Decimal:
    amount: Decimal = item["BillOfMaterialItemQuantity"]
    if item["FixedQuantity"]:
        return amount
    scrap = (_HUNDRED + item["ComponentScrapInPercent"]) / _HUNDRED
    return three_places(amount * factor * scrap)


def _exploded(state: S4, item: Row, amount: Decimal, level: int, *, assembly: bool) -> Row:
    product = state.products.get((item["BillOfMaterialComponent"],), {})
    return {
        "bill_of_material": item["BillOfMaterial"],
        "bill_of_material_variant": item["BillOfMaterialVariant"],
        "bill_of_material_component": item["BillOfMaterialComponent"],
        "b_o_m_component_description": product.get("ProductDescription", ""),
        "bill_of_material_item_number": item["BillOfMaterialItemNumber"],
        "bill_of_material_item_category": item["BillOfMaterialItemCategory"],
        "bill_of_material_item_quantity": item["BillOfMaterialItemQuantity"],
        "bill_of_material_item_unit": item["BillOfMaterialItemUnit"],
        "bill_of_material_comp_quant": amount,
        "base_uom": product.get("BaseUnit", ""),
        "item_node": item["BillOfMaterialItemNodeNumber"],
        "plant": item["Plant"],
        "material_type": product.get("ProductType", ""),
        "b_o_m_explosion_level": Decimal(level),
        "b_o_m_hdr_matl_hier_node": item["Material"],
        "alternative_item": bool(item["AlternativeItemGroup"]),
        "alt_item_group": item["AlternativeItemGroup"],
        "priority": item["AlternativeItemPriority"],
        "comp_scrap_itm": item["ComponentScrapInPercent"],
        "fixed_quantity": item["FixedQuantity"],
        "assembly_indicator": assembly,
    }


SERVICE = Service(
    name="API_BILL_OF_MATERIAL_SRV",
    sets=(
        view("MaterialBOM", BOM, lambda state: state.boms.values()),
        view("MaterialBOMItem", ITEM, lambda state: state.bom_items.values()),
    ),
    functions=(
        Function(
            "ExplodeBOM",
            _explode,
            """
            String(8): BillOfMaterial!
            String(1): BillOfMaterialCategory!
            String(2): BillOfMaterialVariant!
            String(4): BillOfMaterialVersion!
            String(12): EngineeringChangeDocument!
            String(40): Material!
            String(4): Plant! BOMExplosionApplication
            Decimal(13,3): RequiredQuantity
            Boolean: BOMExplosionIsLimited BOMExplosionIsMultilevel
            String(1): BOMItmQtyIsScrapRelevant BillOfMaterialItemCategory
            String(40): BOMExplosionAssembly
            DateTime: BOMExplosionDate
            Decimal(3,0): BOMExplosionLevel
            String(1): MaterialProvisionFltrType SparePartFltrType
            String(3): BOMHeaderBaseUnit
            Boolean: FinalPriceIndicator BOMExplosionIsAlternatePrio
            """,
            returns=EXPLODED,
            many=True,
            method="GET",
        ),
    ),
    catches=(Refused,),
    translate=as_said,
)
