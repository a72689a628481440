"""The clock. Whoever needs the time is handed it; only what wires asks here."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def seconds() -> float:
    """Return seconds that only ever pass, whoever sets the clock; only differences mean a thing."""
    return time.monotonic()
