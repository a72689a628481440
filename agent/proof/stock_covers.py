"""What is taken from a place lies there, unrestricted, in that batch."""

from __future__ import annotations

from dataclasses import dataclass

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.material import Material
from tools.objects.movement import MovementType
from tools.objects.quantity import Quantity, QuantityError
from tools.objects.stock import StockLine, available
from tools.objects.units import convert

NAME = "stock_covers"
TAKES = frozenset(
    {
        MovementType.ISSUE_ORDER,
        MovementType.ISSUE_COST_CENTER,
        MovementType.TRANSFER_LOCATION,
        MovementType.SCRAP,
    }
)


@dataclass(frozen=True)
class Place:
    """Where a material lies."""

    material: str
    location: str | None
    batch: str | None


@dataclass(frozen=True)
class Take:
    """A quantity taken from one place, and where it goes within the plant."""

    place: Place
    quantity: Quantity
    to: Place | None = None


def check(subject: Subject) -> Verdict:
    """Follow what the remedy takes and brings, in order, against what lies there."""
    takes = _takes(subject)
    if not takes:
        return beside(NAME, "Nothing is taken from stock")
    materials = {material.number: material for material in subject.records(Material)}
    moved: dict[Place, Quantity] = {}
    for take in takes:
        material = materials.get(take.place.material)
        if material is None:
            return unknown(NAME, "{material} was not read", material=take.place.material)
        try:
            amount = convert(
                take.quantity,
                material.base_unit,
                base_unit=material.base_unit,
                alternatives=material.conversions,
            )
        except QuantityError as error:
            return failed(NAME, "{error}", error=error)
        have = _lies(subject, take.place, amount.unit) + moved.get(take.place, amount.zero())
        if amount > have:
            return failed(
                NAME,
                "{amount} of {material} are taken from {location}, where {have} lie",
                amount=amount,
                material=material.number,
                location=take.place.location or "-",
                have=have,
            )
        moved[take.place] = moved.get(take.place, amount.zero()) - amount
        if take.to is not None:
            moved[take.to] = moved.get(take.to, amount.zero()) + amount
    return passed(NAME, "What is taken lies there")


def _takes(subject: Subject) -> list[Take]:
    result = list[Take]()
    for action in subject.remedy.hard:
        if isinstance(action, PostMovement):
            for line in action.draft.lines:
                if line.type in TAKES:
                    to = Place(line.material, line.to_location, line.to_batch or line.batch)
                    place = Place(line.material, line.location, line.batch)
                    result.append(Take(place, line.quantity, to if line.to_location else None))
        elif isinstance(action, PostConfirmation):
            result += [
                Take(Place(use.material, use.location, use.batch), use.quantity)
                for use in action.draft.uses or ()
            ]
    return result


def _lies(subject: Subject, place: Place, unit: str) -> Quantity:
    lines: list[StockLine] = [
        line
        for line in subject.records(StockLine)
        if line.material == place.material and place.batch in (None, line.batch)
    ]
    return available(lines, unit, place.location)
