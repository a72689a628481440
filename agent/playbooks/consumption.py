"""Consumption of one component: what is reported of it, what the order allows, what explains it.

Pure, like the playbooks. A running order keeps its own components, so these say what is allowed;
the bill of material tells what is fixed, and what may stand in for what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent.case.remedy import Term
from agent.playbooks.reckoning import Sourced, in_base_unit
from tools.objects.bom import Bom, BomItem
from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.material import Material
from tools.objects.order import Component, ProductionOrder
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.scrap import ScrapReport
from tools.objects.units import convert


@dataclass(frozen=True)
class Line:
    """One reported use of the component, and where it stands in the report."""

    index: int
    use: MaterialUse
    used: Sourced

    @property
    def path(self) -> str:
        """Where the reported quantity stands among the facts."""
        return f"reported.uses.{self.index}.quantity"


@dataclass(frozen=True)
class Consumption:
    """All that was reported of a component, and what is allowed for it, in base units."""

    material: Material
    lines: tuple[Line, ...]
    allowed: Quantity
    tolerance: Decimal

    @property
    def used(self) -> Quantity:
        """The sum of all lines."""
        return total((line.used.quantity for line in self.lines), self.material.base_unit)

    @property
    def excess(self) -> Quantity:
        """What is used beyond what is allowed; negative where less is used."""
        return self.used - self.allowed

    def fits(self, amount: Fraction | Decimal) -> bool:
        """Return whether an amount is what is allowed, within tolerance."""
        allowed = Fraction(self.allowed.amount)
        return abs(Fraction(amount) - allowed) <= allowed * Fraction(self.tolerance) / 100


@dataclass(frozen=True)
class Plan:
    """What is known of an order's components: the order's own, and the bill's."""

    order: ProductionOrder
    bom: Bom

    def item(self, material: str) -> BomItem | None:
        """Return the bill's item of a component."""
        return next((one for one in self.bom.items if one.component == material), None)

    def group(self, material: str) -> tuple[str, ...]:
        """Return the components that stand in for each other, this one among them."""
        item = self.item(material)
        if item is None or item.alternative_group is None:
            return (material,)
        same = (it for it in self.bom.items if it.alternative_group == item.alternative_group)
        return tuple(it.component for it in same)

    def components(self, material: str, operation: str) -> list[Component]:
        """Return the order's needs of a material at an operation."""
        return [
            one
            for one in self.order.components
            if (one.material, one.operation) == (material, operation)
        ]

    def knows(self, material: str) -> bool:
        """Return whether the order or its bill names a material."""
        named = {one.material for one in self.order.components}
        return material in named or self.item(material) is not None


def consumption(
    reported: Confirmation,
    material: Material,
    plan: Plan,
    posted: Sequence[Confirmation],
    tolerance: Decimal,
) -> Consumption | None:
    """Return the consumption of a component; None where no bill or no unit on record tells."""
    if not plan.knows(material.number):
        return None
    try:
        lines = tuple(
            Line(
                index, use, in_base_unit(use.quantity, f"reported.uses.{index}.quantity", material)
            )
            for index, use in enumerate(reported.uses)
            if use.material == material.number
        )
        allowed = _allowed(reported, material, plan, posted)
    except QuantityError:
        return None
    return Consumption(material, lines, allowed, tolerance)


def made(reported: Confirmation) -> Quantity:
    """Return all that took material: good, bad and reworked."""
    return reported.yielded + reported.scrapped + reported.reworked


def earlier(reported: Confirmation, posted: Iterable[Confirmation]) -> list[Confirmation]:
    """Return the other confirmations of the operation that stand in the ERP."""
    return [
        one
        for one in posted
        if one.operation == reported.operation
        and one.state is ConfirmationState.POSTED
        and not one.reverses
        and (one.reference is None or one.reference != reported.reference)
    ]


def stands_in(
    reported: Confirmation, material: Material, plan: Plan, tolerance: Decimal
) -> str | None:
    """Return the alternative of the bill that was used, if all of the group is what is allowed."""
    group, unit = plan.group(material.number), material.base_unit
    used = [use for use in reported.uses if use.material in group]
    others = [use.material for use in used if not plan.components(use.material, reported.operation)]
    if not others or any(use.quantity.unit != unit for use in used):
        return None
    needs = [one for name in group for one in plan.components(name, reported.operation)]
    try:
        allowed = _share(reported, needs, material, plan)
    except QuantityError:
        return None
    together = total((use.quantity for use in used), unit)
    whole = Consumption(material, (), allowed, tolerance)
    return others[0] if allowed and whole.fits(together.amount) else None


def always_alike(
    found: Consumption, reported: Confirmation, posted: Iterable[Confirmation]
) -> bool:
    """Return whether two or more earlier confirmations deviate as this one does."""
    now, alike = found.used.amount, 0
    for one in earlier(reported, posted):
        used = [use.quantity for use in one.uses if use.material == found.material.number]
        same_units = all(quantity.unit == found.used.unit for quantity in used)
        if not (used and same_units and made(one) and made(one).unit == made(reported).unit):
            continue
        then = total(used, found.used.unit).amount * made(reported).amount / made(one).amount
        alike += not found.fits(then) and abs(then - now) <= now * Decimal("0.05")
    return alike >= 2


def thrown_away(found: Consumption, reported: Confirmation, scraps: Sequence[ScrapReport]) -> bool:
    """Return whether reported scrap of the component explains the excess: one report, or all."""
    mine = [
        report.quantity
        for report in scraps
        if report.component
        and (report.operation, report.material) == (reported.operation, found.material.number)
        and report.quantity.unit == found.used.unit
    ]
    sums = [*mine, total(mine, found.used.unit)]
    return any(lost and found.fits((found.used - lost).amount) for lost in sums)


def unconfirmed_scrap(
    found: Consumption,
    reported: Confirmation,
    posted: Sequence[Confirmation],
    scraps: Sequence[ScrapReport],
) -> Sourced | None:
    """Return the scrap this confirmation should show, if what is missing explains the excess.

    It is all scrap that was reported for the operation, less what earlier confirmations show.
    """
    unit, before = reported.scrapped.unit, earlier(reported, posted)
    mine = [
        (index, report)
        for index, report in enumerate(scraps)
        if not report.component and report.operation == reported.operation
    ]
    quantities = [report.quantity for _, report in mine] + [one.scrapped for one in before]
    if not made(reported) or any(quantity.unit != unit for quantity in quantities):
        return None
    shown = Sourced(total((report.quantity for _, report in mine), unit), ())
    shown = Sourced(shown.quantity, tuple(Term(f"scraps.{at}.quantity") for at, _ in mine))
    indexes = {id(one): at for at, one in enumerate(posted)}
    for one in before:
        shown = shown - Sourced(one.scrapped, (Term(f"posted.{indexes[id(one)]}.scrapped"),))
    missing = shown.quantity - reported.scrapped
    if missing.amount <= 0:
        return None
    more = Fraction(missing.amount) / Fraction(made(reported).amount)
    return shown if found.fits(Fraction(found.used.amount) / (1 + more)) else None


def _allowed(
    reported: Confirmation, material: Material, plan: Plan, posted: Sequence[Confirmation]
) -> Quantity:
    """Return what may be used for all that was made; a fixed quantity only once per order."""
    here, item = plan.components(material.number, reported.operation), plan.item(material.number)
    if not plan.order.components and item is not None:
        return _by_bill(reported, material, plan.bom, item)
    if not (item and item.fixed and here):
        return _share(reported, here, material, plan)
    required = total((based(one.required, material) for one in here), material.base_unit)
    taken = total(
        (
            based(use.quantity, material)
            for one in earlier(reported, posted)
            for use in one.uses
            if use.material == material.number
        ),
        material.base_unit,
    )
    return max(required - taken, required.zero())


def _share(
    reported: Confirmation, needs: Sequence[Component], material: Material, plan: Plan
) -> Quantity:
    """Return the part of the order's needs that goes into what was made."""
    required = total((based(one.required, material) for one in needs), material.base_unit)
    step = next((one for one in plan.order.operations if one.number == reported.operation), None)
    if step is None or not step.planned or not required:
        return required.zero()
    if step.planned.unit != made(reported).unit:
        raise QuantityError(f"{made(reported)} is not counted in {step.planned.unit}")
    return required * (made(reported).amount / step.planned.amount)


def _by_bill(reported: Confirmation, material: Material, bom: Bom, item: BomItem) -> Quantity:
    lots = Decimal(1) if item.fixed else made(reported).amount / bom.base_quantity.amount
    return based(item.quantity, material) * lots * (1 + item.scrap_percent / 100)


def based(quantity: Quantity, material: Material) -> Quantity:
    """Return a quantity in a material's base unit.

    Raises:
        QuantityError: No factor to the base unit is on record.
    """
    base, factors = material.base_unit, material.conversions
    return convert(quantity, base, base_unit=base, alternatives=factors)
