"""Slips of the finger: the same digits with the point elsewhere, twice, or in another order."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tools.objects.quantity import Quantity, plain

SLIPS = tuple(Fraction(10) ** power for power in (1, 2, 3, -1, -2, -3))
KEPT_WITH = Decimal("0.001")
"""What SAP keeps of an amount."""
SURE = 10 * KEPT_WITH
"""Below this rounding leaves a single digit, and a single digit proves nothing."""


def slip(wrong: Quantity, right: Quantity) -> Fraction | None:
    """Return what one amount times makes the other, where a slip of the finger explains it.

    Zeros or the point went astray, or the number was typed twice in a row.
    """
    if not wrong or not right or wrong.unit != right.unit:
        return None
    by = Fraction(right.amount) / Fraction(wrong.amount)
    here, there = plain(wrong.amount), plain(right.amount)
    return by if by in SLIPS or here == there * 2 or there == here * 2 else None


def slipped_and_rounded(wrong: Quantity, right: Quantity) -> bool:
    """Return whether a point that slipped is all that differs, once the amount was rounded."""
    if slip(wrong, right) is not None:
        return True
    moved = (right.amount.scaleb(-places) for places in (1, 2, 3))
    kept = {one.quantize(KEPT_WITH, ROUND_HALF_UP) for one in moved}
    return wrong.unit == right.unit and wrong.amount >= SURE and wrong.amount in kept


def swapped(one: Quantity, other: Quantity) -> bool:
    """Return whether two amounts have the same digits in another order."""
    digits = sorted(plain(one.amount)), sorted(plain(other.amount))
    return one != other and one.unit == other.unit and digits[0] == digits[1]
