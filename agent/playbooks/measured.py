"""Measured twice: one reported issue, what both sides' units make of it, and what was meant.

Nothing here invents a number. What was meant is the reported number, in another unit on record or
with its point elsewhere, and it counts only if it is the only one the order can still take.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from agent.case.remedy import Term
from agent.playbooks.consumption import based
from agent.playbooks.issued import Taken, needs
from agent.playbooks.reckoning import Sourced, in_base_unit
from agent.playbooks.slips import KEPT_WITH, SLIPS, slipped_and_rounded
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity, QuantityError, plain, total
from tools.objects.units import AlternativeUnit, convert, factor, kept, table

TOO_CLOSE = (Fraction(1, 2), Fraction(2))
THOUSANDS = frozenset({Fraction(1000), Fraction(1, 1000)})


@dataclass(frozen=True)
class Measured:
    """One report in the ERP's base unit, as either side counts it.

    ``here`` is what the report is worth by the ERP's factors, ``own`` by the shop floor's; None
    where no factor leads there. ``copy`` is what the ERP booked for it, ``there`` what that is
    worth. ``open`` is what the order could take without it.
    """

    taken: Taken
    material: Material
    here: Sourced | None
    own: Quantity | None
    copy: MaterialDocument | None
    there: Quantity | None
    open: Quantity

    @property
    def converts_alike(self) -> bool:
        """Whether both sides' factors make the same of the report, but for rounding."""
        return self.here is not None and (self.own is None or _close(self.own, self.here.quantity))

    @property
    def booked_alike(self) -> bool:
        """Whether the ERP booked what the report is worth, but for rounding."""
        return self.here is not None and _close(self.there, self.here.quantity)

    @property
    def plausible(self) -> bool:
        """Whether the order can take what was reported."""
        return self.here is not None and self.here.quantity <= self.open

    @property
    def unit_lost(self) -> bool:
        """Whether the ERP took the number that was reported, in another unit."""
        said = self.taken.line.quantity
        entered = [line.quantity for line in self.copy.lines] if self.copy else []
        return any(one.amount == said.amount and one.unit != said.unit for one in entered)

    @property
    def point_lost(self) -> bool:
        """Whether the ERP's amount is the report's with the point elsewhere."""
        if self.here is None or self.there is None or self.unit_lost:
            return False
        return slipped_and_rounded(self.there, self.here.quantity)

    def in_other_units(self, plant_units: Iterable[str]) -> tuple[Sourced, ...]:
        """Return the number in each other unit in which the order could take it.

        Units on record for the material come first; grams for kilograms only where none fits.
        """
        own, base = self.material, table()[self.material.base_unit]
        first = [own.base_unit, *(one.unit for one in own.conversions), *plant_units]
        other = [
            code
            for code, unit in table().items()
            if base.physical
            and base.dimension != "count"
            and unit.dimension == base.dimension
            and unit.factor / base.factor in THOUSANDS
        ]
        return self._fitting(map(self._ratio, first)) or self._fitting(map(self._ratio, other))

    def with_point_elsewhere(self) -> tuple[Sourced, ...]:
        """Return the number with its point in each other place where the order could take it."""
        return self._fitting(SLIPS)

    def _ratio(self, code: str) -> Fraction | None:
        said, own = self.taken.line.quantity, self.material
        try:
            ratio = factor(code, said.unit, base_unit=own.base_unit, alternatives=own.conversions)
        except QuantityError:
            return None
        return None if TOO_CLOSE[0] < ratio < TOO_CLOSE[1] else ratio

    def _fitting(self, ratios: Iterable[Fraction | None]) -> tuple[Sourced, ...]:
        """Return the number times each ratio, where the order could take that; equals once."""
        said, found = self.taken.line.quantity, dict[Quantity, Sourced]()
        for ratio in ratios:
            if ratio is None:
                continue
            moved = kept(Fraction(said.amount) * ratio, said.unit)
            meant = _in_base(moved, self.material)
            if moved and meant is not None and meant <= self.open:
                found.setdefault(moved, Sourced(moved, (Term(self.taken.path, str(ratio)),)))
        return tuple(found.values())


def measured(
    taken: Taken,
    material: Material,
    own: Material | None,
    order: ProductionOrder,
    booked: Sequence[MaterialDocument],
) -> Measured | None:
    """Bring one report to base units, by either side's factors.

    None where the ERP has booked it more than once, or something of it is in a unit nobody knows.
    """
    copies = taken.copies(booked)
    if len(copies) > 1:
        return None
    copy = copies[0] if copies else None
    unit = material.base_unit
    try:
        there = _booked(copy, material) if copy else None
        wanted = needs(order, material.number)
        required = total((based(one.required, material) for one in wanted), unit)
        withdrawn = total((based(one.withdrawn, material) for one in wanted), unit)
    except QuantityError:
        return None
    try:
        here = in_base_unit(taken.line.quantity, taken.path, material)
    except QuantityError:
        here = None
    return Measured(
        taken=taken,
        material=material,
        here=here,
        own=_by_own(taken.line.quantity, own, unit) if own else None,
        copy=copy,
        there=there,
        open=required - withdrawn + (there or required.zero()),
    )


def same_base(one: Material, other: Material) -> bool:
    """Return whether two sides keep a material in one unit, or in two that physics connects."""
    if one.base_unit == other.base_unit:
        return True
    try:
        factor(one.base_unit, other.base_unit)
    except QuantityError:
        return False
    return True


def factor_of(material: Material, unit: str) -> AlternativeUnit | None:
    """Return a material's own factor for a unit."""
    return next((one for one in material.conversions if one.unit == unit), None)


def factor_said(one: AlternativeUnit | None) -> str:
    """Return a factor as people read it."""
    if one is None:
        return "has no factor"
    return f"{plain(one.denominator)} = {plain(one.numerator)} base units"


def _booked(copy: MaterialDocument, material: Material) -> Quantity:
    lines = [line.quantity for line in copy.lines if line.material == material.number]
    return total((based(one, material) for one in lines), material.base_unit)


def _by_own(quantity: Quantity, own: Material, unit: str) -> Quantity | None:
    """Return what the shop floor's factors make of a quantity, in the ERP's base unit."""
    try:
        return convert(based(quantity, own), unit)
    except QuantityError:
        return None


def _in_base(quantity: Quantity, material: Material) -> Quantity | None:
    try:
        return based(quantity, material)
    except QuantityError:
        return None


def _close(one: Quantity | None, other: Quantity) -> bool:
    """Return whether two amounts are the same as far as SAP keeps them, but for rounding."""
    return one is not None and abs((one - other).amount) <= KEPT_WITH
