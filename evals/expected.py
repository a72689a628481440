"""What a value is expected to be at the end: as it was, so much more or less, or exactly this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, StringConstraints

from tools.objects.quantity import Quantity

AS_BEFORE = "as_before"
_AMOUNT = re.compile(r"^(?P<sign>[+-]?)(?P<amount>\d+(?:\.\d+)?)(?: (?P<unit>[A-Z0-9]{1,3}))?$")


def _measurable(text: str) -> str:
    if text != AS_BEFORE and _AMOUNT.match(text) is None:
        raise ValueError(
            f"'{text}' is neither {AS_BEFORE} nor an amount such as 12 ST, +3 ST or -1"
        )
    return text


Amount: TypeAlias = Annotated[str, AfterValidator(_measurable)]
"""``as_before``, ``12 ST``, or relative to the beginning ``+3 ST``; counts have no unit."""

Word: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
"""``as_before``, or a state by its canonical name."""


@dataclass(frozen=True)
class Measured:
    """A value at the beginning and at the end; None where the system has no such record."""

    before: Quantity | int | str | None
    after: Quantity | int | str | None

    def fits(self, wanted: str) -> bool:
        """Return whether the end is what was expected."""
        if wanted == AS_BEFORE:
            return self.after == self.before
        found = _AMOUNT.match(wanted)
        if found is None:
            return self.after == wanted
        if self.after is None or found["unit"] not in {None, _unit(self.after)}:
            return False
        amount = Decimal(found["amount"])
        if not found["sign"]:
            return _amount(self.after) == amount
        change = _amount(self.after) - _amount(self.before)
        return change == (-amount if found["sign"] == "-" else amount)


def _amount(value: Quantity | int | str | None) -> Decimal:
    match value:
        case Quantity():
            return value.amount
        case int():
            return Decimal(value)
        case _:
            return Decimal(0)


def _unit(value: Quantity | int | str) -> str | None:
    return value.unit if isinstance(value, Quantity) else None
