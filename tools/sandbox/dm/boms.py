"""Bills of material and what is made by them: ``/bom/v1``, ``/material/v1`` [spec].

[sandbox] A product's BOM bears the product's name, an order's the order's.
"""

from __future__ import annotations

from tools.jsontext import Writable
from tools.objects.bom import Bom, BomItem
from tools.objects.order import Component, ProductionOrder
from tools.sandbox.dm.call import Answer, Call
from tools.sandbox.dm.refusal import unknown
from tools.sandbox.dm.state import VERSION, DmState


def bom(call: Call) -> Answer:
    """GET /bom/v1/boms: a product's BOM (MASTER) or an order's (SHOP_ORDER)."""
    plant, name, kind = call.need("plant"), call.need("bom"), call.need("type")
    if kind == "SHOP_ORDER":
        return Answer([_order_bom(call.state, call.state.order(plant, name))])
    found = call.state.floor(plant).boms.get(name)
    if found is None or kind != "MASTER":
        raise unknown("bom", name)
    first = [item for item in found.items if item.priority == 1]
    components: list[Writable] = [
        _component(position, item, found) for position, item in enumerate(first, start=1)
    ]
    return Answer(
        [
            {
                "bom": name,
                "bomType": kind,
                "version": VERSION,
                "plant": plant,
                "baseQuantity": found.base_quantity.amount,
                "baseUnitOfMeasure": found.base_quantity.unit,
                "components": components,
            }
        ]
    )


def _component(position: int, item: BomItem, bom: Bom) -> Writable:
    group = item.alternative_group
    others: list[Writable] = [
        {
            "material": {"material": other.component, "version": VERSION},
            "enabled": True,
            "priority": other.priority,
        }
        for other in bom.items
        if group is not None and other.alternative_group == group and other is not item
    ]
    return {
        "material": {"material": item.component, "version": VERSION},
        "quantity": item.quantity.amount,
        "unitOfMeasure": item.quantity.unit,
        "sequence": position * 10,
        "componentScrap": item.scrap_percent,
        "backflushEnabled": item.backflushed,
        "alternativeItemGroup": group,
        "alternates": others,
    }


def materials(call: Call) -> Answer:
    """GET /material/v1/materials: a material, its units and its BOM.

    [public code] for ``alternateUnitsOfMeasure``.
    """
    plant, name = call.need("plant"), call.need("material")
    master = call.state.floor(plant).materials.get(name)
    if master is None:
        raise unknown("material", name)
    made = {"bom": name, "type": "MASTER", "version": VERSION}
    others: list[Writable] = [
        {"uom": one.unit, "numerator": one.numerator, "denominator": one.denominator}
        for one in master.conversions
    ]
    found: dict[str, Writable] = {
        "plant": plant,
        "material": name,
        "version": VERSION,
        "description": master.description,
        "unitOfMeasure": master.base_unit,
        "alternateUnitsOfMeasure": others,
        "bom": made if name in call.state.floor(plant).boms else None,
    }
    return Answer([found])


def _order_bom(state: DmState, order: ProductionOrder) -> Writable:
    components: list[Writable] = [
        _order_component(position, component)
        for position, component in enumerate(state.components.get(order.number, ()), start=1)
    ]
    return {
        "bom": order.number,
        "bomType": "SHOP_ORDER",
        "version": VERSION,
        "plant": order.plant,
        "baseQuantity": order.quantity.amount,
        "baseUnitOfMeasure": order.quantity.unit,
        "components": components,
    }


def _order_component(position: int, component: Component) -> Writable:
    return {
        "material": {"material": component.material, "version": VERSION},
        "totalQuantity": component.required.amount,
        "quantity": component.required.amount,
        "unitOfMeasure": component.required.unit,
        "sequence": position * 10,
        "reservationOrderNumber": component.reservation,
        "reservationItemNumber": component.item,
        "storageLocation": component.location,
        "batchNumber": component.batch,
        "backflushEnabled": component.backflushed,
        "assemblyOperationActivity": {"operationActivity": component.operation},
    }
