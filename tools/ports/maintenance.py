"""Assets and their maintenance."""

from __future__ import annotations

from tools.objects.equipment import Equipment
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceWindow,
    NotificationDraft,
    WorkOrderDraft,
)
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports.port import Port, read, write


class Assets(Port):
    """Equipment."""

    @read
    async def equipment(self, equipment: str) -> Reading[Equipment]:
        """One asset."""
        self._absent("equipment by number")

    @read
    async def equipment_at(self, work_center: str, plant: str) -> Reading[tuple[Equipment, ...]]:
        """The assets of a work centre."""
        self._absent("the equipment of a work centre")


class Maintenance(Port):
    """Notifications, maintenance orders and windows."""

    @read
    async def notifications(self, equipment: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        """The notifications of an asset, newest first."""
        self._absent("the notifications of an asset")

    @read
    async def notification_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceNotification | None]:
        """The notification that carries this reference, if it was created."""
        self._absent("a notification by reference")

    @read
    async def maintenance_orders(self, equipment: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        """The maintenance orders of an asset, newest first."""
        self._absent("the maintenance orders of an asset")

    @read
    async def work_order_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceOrder | None]:
        """The maintenance order that carries this reference, if it was created."""
        self._absent("a maintenance order by reference")

    @read
    async def windows(self, plant: str) -> Reading[tuple[MaintenanceWindow, ...]]:
        """The coming maintenance windows of a plant."""
        self._absent("maintenance windows")

    @write
    async def notify(self, draft: NotificationDraft, reference: Reference) -> Posted:
        """Report a fault or a need."""
        self._absent("creating a notification")

    @write
    async def order_work(self, draft: WorkOrderDraft, reference: Reference) -> Posted:
        """Create a maintenance order."""
        self._absent("creating a maintenance order")

    @write
    async def complete_notification(self, notification: str) -> Posted:
        """Close a notification."""
        self._absent("completing a notification")
