"""Stock arithmetic: what a goods movement does to which stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tools.fakes.desk import Desk
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType
from tools.objects.units import convert

Place = Literal["here", "there"]
Effect = tuple[StockType, Literal[1, -1], Place]

IN: tuple[Effect, ...] = ((StockType.UNRESTRICTED, 1, "here"),)
OUT: tuple[Effect, ...] = ((StockType.UNRESTRICTED, -1, "here"),)


def _between(source: StockType, target: StockType, place: Place = "here") -> tuple[Effect, ...]:
    return ((source, -1, "here"), (target, 1, place))


EFFECTS: Mapping[MovementType, tuple[Effect, ...]] = {
    MovementType.RECEIPT_ORDER: IN,
    MovementType.RECEIPT_ORDER_REVERSAL: OUT,
    MovementType.ISSUE_COST_CENTER: OUT,
    MovementType.ISSUE_COST_CENTER_REVERSAL: IN,
    MovementType.ISSUE_ORDER: OUT,
    MovementType.ISSUE_ORDER_REVERSAL: IN,
    MovementType.TRANSFER_LOCATION: _between(
        StockType.UNRESTRICTED, StockType.UNRESTRICTED, "there"
    ),
    MovementType.TRANSFER_LOCATION_REVERSAL: (
        (StockType.UNRESTRICTED, -1, "there"),
        (StockType.UNRESTRICTED, 1, "here"),
    ),
    MovementType.RELEASE_FROM_QUALITY: _between(StockType.QUALITY, StockType.UNRESTRICTED),
    MovementType.BACK_TO_QUALITY: _between(StockType.UNRESTRICTED, StockType.QUALITY),
    MovementType.UNBLOCK: _between(StockType.BLOCKED, StockType.UNRESTRICTED),
    MovementType.BLOCK: _between(StockType.UNRESTRICTED, StockType.BLOCKED),
    MovementType.BYPRODUCT_RECEIPT: IN,
    MovementType.BYPRODUCT_RECEIPT_REVERSAL: OUT,
    MovementType.SCRAP: OUT,
    MovementType.SCRAP_REVERSAL: IN,
    MovementType.INITIAL_STOCK: IN,
    MovementType.INITIAL_STOCK_REVERSAL: OUT,
    MovementType.INVENTORY_GAIN: IN,
    MovementType.INVENTORY_LOSS: OUT,
}


@dataclass
class Storeroom:
    """The stock of one system, and the only place that changes it."""

    desk: Desk
    stock: list[StockLine]
    materials: list[Material]

    def material(self, number: str, plant: str) -> Material:
        """Return a material master."""
        return self.desk.find(
            self.materials,
            lambda one: one.number == number and one.plant == plant,
            f"material {number} in plant {plant}",
        )

    def base(self, line: GoodsMovement) -> Quantity:
        """Return a movement's quantity in the material's base unit."""
        material = self.material(line.material, line.plant)
        return convert(
            line.quantity,
            material.base_unit,
            base_unit=material.base_unit,
            alternatives=material.conversions,
            material=material.number,
        )

    def book(self, lines: Iterable[GoodsMovement]) -> None:
        """Book all movements, or none of them.

        Raises:
            Refused: Stock does not cover one of them (M7/021).
        """
        after = list(self.stock)
        for line in lines:
            self._book(after, line)
        self.stock[:] = after

    def _book(self, stock: list[StockLine], line: GoodsMovement) -> None:
        amount = self.base(line)
        for kind, sign, place in EFFECTS[line.type]:
            here = place == "here"
            location = line.location if here else line.to_location or line.location
            batch = line.batch if here else line.to_batch or line.batch
            change = StockLine(
                line.material, line.plant, location or "", kind, amount * sign, batch
            )
            self._move(stock, change)

    def _move(self, stock: list[StockLine], change: StockLine) -> None:
        wanted = _place(change)
        for position, entry in enumerate(stock):
            if _place(entry) == wanted:
                rest = entry.quantity + change.quantity
                if rest.amount < 0:
                    self._deficit(change, -rest)
                stock[position] = replace(entry, quantity=rest)
                return
        if change.quantity.amount < 0:
            self._deficit(change, -change.quantity)
        stock.append(change)

    def _deficit(self, place: StockLine, short: Quantity) -> None:
        where = f"{place.material} {place.plant} {place.location} {place.batch or ''}".strip()
        self.desk.refuse(f"Deficit of {short} of {place.type} stock: {where}", "M7/021")


def _place(line: StockLine) -> tuple[str | None, ...]:
    """Return what says which stock a line counts; how much of it there is does not."""
    return line.material, line.plant, line.location, line.type, line.batch, line.special
