"""What the gateway and its site database hold: picklable, changed only by the writes here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from tools.book import PlantBook
from tools.objects.certificate import OperatorCertificate
from tools.objects.confirmation import Confirmation
from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument
from tools.objects.nonconformance import Hold, Nonconformance
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import SyncMessage
from tools.objects.task import SupervisorTask
from tools.objects.wip import WorkInProgress

Place = tuple[str, str, str, StockType, str | None, str]
T = TypeVar("T")

#: What this site calls a unit where it does not use SAP's English code.
SITE_UNITS = {"ST": "pcs"}


class Record(StrEnum):
    """The records that change, each with its own number range and versions."""

    ORDER = "order"
    CONFIRMATION = "confirmation"
    DOCUMENT = "document"
    HOLD = "hold"
    TASK = "task"
    MESSAGE = "message"
    AUDIT_EVENT = "audit event"


@dataclass(frozen=True)
class Written:
    """A write that carried a reference: what it said and which record came of it."""

    path: str
    fingerprint: str
    record: Record
    number: str


@dataclass(frozen=True)
class AuditEvent:
    """A row of the gateway's audit profile, as ``system.util.audit`` writes it."""

    profile: str
    actor: str
    action: str
    target: str
    value: str
    originating_system: tuple[str, ...]
    at: datetime
    reference: str


@dataclass
class Outbound:
    """How messages travel to the ERP: after ``delay``, unless the interface is ``stopped``."""

    delay: timedelta = timedelta(seconds=2)
    stopped: bool = False


@dataclass
class IgnitionState:
    """One site's records, by number."""

    plants: tuple[str, ...] = ()
    materials: dict[tuple[str, str], Material] = field(
        default_factory=dict[tuple[str, str], Material]
    )
    orders: dict[str, ProductionOrder] = field(default_factory=dict[str, ProductionOrder])
    confirmations: dict[str, Confirmation] = field(default_factory=dict[str, Confirmation])
    documents: dict[str, MaterialDocument] = field(default_factory=dict[str, MaterialDocument])
    stock: dict[Place, StockLine] = field(default_factory=dict[Place, StockLine])
    messages: dict[str, SyncMessage] = field(default_factory=dict[str, SyncMessage])
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
    audit_events: dict[str, AuditEvent] = field(default_factory=dict[str, AuditEvent])
    written: dict[str, Written] = field(default_factory=dict[str, Written])
    status_before_hold: dict[str, OrderStatus] = field(default_factory=dict[str, OrderStatus])
    outbound: Outbound = field(default_factory=Outbound)
    _versions: dict[tuple[Record, str], int] = field(default_factory=dict[tuple[Record, str], int])
    _last: dict[Record, int] = field(default_factory=dict[Record, int])

    @classmethod
    def from_books(cls, books: Iterable[PlantBook]) -> IgnitionState:
        """Start a site from what the books' MES pages hold."""
        state = cls()
        for book in books:
            state._take_over(book)
        return state

    def _take_over(self, book: PlantBook) -> None:
        pages = book.mes
        self.plants += (book.plant,)
        self.materials |= {(row.number, row.plant): row for row in book.materials}
        downloaded = {order.number: order.components for order in book.erp.orders}
        for order in pages.orders:
            components = order.components or downloaded.get(order.number, ())
            self.orders[order.number] = replace(order, components=components)
        self.confirmations |= {entry.number: entry for entry in pages.confirmations}
        self.documents |= {document.number: document for document in pages.documents}
        self.stock |= {place(line): line for line in pages.stock}
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

    def version(self, record: Record, number: str) -> int:
        """Return how often a record has been written, counting its creation."""
        return self._versions.get((record, number), 1)

    def touch(self, record: Record, number: str) -> int:
        """Mark a record as changed and return its new version."""
        self._versions[record, number] = self.version(record, number) + 1
        return self._versions[record, number]

    def next_number(self, record: Record) -> str:
        """Draw a number nothing of this record has had."""
        taken = self._numbers(record)
        last = self._last.get(record, 0) + 1
        prefix = _PREFIXES[record]
        while f"{prefix}{last:06d}" in taken:
            last += 1
        self._last[record] = last
        return f"{prefix}{last:06d}"

    def put_order(self, order: ProductionOrder) -> None:
        """Store a changed order."""
        self.orders[order.number] = order
        self.touch(Record.ORDER, order.number)

    def put_confirmation(self, entry: Confirmation) -> None:
        """Store a new or changed confirmation."""
        self._put(Record.CONFIRMATION, entry.number, entry, self.confirmations)

    def put_document(self, document: MaterialDocument) -> None:
        """Store a new or changed document."""
        self._put(Record.DOCUMENT, document.number, document, self.documents)

    def put_message(self, message: SyncMessage) -> None:
        """Store a new or changed message."""
        self._put(Record.MESSAGE, message.number, message, self.messages)

    def put_hold(self, hold: Hold) -> None:
        """Store a new or changed hold."""
        self._put(Record.HOLD, hold.number, hold, self.holds)

    def put_task(self, task: SupervisorTask) -> None:
        """Store a new or changed task."""
        self._put(Record.TASK, task.number, task, self.tasks)

    def move_stock(self, where: Place, change: Quantity) -> None:
        """Add to, or take from, the stock of one place; the place appears if it is new."""
        found = self.stock.get(where)
        quantity = change if found is None else found.quantity + change
        material, plant, location, type_, batch, special = where
        self.stock[where] = StockLine(material, plant, location, type_, quantity, batch, special)

    def _put(self, record: Record, number: str, value: T, rows: dict[str, T]) -> None:
        if number in rows:
            self.touch(record, number)
        rows[number] = value

    def _numbers(self, record: Record) -> Iterable[str]:
        match record:
            case Record.ORDER:
                return self.orders
            case Record.CONFIRMATION:
                return self.confirmations
            case Record.DOCUMENT:
                return self.documents
            case Record.HOLD:
                return self.holds
            case Record.TASK:
                return self.tasks
            case Record.MESSAGE:
                return self.messages
            case Record.AUDIT_EVENT:
                return self.audit_events


_PREFIXES = {
    Record.ORDER: "O",
    Record.CONFIRMATION: "C",
    Record.DOCUMENT: "U",
    Record.HOLD: "H",
    Record.TASK: "T",
    Record.MESSAGE: "M",
    Record.AUDIT_EVENT: "A",
}


def place(line: StockLine) -> Place:
    """Return where a line of stock lies."""
    return (line.material, line.plant, line.location, line.type, line.batch, line.special)


def nothing(unit: str) -> Quantity:
    """Return no quantity at all, in a unit."""
    return Quantity(Decimal(0), unit)
