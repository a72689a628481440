"""Notifications, work orders and windows."""

from __future__ import annotations

from typing import TypeVar

from tools.maintenance.cmms.api import Api, Page, iso, judge, segment
from tools.maintenance.cmms.rows import (
    NotificationRow,
    Status,
    WindowRow,
    WorkOrderRow,
    notification,
    window,
    work_order,
)
from tools.objects.identifiers import normal
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceWindow,
    NotificationDraft,
    WorkOrderDraft,
)
from tools.objects.posted import Posted
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference
from tools.ports import Maintenance
from tools.shape import shaped

T = TypeVar("T")


class CmmsMaintenance(Maintenance):
    """Notifications, work orders and windows."""

    system = System.CMMS

    def __init__(self, api: Api) -> None:
        self._api = api

    async def notifications(self, equipment: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        return await self._notifications(equipment=normal(equipment))

    async def notification_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceNotification | None]:
        return _first(
            await self._notifications(equipment=normal(equipment), external_ref=reference.key)
        )

    async def maintenance_orders(self, equipment: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        return await self._orders(equipment=normal(equipment))

    async def work_order_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceOrder | None]:
        return _first(await self._orders(equipment=normal(equipment), external_ref=reference.key))

    async def windows(self, plant: str) -> Reading[tuple[MaintenanceWindow, ...]]:
        asked = self._api.clock()
        rows = await self._api.several("windows", Page[WindowRow], site=self._api.site(plant))
        return Reading(tuple(window(row, self._api.plant) for row in rows), self.system, asked)

    async def notify(self, draft: NotificationDraft, reference: Reference) -> Posted:
        row, etag = await self._api.create(
            "notifications",
            NotificationRow,
            {
                "site": self._api.site(draft.plant),
                "equipment": draft.equipment,
                "title": draft.text,
                "description": draft.long_text,
                "breakdown": draft.breakdown,
                "malfunction_start": iso(draft.malfunction_start),
                "malfunction_end": draft.malfunction_end and iso(draft.malfunction_end),
                "external_ref": reference.key,
            },
        )
        return Posted(self.system, normal(row.id), row.reported_at, etag)

    async def order_work(self, draft: WorkOrderDraft, reference: Reference) -> Posted:
        row, etag = await self._api.create(
            "work-orders",
            WorkOrderRow,
            {
                "site": self._api.site(draft.plant),
                "equipment": draft.equipment,
                "title": draft.text,
                "type": draft.type,
                "planned_start": iso(draft.start),
                "planned_end": iso(draft.end),
                "notification": draft.notification,
                "external_ref": reference.key,
            },
        )
        return Posted(self.system, normal(row.id), self._api.clock(), etag)

    async def complete_notification(self, notification: str) -> Posted:
        path = f"notifications/{segment(notification)}"
        connection = self._api.connection
        found = await connection.read("GET", path, judge=judge)
        headers = {"If-Match": found.headers.get("etag", "*")}
        reply = await connection.write(
            "PATCH", path, body={"status": Status.DONE.value}, headers=headers, judge=judge
        )
        row = shaped(reply, NotificationRow)
        return Posted(self.system, normal(row.id), self._api.clock(), reply.headers.get("etag"))

    async def _notifications(self, **params: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        asked = self._api.clock()
        rows = await self._api.several("notifications", Page[NotificationRow], **params)
        return Reading(
            tuple(notification(row, self._api.plant) for row in rows), self.system, asked
        )

    async def _orders(self, **params: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        asked = self._api.clock()
        rows = await self._api.several("work-orders", Page[WorkOrderRow], **params)
        orders = tuple(work_order(row, self._api.names, self._api.plant) for row in rows)
        return Reading(orders, self.system, asked)


def _first(reading: Reading[tuple[T, ...]]) -> Reading[T | None]:
    value = reading.value[0] if reading.value else None
    return Reading(value, reading.system, reading.read_at)
