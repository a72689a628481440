"""Numbers that were meant otherwise: in another unit, or with the point elsewhere.

A correction never invents a number: it is the reported one, times a factor on record or a power of
ten, and it counts only if it is the only one that fits what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from agent.case.remedy import Term
from agent.playbooks.consumption import Consumption, Line, Plan, based
from agent.playbooks.slips import SLIPS
from tools.objects.material import Material
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.units import factor, kept, table

NEAR = (Fraction(1, 2), Fraction(2))


@dataclass(frozen=True)
class Corrected:
    """A line as it was meant, in the unit it was reported in."""

    index: int
    quantity: Quantity
    term: Term


def in_another_unit(
    found: Consumption, units: Iterable[str], *, near: bool = False
) -> tuple[Corrected, ...]:
    """Return the lines as they were meant, if they fit in exactly one other unit.

    Units that differ by less than a factor of two prove nothing by themselves; only ``near`` looks
    at them.
    """
    return _only(found, chain.from_iterable(_retold(found, code, near) for code in units))


def in_a_foreign_unit(found: Consumption, own: Sequence[str]) -> tuple[Corrected, ...]:
    """Return the lines as they were meant in a unit that nothing here is measured in.

    There are many such units, so one has to fit closely to mean anything.
    """
    closely = replace(found, tolerance=found.tolerance / 10)
    return in_another_unit(closely, (code for code in table() if code not in own))


def mistyped(found: Consumption) -> tuple[Corrected, ...]:
    """Return the lines as they were meant, if the point slipped by exactly one number of places."""
    return _only(
        found,
        (
            tuple(_slipped(line, slip) for line in lines)
            for slip in SLIPS
            for lines in _choices(found)
        ),
    )


def units_in_question(material: Material, plan: Plan, plant_units: Iterable[str]) -> list[str]:
    """Return the units a number may have been meant in: the bill's, the material's, the plant's.

    Beside these come thousands and thousandths of the material's own unit, such as grams.
    """
    base, codes = table()[material.base_unit], bill_units(material, plan)
    codes += [material.base_unit, *(one.unit for one in material.conversions), *plant_units]
    thousand = {Fraction(1000), Fraction(1, 1000)}
    codes += [
        code
        for code, unit in table().items()
        if unit.dimension == base.dimension
        and base.physical
        and base.dimension != "count"
        and unit.factor / base.factor in thousand
    ]
    return list(dict.fromkeys(codes))


def bill_units(material: Material, plan: Plan) -> list[str]:
    """Return the unit in which the bill measures a material, if it names it."""
    item = plan.item(material.number)
    return [item.quantity.unit] if item else []


def total_of(found: Consumption, corrected: Sequence[Corrected]) -> Quantity:
    """Return what would have been used with some lines corrected."""
    meant = {one.index: one.quantity for one in corrected}
    return total(
        (based(meant.get(line.index, line.use.quantity), found.material) for line in found.lines),
        found.material.base_unit,
    )


def _choices(found: Consumption) -> Iterator[tuple[Line, ...]]:
    """Return which lines may be wrong: all of them, or one."""
    yield found.lines
    if len(found.lines) > 1:
        yield from ((line,) for line in found.lines)


def _retold(found: Consumption, code: str, near: bool) -> Iterator[tuple[Corrected, ...]]:
    """Return the lines with their numbers taken in another unit, where that is far enough off."""
    for lines in _choices(found):
        try:
            told = [_told(found.material, line, code) for line in lines]
        except QuantityError:
            continue
        ratios = [Fraction(one.term.factor) for one in told]
        if all(ratio != 1 and (NEAR[0] < ratio < NEAR[1]) is near for ratio in ratios):
            yield tuple(told)


def _told(material: Material, line: Line, code: str) -> Corrected:
    number, base, factors = line.use.quantity, material.base_unit, material.conversions
    ratio = factor(code, number.unit, base_unit=base, alternatives=factors)
    moved = kept(Fraction(number.amount) * ratio, number.unit)
    return Corrected(line.index, moved, Term(line.path, str(ratio)))


def _slipped(line: Line, slip: Fraction) -> Corrected:
    quantity = line.use.quantity
    moved = Quantity(quantity.amount * slip.numerator / slip.denominator, quantity.unit)
    return Corrected(line.index, moved, Term(line.path, str(slip)))


def _only(found: Consumption, candidates: Iterable[tuple[Corrected, ...]]) -> tuple[Corrected, ...]:
    """Return the one correction that fits; none where several would, and differ."""
    fitting: dict[Decimal, tuple[Corrected, ...]] = {}
    for one in candidates:
        together = total_of(found, one)
        if one and found.fits(together.amount):
            fitting.setdefault(together.amount, one)
    return next(iter(fitting.values())) if len(fitting) == 1 else ()
