"""The shape of S/4's rows, and how moments are written into their properties.

A row holds only the properties that say something; what it leaves out is initial, as in SAP: an
empty text, a zero, no date. Dates are midnights, times of day are durations since midnight, both
as OData V2 has them. S/4's clock runs on UTC here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
Table: TypeAlias = dict[Key, Row]

ZERO = Decimal(0)
FOREVER = date(9999, 12, 31)
_THREE_PLACES = Decimal("0.001")


def midnight(day: date) -> datetime:
    """Return a date as OData V2 carries it."""
    return datetime.combine(day, time(), UTC)


def clock_time(moment: datetime) -> timedelta:
    """Return the time of day as OData V2 carries it."""
    local = moment.astimezone(UTC)
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)


def stamp(moment: datetime) -> str:
    """Return a moment in the fourteen digits of ``LastChangeDateTime``."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def three_places(amount: Decimal) -> Decimal:
    """Round as S/4 keeps quantities: three places, half up."""
    return amount.quantize(_THREE_PLACES, ROUND_HALF_UP)


def flag(condition: bool) -> str:
    """Write a status as the order services do: ``X`` or nothing."""
    return "X" if condition else ""
