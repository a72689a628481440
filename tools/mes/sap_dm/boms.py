"""Bills of material: ``bom/v1``, found by way of ``material/v1``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools.mes.sap_dm.forms import MaterialName, operation_of
from tools.mes.sap_dm.plant import Dm
from tools.objects import units
from tools.objects.bom import Bom, BomItem
from tools.objects.identifiers import normal
from tools.objects.order import Component
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.ports import Boms
from tools.shape import Shape

UNDATED = date(1970, 1, 1)


class ActivityName(Shape):
    """The operation at which a component is assembled."""

    operationActivity: str


class AlternateRow(Shape):
    """A material that may stand in for a component."""

    material: MaterialName
    enabled: bool = True
    priority: int | None = None


class ComponentRow(Shape):
    """A component."""

    material: MaterialName
    quantity: Decimal
    totalQuantity: Decimal | None = None
    unitOfMeasure: str
    sequence: int
    componentScrap: Decimal | None = None
    backflushEnabled: bool | None = None
    alternativeItemGroup: str | None = None
    reservationOrderNumber: str | None = None
    reservationItemNumber: str | None = None
    storageLocation: str | None = None
    batchNumber: str | None = None
    assemblyOperationActivity: ActivityName | None = None
    alternates: tuple[AlternateRow, ...] | None = None


class BomRow(Shape):
    """A bill of material."""

    bom: str
    version: str
    baseQuantity: Decimal | None = None
    baseUnitOfMeasure: str | None = None
    components: tuple[ComponentRow, ...]


class BomName(Shape):
    """The BOM a material is made by."""

    bom: str
    version: str | None = None


class MaterialRow(Shape):
    """A material, as far as its BOM goes."""

    material: str
    unitOfMeasure: str | None = None
    bom: BomName | None = None


class DmBoms(Boms):
    """The bills of material DM makes products by. It explodes none."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def bom(self, material: str, plant: str) -> Reading[Bom]:
        asked, number = self._dm.clock(), normal(material)
        own = self._dm.own(plant)
        masters = await self._dm.bare(
            "material/v1/materials", MaterialRow, plant=own, material=number
        )
        master = next((one for one in masters if one.bom), None)
        if master is None or master.bom is None:
            raise self._dm.nothing(f"a bill of material of {number}")
        found = await self._dm.bare(
            "bom/v1/boms", BomRow, plant=own, bom=master.bom.bom, type="MASTER"
        )
        if not found:
            raise self._dm.nothing(f"bill of material {master.bom.bom}")
        return self._dm.reading(_bom(found[0], number, own, master.unitOfMeasure), asked)


def component(row: ComponentRow, order: str) -> Component:
    """Return an order's component; DM does not say here how much of it has been taken."""
    unit = units.unit(row.unitOfMeasure).code
    required = row.quantity if row.totalQuantity is None else row.totalQuantity
    at = row.assemblyOperationActivity
    return Component(
        reservation=normal(row.reservationOrderNumber or order),
        item=normal(row.reservationItemNumber or str(row.sequence)),
        material=normal(row.material.material),
        required=Quantity(required, unit),
        withdrawn=Quantity(Decimal(0), unit),
        operation=operation_of(at.operationActivity) if at else "",
        location=row.storageLocation,
        batch=row.batchNumber,
        backflushed=bool(row.backflushEnabled),
    )


def _bom(row: BomRow, material: str, plant: str, base_unit: str | None) -> Bom:
    unit = units.unit(row.baseUnitOfMeasure or base_unit or "").code
    items = list[BomItem]()
    for one in row.components:
        items.append(_item(one))
        items += [_alternate(one, other) for other in one.alternates or () if other.enabled]
    return Bom(
        material=material,
        plant=plant,
        usage="1",
        alternative=row.version,
        base_quantity=Quantity(row.baseQuantity or Decimal(1), unit),
        valid_from=UNDATED,
        items=tuple(items),
    )


def _item(row: ComponentRow) -> BomItem:
    return BomItem(
        item=f"{row.sequence:04d}",
        component=normal(row.material.material),
        quantity=Quantity(row.quantity, units.unit(row.unitOfMeasure).code),
        scrap_percent=row.componentScrap or Decimal(0),
        alternative_group=row.alternativeItemGroup,
        backflushed=bool(row.backflushEnabled),
    )


def _alternate(row: ComponentRow, other: AlternateRow) -> BomItem:
    return BomItem(
        item=f"{row.sequence:04d}",
        component=normal(other.material.material),
        quantity=Quantity(row.quantity, units.unit(row.unitOfMeasure).code),
        alternative_group=row.alternativeItemGroup or f"{row.sequence:04d}",
        priority=other.priority or 2,
        backflushed=bool(row.backflushEnabled),
    )
