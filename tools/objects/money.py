"""An amount of money: exact, in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tools.objects.quantity import QuantityError


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats and amounts that are no numbers."""
        if type(self.amount) is not Decimal or not self.amount.is_finite():
            raise QuantityError(f"{self.amount!r} is not an exact amount of money")

    def __str__(self) -> str:
        """Show the amount to the cent, then the currency."""
        return f"{self.amount.quantize(Decimal('0.01'), ROUND_HALF_UP):f} {self.currency}"

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency."""
        if self.currency != other.currency:
            raise QuantityError(f"{self} and {other} are in different currencies")
        return Money(self.amount + other.amount, self.currency)
