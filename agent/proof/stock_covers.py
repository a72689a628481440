"""What is taken from a place lies there, unrestricted, in that batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.actions.action import Action
from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.reading import System
from tools.objects.stock import StockLine, available
from tools.objects.units import convert

NAME = "stock_covers"
UNRESTRICTED = {
    MovementType.ISSUE_ORDER: -1,
    MovementType.ISSUE_ORDER_REVERSAL: 1,
    MovementType.ISSUE_COST_CENTER: -1,
    MovementType.ISSUE_COST_CENTER_REVERSAL: 1,
    MovementType.TRANSFER_LOCATION: -1,
    MovementType.SCRAP: -1,
    MovementType.SCRAP_REVERSAL: 1,
    MovementType.RECEIPT_ORDER: 1,
    MovementType.RECEIPT_ORDER_REVERSAL: -1,
    MovementType.BYPRODUCT_RECEIPT: 1,
    MovementType.BYPRODUCT_RECEIPT_REVERSAL: -1,
    MovementType.RELEASE_FROM_QUALITY: 1,
    MovementType.BACK_TO_QUALITY: -1,
    MovementType.UNBLOCK: 1,
    MovementType.BLOCK: -1,
    MovementType.INITIAL_STOCK: 1,
    MovementType.INITIAL_STOCK_REVERSAL: -1,
    MovementType.INVENTORY_GAIN: 1,
    MovementType.INVENTORY_LOSS: -1,
}
"""What a movement does to the unrestricted stock of its place; a transfer back is left out, because
which of its places gives depends on the line."""


@dataclass(frozen=True)
class Place:
    """Where a material lies; a location or batch of None is any."""

    material: str
    location: str | None
    batch: str | None

    def within(self, other: Place) -> bool:
        """Return whether all of this place belongs to another."""
        return (
            self.material == other.material
            and other.location in (None, self.location)
            and other.batch in (None, self.batch)
        )

    def meets(self, other: Place) -> bool:
        """Return whether something may lie in both."""
        return (
            self.material == other.material
            and (None in (self.location, other.location) or self.location == other.location)
            and (None in (self.batch, other.batch) or self.batch == other.batch)
        )


@dataclass(frozen=True)
class Move:
    """A quantity that a line brings to a place or, negative, takes from it."""

    place: Place
    quantity: Quantity


def check(subject: Subject) -> Verdict:
    """Follow what the remedy takes and brings, in order, against what lies there."""
    moves = [move for action in subject.remedy.hard for move in _moves(action)]
    taken = {move.place.material for move in moves if move.quantity.amount < 0}
    if not taken:
        return beside(NAME, "Nothing is taken from stock")
    materials = {material.number: material for material in subject.records(Material)}
    before = list[Move]()
    for move in (one for one in moves if one.place.material in taken):
        material = materials.get(move.place.material)
        if material is None:
            return unknown(NAME, "{material} was not read", material=move.place.material)
        try:
            amount = _in_base_unit(move.quantity, material)
            have = _lies(subject, move.place, material.base_unit, before)
        except QuantityError as error:
            return failed(NAME, "{error}", error=error)
        if -amount > have:
            return failed(
                NAME,
                "{amount} of {material} are taken from {location}, where {have} lie",
                amount=-amount,
                material=material.number,
                location=move.place.location or "-",
                have=have,
            )
        before.append(Move(move.place, amount))
    return passed(NAME, "What is taken lies there")


def _moves(action: Action) -> Iterator[Move]:
    if isinstance(action, PostMovement):
        for line in action.draft.lines:
            yield from _moved(line)
    elif isinstance(action, PostConfirmation):
        for use in action.draft.uses or ():
            yield Move(Place(use.material, use.location, use.batch), -use.quantity)


def _moved(line: GoodsMovement) -> Iterator[Move]:
    way = UNRESTRICTED.get(line.type)
    if way is not None:
        yield Move(Place(line.material, line.location, line.batch), line.quantity * way)
    if line.type is MovementType.TRANSFER_LOCATION and line.to_location:
        there = Place(line.material, line.to_location, line.to_batch or line.batch)
        yield Move(there, line.quantity)


def _lies(subject: Subject, place: Place, unit: str, before: Sequence[Move]) -> Quantity:
    """Return what certainly lies in a place of the ERP after what was moved before.

    What was taken from anywhere may have been taken from here; what was brought anywhere need not
    have come here.
    """
    lines: list[StockLine] = [
        line
        for line in subject.of(System.ERP, StockLine)
        if line.material == place.material and place.batch in (None, line.batch)
    ]
    moved = [
        move.quantity
        for move in before
        if (move.place.meets(place) if move.quantity.amount < 0 else move.place.within(place))
    ]
    return total(moved, unit) + available(lines, unit, place.location)


def _in_base_unit(quantity: Quantity, material: Material) -> Quantity:
    return convert(
        quantity,
        material.base_unit,
        base_unit=material.base_unit,
        alternatives=material.conversions,
        material=material.number,
    )
