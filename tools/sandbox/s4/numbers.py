"""Number ranges: where S/4 takes the next number from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Range(StrEnum):
    """What is numbered. Goods receipts and other movements have ranges of their own, as in SAP."""

    CONFIRMATION = "confirmation"
    RECEIPT = "receipt"
    MOVEMENT = "movement"
    NOTIFICATION = "notification"
    MAINTENANCE_ORDER = "maintenance_order"
    BOM = "bom"
    WORK_CENTER = "work_center"


_FIRST = {
    Range.CONFIRMATION: 100_000,
    Range.RECEIPT: 5_000_000_000,
    Range.MOVEMENT: 4_900_000_000,
    Range.NOTIFICATION: 10_000_000,
    Range.MAINTENANCE_ORDER: 4_000_000,
    Range.BOM: 1,
    Range.WORK_CENTER: 10_000_001,
}


@dataclass
class NumberRanges:
    """The next free number of each range."""

    next_free: dict[Range, int] = field(default_factory=lambda: dict(_FIRST))

    def draw(self, range_: Range) -> str:
        """Return the next number, and use it up."""
        number = self.next_free[range_]
        self.next_free[range_] = number + 1
        return str(number)

    def seen(self, range_: Range, number: str) -> None:
        """Make sure that a number somebody else gave is never drawn."""
        if number.isdecimal():
            self.next_free[range_] = max(self.next_free[range_], int(number) + 1)
