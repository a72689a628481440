"""Who pays, and when the books are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CostObjectKind(StrEnum):
    """What a posting may be charged to."""

    COST_CENTER = "cost_center"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class CostObject:
    """A cost centre or an order that takes costs."""

    number: str
    kind: CostObjectKind
    company_code: str
    description: str
    locked: bool = False


@dataclass(frozen=True, slots=True)
class PostingPeriod:
    """The span of days in which a company code's goods movements may be posted."""

    company_code: str
    opens: date
    closes: date

    def admits(self, day: date) -> bool:
        """Return whether a document may carry this posting date."""
        return self.opens <= day <= self.closes
