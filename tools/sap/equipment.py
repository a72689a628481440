"""Equipment: ``API_EQUIPMENT``."""

from __future__ import annotations

from tools.errors import NotFound
from tools.jsontext import Row
from tools.objects.equipment import Equipment
from tools.objects.identifiers import normal
from tools.objects.reading import Reading
from tools.ports import Assets
from tools.sap.decoding import flag, text
from tools.sap.filters import and_, eq, ge
from tools.sap.landscape import Landscape, normal_text
from tools.sap.metadata import Needs

SERVICE = "API_EQUIPMENT"
EQUIPMENT = "Equipment"

NEEDS = Needs(
    sets={
        EQUIPMENT: frozenset(
            {
                "ABCIndicator",
                "AssetManufacturerName",
                "Equipment",
                "EquipmentIsInactive",
                "EquipmentIsMarkedForDeletion",
                "EquipmentName",
                "MaintenancePlant",
                "ManufacturerSerialNumber",
                "ValidityEndDate",
                "WorkCenter",
                "WorkCenterPlant",
            }
        )
    }
)


class EquipmentMasters(Assets):
    """Equipment of S/4 plant maintenance."""

    def __init__(self, landscape: Landscape) -> None:
        self.system = landscape.system
        self._landscape = landscape
        self._service = landscape.service(SERVICE)

    async def equipment(self, equipment: str) -> Reading[Equipment]:
        number = normal(equipment)
        rows = await self._service.query(
            EQUIPMENT,
            and_(eq("Equipment", number), ge("ValidityEndDate", self._landscape.today())),
            orderby=("ValidityEndDate",),
        )
        if not rows:
            raise NotFound(self.system, f"no equipment {number}")
        return self._landscape.reading(_equipment(rows[0]))

    async def equipment_at(self, work_center: str, plant: str) -> Reading[tuple[Equipment, ...]]:
        rows = await self._service.query(
            EQUIPMENT,
            and_(
                eq("WorkCenter", normal(work_center)),
                eq("WorkCenterPlant", plant),
                ge("ValidityEndDate", self._landscape.today()),
            ),
            orderby=("Equipment",),
        )
        return self._landscape.reading(tuple(_equipment(row) for row in rows))


def _equipment(row: Row) -> Equipment:
    return Equipment(
        number=normal(text(row, "Equipment")),
        plant=text(row, "MaintenancePlant"),
        description=text(row, "EquipmentName"),
        work_center=normal_text(row, "WorkCenter"),
        manufacturer=normal_text(row, "AssetManufacturerName"),
        serial=normal_text(row, "ManufacturerSerialNumber"),
        criticality=normal_text(row, "ABCIndicator"),
        active=not (flag(row, "EquipmentIsInactive") or flag(row, "EquipmentIsMarkedForDeletion")),
    )
