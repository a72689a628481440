"""Maintenance orders: ``API_MAINTENANCEORDER``.

The service has no field for the mark of another system. The reference goes into a text field the
site leaves free, ``AdditionalDeviceData`` unless it says otherwise, because that can be searched.

S/4 has no record called a window: it is an order during which the asset does not run
(``OperationSystemCondition`` 0).
"""

from __future__ import annotations

from datetime import datetime

from tools.errors import Misread, after_sending
from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.maintenance import (
    MaintenanceOrder,
    MaintenanceStatus,
    MaintenanceWindow,
    WorkOrderDraft,
)
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity, total
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.units import convert
from tools.sap.decoding import many, moment, text
from tools.sap.filters import and_, eq, gt
from tools.sap.landscape import Landscape, normal_text, payload
from tools.sap.metadata import Needs

SERVICE = "API_MAINTENANCEORDER"
ORDER, OPERATION, TO_OPERATION = (
    "MaintenanceOrder",
    "MaintenanceOrderOperation",
    "to_MaintenanceOrderOperation",
)
ASSET_STANDS = "0"
HOURS = "STD"
TEXT_LENGTH = 40
FREE_FIELD = "AdditionalDeviceData"
DONE = (MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED)


def needs(reference_field: str = FREE_FIELD) -> Needs:
    """Return what the wrapper relies on."""
    return Needs(
        sets={
            ORDER: frozenset(
                {
                    "Equipment",
                    "MaintOrdBasicEndDateTime",
                    "MaintOrdBasicStartDateTime",
                    "MaintenanceNotification",
                    "MaintenanceOrder",
                    "MaintenanceOrderDesc",
                    "MaintenanceOrderType",
                    "MaintenancePlant",
                    "OperationSystemCondition",
                    "SystemStatusText",
                    reference_field,
                    TO_OPERATION,
                }
            ),
            OPERATION: frozenset({"MaintOrdOpWorkDurationUnit", "MaintOrdOperationWorkDuration"}),
        }
    )


class MaintenanceOrders:
    """Orders and windows of assets; one half of the port ``Maintenance``.

    Args:
        landscape: The system.
        reference_field: The text field in which Concord's references are kept.
    """

    def __init__(self, landscape: Landscape, reference_field: str = FREE_FIELD) -> None:
        self._landscape, self._reference_field = landscape, reference_field
        self._service = landscape.service(SERVICE)

    async def of(self, equipment: str) -> Reading[tuple[MaintenanceOrder, ...]]:
        """Return the maintenance orders of an asset, newest first."""
        rows = await self._service.query(
            ORDER,
            eq("Equipment", normal(equipment)),
            expand=(TO_OPERATION,),
            orderby=("MaintOrdBasicStartDateTime desc",),
        )
        return self._landscape.reading(tuple(self._order(row) for row in rows))

    async def by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceOrder | None]:
        """Return the maintenance order that carries a reference."""
        rows = await self._service.query(
            ORDER,
            and_(eq("Equipment", normal(equipment)), eq(self._reference_field, reference.short)),
            expand=(TO_OPERATION,),
        )
        return self._landscape.reading(self._order(rows[0]) if rows else None)

    async def windows(self, plant: str) -> Reading[tuple[MaintenanceWindow, ...]]:
        """Return the coming times in which an asset of the plant belongs to maintenance."""
        rows = await self._service.query(
            ORDER,
            and_(
                eq("MaintenancePlant", plant),
                eq("OperationSystemCondition", ASSET_STANDS),
                gt("MaintOrdBasicEndDateTime", self._landscape.clock()),
            ),
            orderby=("MaintOrdBasicStartDateTime",),
        )
        return self._landscape.reading(
            tuple(self._window(row) for row in rows if _status(row) not in DONE)
        )

    async def create(self, draft: WorkOrderDraft, reference: Reference) -> Posted:
        """Create a maintenance order."""
        body = payload(
            MaintenanceOrderType=draft.type,
            MaintenanceOrderDesc=draft.text[:TEXT_LENGTH],
            Equipment=normal(draft.equipment),
            MaintenancePlant=draft.plant,
            MaintenancePlanningPlant=draft.plant,
            MaintOrdBasicStartDateTime=draft.start,
            MaintOrdBasicEndDateTime=draft.end,
            MaintenanceNotification=draft.notification,
        )
        body[self._reference_field] = reference.short
        answer = await self._service.create(ORDER, body)
        with after_sending(self._landscape.system, answer.reply.exchange):
            number = normal(text(answer.row, "MaintenanceOrder"))
            return self._landscape.posted(number, answer)

    def _order(self, row: Row) -> MaintenanceOrder:
        notification = normal_text(row, "MaintenanceNotification")
        return MaintenanceOrder(
            number=normal(text(row, "MaintenanceOrder")),
            plant=text(row, "MaintenancePlant"),
            equipment=normal(text(row, "Equipment")),
            text=text(row, "MaintenanceOrderDesc"),
            type=text(row, "MaintenanceOrderType"),
            status=_status(row),
            start=self._moment(row, "MaintOrdBasicStartDateTime"),
            end=self._moment(row, "MaintOrdBasicEndDateTime"),
            work=self._work(row),
            notification=normal(notification) if notification else None,
            reference=normal_text(row, self._reference_field),
        )

    def _window(self, row: Row) -> MaintenanceWindow:
        return MaintenanceWindow(
            number=normal(text(row, "MaintenanceOrder")),
            plant=text(row, "MaintenancePlant"),
            equipment=normal(text(row, "Equipment")),
            start=self._moment(row, "MaintOrdBasicStartDateTime"),
            end=self._moment(row, "MaintOrdBasicEndDateTime"),
            reason=text(row, "MaintenanceOrderDesc"),
        )

    def _work(self, row: Row) -> Quantity:
        """Add up the work of the operations, in hours."""
        planned = (
            self._landscape.quantity(
                step, "MaintOrdOperationWorkDuration", "MaintOrdOpWorkDurationUnit"
            )
            for step in many(row, TO_OPERATION)
            if text(step, "MaintOrdOpWorkDurationUnit")
        )
        return total((convert(each, HOURS) for each in planned), HOURS)

    def _moment(self, row: Row, name: str) -> datetime:
        found = moment(row, name)
        if found is None:
            raise Misread(self._landscape.system, f"{name} is empty")
        return found


def _status(row: Row) -> MaintenanceStatus:
    """Read the words of the status line; the furthest counts."""
    words = set(text(row, "SystemStatusText").split())
    if words & {"DLFL", "DLT", "NCMP"}:
        return MaintenanceStatus.CANCELLED
    if words & {"TECO", "CLSD"}:
        return MaintenanceStatus.COMPLETED
    return MaintenanceStatus.IN_PROCESS if "REL" in words else MaintenanceStatus.OPEN
