"""Plant maintenance in S/4HANA as the maintenance side of a plant."""

from __future__ import annotations

from dataclasses import replace

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
from tools.ports import Maintenance, Side
from tools.sap import equipment, maintenance_notifications, maintenance_orders
from tools.sap.capability import Demand
from tools.sap.landscape import Landscape
from tools.sap.maintenance_notifications import MaintenanceNotifications
from tools.sap.maintenance_orders import FREE_FIELD, MaintenanceOrders


class PlantMaintenance(Maintenance):
    """Notifications, orders and windows, from two services."""

    def __init__(
        self, landscape: Landscape, notified: MaintenanceNotifications, ordered: MaintenanceOrders
    ) -> None:
        self.system = landscape.system
        self._notified, self._ordered = notified, ordered

    async def notifications(self, equipment: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        return await self._notified.of(equipment)

    async def notification_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceNotification | None]:
        return await self._notified.by_reference(equipment, reference)

    async def maintenance_orders(self, equipment: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        return await self._ordered.of(equipment)

    async def work_order_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceOrder | None]:
        return await self._ordered.by_reference(equipment, reference)

    async def windows(self, plant: str) -> Reading[tuple[MaintenanceWindow, ...]]:
        return await self._ordered.windows(plant)

    async def notify(self, draft: NotificationDraft, reference: Reference) -> Posted:
        return await self._notified.create(draft, reference)

    async def order_work(self, draft: WorkOrderDraft, reference: Reference) -> Posted:
        return await self._ordered.create(draft, reference)

    async def complete_notification(self, notification: str) -> Posted:
        return await self._notified.complete(notification)


def maintenance_side(
    landscape: Landscape,
    *,
    notification_type: str = "M2",
    reference_field: str = FREE_FIELD,
    name: str = "S/4HANA plant maintenance",
) -> Side:
    """Return the maintenance side of a plant that maintains in S/4.

    Args:
        landscape: The system; it may be the same one the ERP side uses.
        notification_type: The type of the notifications Concord creates.
        reference_field: The free text field of a maintenance order that keeps references.
        name: What people call the system.
    """
    own = replace(landscape, system=System.CMMS)
    ports = (
        equipment.EquipmentMasters(own),
        PlantMaintenance(
            own,
            MaintenanceNotifications(own, notification_type),
            MaintenanceOrders(own, reference_field),
        ),
    )
    return Side(System.CMMS, name, ports, own.clock)


def maintenance_demands(reference_field: str = FREE_FIELD) -> tuple[Demand, ...]:
    """Return what the maintenance side wants of its services, for ``capabilities``."""
    return (
        Demand(equipment.SERVICE, equipment.NEEDS),
        Demand(maintenance_notifications.SERVICE, maintenance_notifications.NEEDS),
        Demand(maintenance_orders.SERVICE, maintenance_orders.needs(reference_field)),
    )
