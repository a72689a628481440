"""A quantity: an exact number with the unit it is counted in.

Numbers are ``Decimal`` and nothing else. Two quantities meet only in the same unit; bringing them
there is the work of ``units``, never of arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

MOST_PLACES = 60
"""So many places a number may have before or behind its point; more, written out, fill disks."""


class QuantityError(ValueError):
    """A quantity that cannot be, or an operation that has no meaning for these quantities.

    QuantityError
    ├── DifferentUnits      arithmetic or comparison across units
    ├── UnknownUnit         a unit code no table knows
    └── NoConversion        both units known, but no factor on record leads from one to the other
    """


class DifferentUnits(QuantityError):
    """Two quantities were added or compared although their units differ."""

    def __init__(self, left: Quantity, right: Quantity) -> None:
        super().__init__(f"{left} and {right} are counted in different units")
        self.left, self.right = left, right


@total_ordering
@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a unit (SAP's internal code, such as ``ST``, ``KG``, ``STD``)."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        """Refuse what is no exact number: floats, NaN, infinity, a missing unit."""
        if type(self.amount) is not Decimal:
            raise QuantityError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite() or abs(self.amount.adjusted()) > MOST_PLACES:
            raise QuantityError(f"{self.amount} is not an amount")
        if not self.unit:
            raise QuantityError(f"{self.amount} has no unit")

    def __str__(self) -> str:
        """Show the amount without exponent or needless zeros, then the unit."""
        return f"{plain(self.amount)} {self.unit}"

    def __add__(self, other: Quantity) -> Quantity:
        """Add a quantity of the same unit."""
        self._meet(other)
        return Quantity(self.amount + other.amount, self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        """Subtract a quantity of the same unit."""
        self._meet(other)
        return Quantity(self.amount - other.amount, self.unit)

    def __neg__(self) -> Quantity:
        """Return the quantity with its sign turned."""
        return Quantity(-self.amount, self.unit)

    def __abs__(self) -> Quantity:
        """Return the quantity without its sign."""
        return Quantity(abs(self.amount), self.unit)

    def __mul__(self, factor: Decimal | int) -> Quantity:
        """Scale by an exact factor."""
        return Quantity(self.amount * Decimal(factor), self.unit)

    def __lt__(self, other: Quantity) -> bool:
        """Compare with a quantity of the same unit."""
        self._meet(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        """Return whether there is anything at all."""
        return self.amount != 0

    def zero(self) -> Quantity:
        """Return nothing, in the same unit."""
        return Quantity(Decimal(0), self.unit)

    def _meet(self, other: Quantity) -> None:
        if self.unit != other.unit:
            raise DifferentUnits(self, other)


def total(quantities: Iterable[Quantity], unit: str) -> Quantity:
    """Add up quantities that are all in ``unit``; of none, the sum is zero."""
    result = Quantity(Decimal(0), unit)
    for quantity in quantities:
        result = result + quantity
    return result


def plain(amount: Decimal) -> str:
    """Write a decimal as people read it: no exponent, no trailing zeros."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
