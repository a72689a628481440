"""Material masters, as the site keeps what the ERP sent it."""

from __future__ import annotations

from decimal import Decimal

from tools.mes.ignition.site import Amount, Site, translated
from tools.objects.identifiers import normal
from tools.objects.material import Material
from tools.objects.reading import Reading
from tools.objects.units import AlternativeUnit
from tools.ports import Materials
from tools.shape import Shape


class UnitRow(Shape):
    """Another unit the material is counted in: so many of it are so many of its own."""

    counted: Amount
    are: Amount


class MaterialRow(Shape):
    """A material."""

    plant: str
    material: str
    description: str
    unit: str
    units: tuple[UnitRow, ...]
    batches: bool


class IgnitionMaterials(Materials):
    """The materials the site knows. It is asked for one by its number, not searched."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def material(self, material: str, plant: str) -> Reading[Material]:
        found = await self._site.one(
            "materials", MaterialRow, material=normal(material), plant=plant
        )
        return translated(found, self._material)

    def _material(self, row: MaterialRow) -> Material:
        return Material(
            number=normal(row.material),
            plant=row.plant,
            description=row.description,
            type="",
            group="",
            base_unit=self._site.counted(Decimal(1), row.unit).unit,
            conversions=tuple(map(self._alternative, row.units)),
            batch_managed=row.batches,
        )

    def _alternative(self, row: UnitRow) -> AlternativeUnit:
        counted, are = self._site.quantity(row.counted), self._site.quantity(row.are)
        return AlternativeUnit(counted.unit, are.amount, counted.amount)
