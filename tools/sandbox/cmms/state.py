"""What the CMMS holds: picklable, records by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tools.book import PlantBook
from tools.objects.equipment import Equipment
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceWindow,
)


class Record(StrEnum):
    """The records the CMMS numbers itself."""

    NOTIFICATION = "notification"
    WORK_ORDER = "work order"


@dataclass
class CmmsState:
    """The maintenance of all sites."""

    sites: tuple[str, ...] = ()
    equipment: dict[str, Equipment] = field(default_factory=dict[str, Equipment])
    notifications: dict[str, MaintenanceNotification] = field(
        default_factory=dict[str, MaintenanceNotification]
    )
    orders: dict[str, MaintenanceOrder] = field(default_factory=dict[str, MaintenanceOrder])
    windows: dict[str, MaintenanceWindow] = field(default_factory=dict[str, MaintenanceWindow])
    locked: set[str] = field(default_factory=set[str])
    _versions: dict[tuple[Record, str], int] = field(default_factory=dict[tuple[Record, str], int])
    _last: dict[Record, int] = field(default_factory=dict[Record, int])

    @classmethod
    def from_books(cls, books: Iterable[PlantBook]) -> CmmsState:
        """Start from what the books' maintenance pages hold."""
        state = cls()
        for book in books:
            pages = book.maintenance
            state.sites += (book.plant,)
            state.equipment |= {asset.number: asset for asset in pages.equipment}
            state.notifications |= {entry.number: entry for entry in pages.notifications}
            state.orders |= {entry.number: entry for entry in pages.orders}
            state.windows |= {entry.number: entry for entry in pages.windows}
        return state

    def etag(self, record: Record, number: str) -> str:
        """Return the change marker of a record."""
        return f'"{self._versions.get((record, number), 1)}"'

    def put_notification(self, entry: MaintenanceNotification) -> None:
        """Store a new or changed notification."""
        self._touch(Record.NOTIFICATION, entry.number, entry.number in self.notifications)
        self.notifications[entry.number] = entry

    def put_order(self, entry: MaintenanceOrder) -> None:
        """Store a new or changed work order."""
        self._touch(Record.WORK_ORDER, entry.number, entry.number in self.orders)
        self.orders[entry.number] = entry

    def next_number(self, record: Record) -> str:
        """Draw a number no such record has had."""
        taken = self.notifications if record is Record.NOTIFICATION else self.orders
        first = 30_000_000 if record is Record.NOTIFICATION else 5_000_000
        last = self._last.get(record, first) + 1
        while str(last) in taken:
            last += 1
        self._last[record] = last
        return str(last)

    def _touch(self, record: Record, number: str, known: bool) -> None:
        if known:
            self._versions[record, number] = self._versions.get((record, number), 1) + 1
