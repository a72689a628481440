"""A reading: what one system said, when it was asked, and the mark by which a change shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class System(StrEnum):
    """The three sides of a plant's truth."""

    ERP = "ERP"
    MES = "MES"
    CMMS = "CMMS"


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """A value with its origin.

    ``etag`` is the system's own change marker, kept as the opaque text it sent; None where the
    system offers none or the reading spans several records.
    """

    value: T_co
    system: System
    read_at: datetime
    etag: str | None = None
