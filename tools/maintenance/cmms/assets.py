"""Equipment."""

from __future__ import annotations

from tools.maintenance.cmms.api import Api, Page, judge, segment
from tools.maintenance.cmms.rows import EquipmentRow, asset
from tools.objects.equipment import Equipment
from tools.objects.reading import Reading, System
from tools.ports import Assets
from tools.shape import shaped


class CmmsAssets(Assets):
    """Read only."""

    system = System.CMMS

    def __init__(self, api: Api) -> None:
        self._api = api

    async def equipment(self, equipment: str) -> Reading[Equipment]:
        asked = self._api.clock()
        reply = await self._api.connection.read(
            "GET", f"equipment/{segment(equipment)}", judge=judge
        )
        value = asset(shaped(reply, EquipmentRow), self._api.plant)
        return Reading(value, self.system, asked, reply.headers.get("etag"))

    async def equipment_at(self, work_center: str, plant: str) -> Reading[tuple[Equipment, ...]]:
        asked = self._api.clock()
        rows = await self._api.several(
            "equipment",
            Page[EquipmentRow],
            work_center=work_center,
            site=self._api.site(plant),
        )
        return Reading(tuple(asset(row, self._api.plant) for row in rows), self.system, asked)
