"""Counted on both sides: where the stock of one material differs.

An excess is what the books show more than the shop floor counts; it is negative where the shop
floor has more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.playbooks.reckoning import Sourced, stock_at, usable
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine


@dataclass(frozen=True)
class Gap:
    """One place, and one batch of it, where the two sides differ."""

    location: str
    batch: str | None
    books: Sourced
    count: Sourced

    @property
    def excess(self) -> Sourced:
        """Return what the books show too much."""
        return self.books - self.count

    @property
    def lack(self) -> Sourced:
        """Return what the books show too little."""
        return self.count - self.books

    @property
    def amount(self) -> Quantity:
        """Return the excess as a bare quantity."""
        return self.excess.quantity

    @property
    def place(self) -> str:
        """Return the place as people read it."""
        return f"{self.location}/{self.batch}" if self.batch else self.location

    def line(
        self,
        material: Material,
        kind: MovementType,
        quantity: Quantity,
        reason: str | None = None,
    ) -> GoodsMovement:
        """Return a movement of the material at this place."""
        return GoodsMovement(
            type=kind,
            material=material.number,
            plant=material.plant,
            quantity=quantity,
            location=self.location,
            batch=self.batch,
            reason=reason,
        )

    def holds(self, location: str | None, batch: str | None) -> bool:
        """Return whether a line that names so much of a place belongs here."""
        return location in (None, self.location) and batch in (None, self.batch)


def gaps(
    unit: str, stock: Sequence[StockLine], counted: Sequence[StockLine], location: str | None
) -> tuple[Gap, ...]:
    """Return every difference at the places the shop floor counts, the named one among them."""
    places = {line.location for line in counted} | ({location} if location else set[str]())
    found = sorted(
        {
            (line.location, line.batch or "")
            for line in (*stock, *counted)
            if usable(line) and line.location in places
        }
    )
    every = [_gap(unit, stock, counted, place, batch or None) for place, batch in found]
    return tuple(one for one in every if one.amount)


def _gap(
    unit: str,
    stock: Sequence[StockLine],
    counted: Sequence[StockLine],
    location: str,
    batch: str | None,
) -> Gap:
    def here(line: StockLine) -> bool:
        return usable(line) and (line.location, line.batch) == (location, batch)

    books, count = stock_at(stock, "stock", unit, here), stock_at(counted, "counted", unit, here)
    return Gap(location, batch, books, count)
