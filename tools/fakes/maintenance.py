"""Equipment, notifications, maintenance orders and windows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tools.book import MaintenancePages
from tools.fakes.desk import Desk, exchange
from tools.objects.equipment import Equipment
from tools.objects.identifiers import normal
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceStatus,
    MaintenanceWindow,
    NotificationDraft,
    WorkOrderDraft,
)
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Assets, Maintenance


class FakeAssets(Assets):
    """Equipment."""

    def __init__(self, desk: Desk, pages: MaintenancePages) -> None:
        self.system = desk.system
        self._desk, self._pages = desk, pages

    async def equipment(self, equipment: str) -> Reading[Equipment]:
        wanted = normal(equipment)
        return self._desk.reading(
            self._desk.find(
                self._pages.equipment, lambda one: one.number == wanted, f"equipment {wanted}"
            )
        )

    async def equipment_at(self, work_center: str, plant: str) -> Reading[tuple[Equipment, ...]]:
        wanted = normal(work_center)
        return self._desk.reading(
            tuple(
                one
                for one in self._pages.equipment
                if one.work_center == wanted and one.plant == plant
            )
        )


class FakeMaintenance(Maintenance):
    """Notifications, maintenance orders and windows."""

    def __init__(self, desk: Desk, pages: MaintenancePages) -> None:
        self.system = desk.system
        self._desk, self._pages = desk, pages

    async def notifications(self, equipment: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        wanted = normal(equipment)
        found = [one for one in self._pages.notifications if one.equipment == wanted]
        found.sort(key=lambda one: one.reported_at, reverse=True)
        return self._desk.reading(tuple(found))

    async def notification_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceNotification | None]:
        wanted = normal(equipment)
        for one in self._pages.notifications:
            if one.equipment == wanted and one.reference == reference.short:
                return self._desk.reading(one)
        return self._desk.reading(None)

    async def maintenance_orders(self, equipment: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        wanted = normal(equipment)
        found = [one for one in self._pages.orders if one.equipment == wanted]
        found.sort(key=lambda one: one.start, reverse=True)
        return self._desk.reading(tuple(found))

    async def work_order_by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceOrder | None]:
        wanted = normal(equipment)
        for one in self._pages.orders:
            if one.equipment == wanted and one.reference == reference.short:
                return self._desk.reading(one)
        return self._desk.reading(None)

    async def windows(self, plant: str) -> Reading[tuple[MaintenanceWindow, ...]]:
        now = self._desk.clock()
        found = [one for one in self._pages.windows if one.plant == plant and one.end > now]
        return self._desk.reading(tuple(sorted(found, key=lambda one: one.start)))

    async def notify(self, draft: NotificationDraft, reference: Reference) -> Posted:
        self._known(draft.equipment)
        made = MaintenanceNotification(
            number=str(next(self._desk.numbers)),
            plant=draft.plant,
            equipment=normal(draft.equipment),
            text=draft.text,
            status=MaintenanceStatus.OPEN,
            reported_at=self._desk.clock(),
            breakdown=draft.breakdown,
            malfunction_start=draft.malfunction_start,
            malfunction_end=draft.malfunction_end,
            long_text=draft.long_text,
            reference=reference.short,
        )
        self._pages.notifications.append(made)
        return self._desk.note("notify", made.number, reference)

    async def order_work(self, draft: WorkOrderDraft, reference: Reference) -> Posted:
        self._known(draft.equipment)
        made = MaintenanceOrder(
            number=str(next(self._desk.numbers)),
            plant=draft.plant,
            equipment=normal(draft.equipment),
            text=draft.text,
            type=draft.type,
            status=MaintenanceStatus.OPEN,
            start=draft.start,
            end=draft.end,
            work=Quantity(Decimal(0), "STD"),
            notification=draft.notification,
            reference=reference.short,
        )
        self._pages.orders.append(made)
        return self._desk.note("order_work", made.number, reference)

    async def complete_notification(self, notification: str) -> Posted:
        wanted = normal(notification)
        found = self._desk.find(
            self._pages.notifications,
            lambda one: one.number == wanted,
            f"notification {wanted}",
        )
        if found.status is MaintenanceStatus.COMPLETED:
            self._desk.refuse(f"notification {wanted} is completed already")
        done = replace(found, status=MaintenanceStatus.COMPLETED)
        exchange(self._pages.notifications, found, done)
        return self._desk.note("complete_notification", wanted)

    def _known(self, equipment: str) -> None:
        wanted = normal(equipment)
        if not any(one.number == wanted for one in self._pages.equipment):
            self._desk.refuse(f"equipment {wanted} is unknown")
