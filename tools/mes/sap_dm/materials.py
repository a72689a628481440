"""Material masters: ``material/v1/materials``, as DM keeps what the ERP sent it.

``alternateUnitsOfMeasure`` is unverified: its name and its fields ``uom``, ``numerator`` and
``denominator`` are as others' extensions read them from this resource (public code), taken as SAP
means them: ``denominator`` of ``uom`` are ``numerator`` of the material's own unit. A release that
answers without it keeps no other unit.
"""

from __future__ import annotations

from decimal import Decimal

from tools.mes.sap_dm.plant import Dm
from tools.objects import units
from tools.objects.identifiers import normal
from tools.objects.material import Material
from tools.objects.reading import Reading
from tools.objects.units import AlternativeUnit
from tools.ports import Materials
from tools.shape import Shape


class AlternateUnitRow(Shape):
    """Another unit the material is counted in."""

    uom: str
    numerator: Decimal
    denominator: Decimal


class MaterialRow(Shape):
    """A material, as far as its units go."""

    material: str
    description: str | None = None
    materialType: str | None = None
    unitOfMeasure: str
    alternateUnitsOfMeasure: tuple[AlternateUnitRow, ...] | None = None


class DmMaterials(Materials):
    """The materials DM knows. It is asked for one by its number, not searched."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def material(self, material: str, plant: str) -> Reading[Material]:
        asked, number = self._dm.clock(), normal(material)
        own = self._dm.own(plant)
        found = await self._dm.bare(
            "material/v1/materials", MaterialRow, plant=own, material=number
        )
        if not found:
            raise self._dm.nothing(f"material {number}")
        return self._dm.reading(_material(found[0], own), asked)


def _material(row: MaterialRow, plant: str) -> Material:
    return Material(
        number=normal(row.material),
        plant=plant,
        description=row.description or "",
        type=row.materialType or "",
        group="",
        base_unit=units.unit(row.unitOfMeasure).code,
        conversions=tuple(
            AlternativeUnit(units.unit(one.uom).code, one.numerator, one.denominator)
            for one in row.alternateUnitsOfMeasure or ()
        ),
    )
