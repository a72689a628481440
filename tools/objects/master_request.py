"""A request to whoever maintains master data: create or change one record, with all it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class MasterRecord(StrEnum):
    """What may be missing, or wrong."""

    MATERIAL = "material"
    UNIT = "unit of a material"
    COST_CENTER = "cost centre"
    WORK_CENTER = "work centre"
    VERSION = "production version"


#: What the ERP does not create or change such a record without.
REQUIRED: Mapping[MasterRecord, tuple[str, ...]] = MappingProxyType(
    {
        MasterRecord.MATERIAL: (
            "number", "description", "type", "industry sector", "group", "base unit", "plant",
        ),
        MasterRecord.UNIT: ("material", "unit", "numerator", "denominator", "base unit"),
        MasterRecord.COST_CENTER: (
            "number", "name", "company code", "controlling area", "category", "hierarchy area",
            "responsible", "valid from",
        ),
        MasterRecord.WORK_CENTER: (
            "number", "description", "plant", "category", "usage", "responsible", "cost centre",
            "capacity",
        ),
        MasterRecord.VERSION: ("material", "plant", "version", "valid from", "bill", "routing"),
    }
)  # fmt: skip


@dataclass(frozen=True)
class MasterRequest:
    """What is asked for. ``fields`` are as systems report them; none is made up.

    ``order`` is the one that waits for it.
    """

    record: MasterRecord
    plant: str
    number: str
    fields: tuple[tuple[str, str], ...]
    evidence: str
    order: str | None = None

    @property
    def open(self) -> tuple[str, ...]:
        """The required fields nobody has reported; whoever maintains the record decides them."""
        known = {name for name, value in self.fields if value}
        return tuple(name for name in REQUIRED[self.record] if name not in known)

    @property
    def text(self) -> str:
        """The request as a person reads it: every required field, known or still to decide."""
        values = {name: value for name, value in self.fields if value}
        wanted = dict.fromkeys((*REQUIRED[self.record], *values))
        lines = [f"{name}: {values.get(name, 'to be decided')}" for name in wanted]
        return "; ".join([*lines, f"evidence: {self.evidence}"])
