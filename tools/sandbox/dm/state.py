"""What DM holds for its plants: picklable, canonical records by number.

A scenario changes these records directly; requests change them only through the services.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from tools.book import PlantBook
from tools.jsontext import Row
from tools.objects.bom import Bom
from tools.objects.certificate import OperatorCertificate
from tools.objects.confirmation import Confirmation
from tools.objects.downtime import DowntimeEvent
from tools.objects.identifiers import normal
from tools.objects.machine import MachineState
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument
from tools.objects.nonconformance import Hold, Nonconformance
from tools.objects.order import Component, OrderStatus, ProductionOrder
from tools.objects.routing import WorkCenter
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.objects.task import SupervisorTask
from tools.objects.wip import WorkInProgress
from tools.sandbox.dm.refusal import unknown

#: Materials, operations, BOMs that came from the ERP carry this version [spec: its default].
VERSION = "ERP001"


class Record(StrEnum):
    """The records DM numbers itself."""

    CONFIRMATION = "QC"
    MOVEMENT = "TX"
    MESSAGE = "IM"
    HOLD = "HLD"
    ALERT = "AL"


@dataclass
class Floor:
    """One plant's master data as DM got it from the ERP; shifts are defined in its own zone."""

    plant: str
    materials: dict[str, Material] = field(default_factory=dict[str, Material])
    boms: dict[str, Bom] = field(default_factory=dict[str, Bom])
    work_centers: dict[str, WorkCenter] = field(default_factory=dict[str, WorkCenter])
    finished_location: str = ""
    time_zone: str = "Europe/Berlin"


@dataclass
class Outbound:
    """How messages travel to the ERP: after ``delay``, unless the interface is ``stopped``."""

    delay: timedelta = timedelta(seconds=2)
    stopped: bool = False


@dataclass
class DmState:
    """The shop floor of all plants that run on DM."""

    floors: dict[str, Floor] = field(default_factory=dict[str, Floor])
    orders: dict[str, ProductionOrder] = field(default_factory=dict[str, ProductionOrder])
    components: dict[str, tuple[Component, ...]] = field(
        default_factory=dict[str, tuple[Component, ...]]
    )
    confirmations: dict[str, Confirmation] = field(default_factory=dict[str, Confirmation])
    documents: dict[str, MaterialDocument] = field(default_factory=dict[str, MaterialDocument])
    stock: dict[str, StockLine] = field(default_factory=dict[str, StockLine])
    messages: dict[str, SyncMessage] = field(default_factory=dict[str, SyncMessage])
    inactive: set[str] = field(default_factory=set[str])
    nonconformances: list[Nonconformance] = field(default_factory=list[Nonconformance])
    holds: dict[str, Hold] = field(default_factory=dict[str, Hold])
    scraps: list[ScrapReport] = field(default_factory=list[ScrapReport])
    tasks: dict[str, SupervisorTask] = field(default_factory=dict[str, SupervisorTask])
    machines: list[MachineState] = field(default_factory=list[MachineState])
    downtimes: list[DowntimeEvent] = field(default_factory=list[DowntimeEvent])
    schedule: list[ScheduleEntry] = field(default_factory=list[ScheduleEntry])
    shifts: list[Shift] = field(default_factory=list[Shift])
    work_in_progress: list[WorkInProgress] = field(default_factory=list[WorkInProgress])
    certificates: list[OperatorCertificate] = field(default_factory=list[OperatorCertificate])
    extension: dict[str, Row] = field(default_factory=dict[str, Row])
    """The site's extension table with copies of Concord's audit, by hash."""
    outbound: Outbound = field(default_factory=Outbound)
    over_tolerance: Decimal = Decimal(10)
    _drawn: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def from_books(cls, books: Iterable[PlantBook]) -> DmState:
        """Start the shop floor from what the books' MES pages hold."""
        state = cls()
        for book in books:
            state._take_over(book)
        return state

    def _take_over(self, book: PlantBook) -> None:
        pages = book.mes
        self.floors[book.plant] = _floor(book)
        self.orders |= {order.number: order for order in pages.orders}
        downloaded = {order.number: order.components for order in book.erp.orders}
        self.components |= {
            order.number: order.components or downloaded.get(order.number, ())
            for order in pages.orders
        }
        self.confirmations |= {entry.number: entry for entry in pages.confirmations}
        self.documents |= {document.number: document for document in pages.documents}
        for line in pages.stock:
            self.add_stock(line)
        self.messages |= {message.number: message for message in pages.messages}
        self.holds |= {hold.number: hold for hold in pages.holds}
        self.tasks |= {task.number: task for task in pages.tasks}
        self.nonconformances += pages.nonconformances
        self.scraps += pages.scraps
        self.machines += pages.machines
        self.downtimes += pages.downtimes
        self.schedule += pages.schedule
        self.shifts += pages.shifts
        self.work_in_progress += pages.work_in_progress
        self.certificates += pages.certificates

    def draw(self, record: Record) -> str:
        """Draw a number no record has had."""
        self._drawn[record] = self._drawn.get(record, 0) + 1
        return f"{record}{self._drawn[record]:08d}"

    def add_stock(self, line: StockLine) -> str:
        """Store a stock line under an inventory id of its own."""
        self._drawn["INV"] = self._drawn.get("INV", 0) + 1
        inventory = f"INV{self._drawn['INV']:06d}"
        self.stock[inventory] = line
        return inventory

    def floor(self, plant: str) -> Floor:
        """Return a plant, or refuse."""
        if plant not in self.floors:
            raise unknown("plant", plant)
        return self.floors[plant]

    def order(self, plant: str, number: str) -> ProductionOrder:
        """Return an order of a plant, or refuse."""
        self.floor(plant)
        order = self.orders.get(normal(number))
        if order is None or order.plant != plant:
            raise unknown("order", number)
        return order

    def order_of_sfc(self, plant: str, sfc: str) -> ProductionOrder:
        """Return the order an SFC belongs to, or refuse."""
        order = self.orders.get(sfc.removeprefix("SFC"))
        if order is None or order.plant != plant or sfc not in sfcs(order):
            raise unknown("sfc", sfc)
        return order

    def hold_on(self, *objects: str) -> Hold | None:
        """Return an active hold on one of these objects."""
        active = (hold for hold in self.holds.values() if hold.active)
        return next((hold for hold in active if hold.object in objects), None)


def sfcs(order: ProductionOrder) -> tuple[str, ...]:
    """Return an order's units of execution: one for all of it, once it is released."""
    return () if order.status is OrderStatus.CREATED else (f"SFC{order.number}",)


def operation_activity(order: ProductionOrder, operation: str) -> str:
    """Return an operation as DM names an ERP order's [client], such as ``1000000-0-0010``."""
    return f"{order.number}-0-{operation}"


def _floor(book: PlantBook) -> Floor:
    receipts = (
        line.location
        for document in book.mes.documents
        for line in document.lines
        if line.type == "101" and line.location
    )
    return Floor(
        plant=book.plant,
        materials={material.number: material for material in book.materials},
        boms={bom.material: bom for bom in book.boms},
        work_centers={center.number: center for center in book.work_centers},
        finished_location=next(receipts, ""),
    )
