"""A derived quantity is exactly the sum of its terms, worked out anew from the facts."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any, cast

from agent.case.change import found_at
from agent.case.proof import Verdict
from agent.case.remedy import Derivation
from agent.proof.check import Subject, beside, failed, passed
from tools.objects.material import Material
from tools.objects.quantity import Quantity, QuantityError
from tools.objects.units import factor, kept

NAME = "quantities_add_up"


def check(subject: Subject) -> Verdict:
    """Recalculate every derivation."""
    if not subject.remedy.derivations:
        return beside(NAME, "No quantity is changed")
    for row in subject.remedy.derivations:
        if _posted(subject, row) != row.quantity:
            return failed(NAME, "{field} is not the quantity derived for it", field=row.field)
        odd = None if row.entered_by else _unconverted(subject, row)
        if odd is not None:
            return failed(
                NAME,
                "{quantity} cannot be taken from {other}: that is another unit",
                quantity=row.quantity,
                other=odd,
            )
        if row.entered_by is None and not _adds_up(row, subject.facts):
            return failed(
                NAME,
                "{quantity} is not what {paths} add up to",
                quantity=row.quantity,
                paths=", ".join(term.path for term in row.terms),
            )
    return passed(NAME, "Every quantity is the sum of its sources")


def _posted(subject: Subject, row: Derivation) -> Any:
    """Return what the action has where the derivation says, None where there is no such place."""
    try:
        return found_at(subject.remedy.hard[row.action], row.field)
    except (AttributeError, IndexError):
        return None


def _unconverted(subject: Subject, row: Derivation) -> Quantity | None:
    """Return a term's quantity that is in another unit, where no factor on record leads over."""
    for term in row.terms:
        found = at(subject.facts, term.path)
        if isinstance(found, Quantity) and found.unit != row.quantity.unit:
            ratios = _ratios(subject, found.unit, row.quantity.unit)
            as_it_is = abs(Fraction(term.factor)) == 1
            if not ratios or (as_it_is and 1 not in ratios):
                return found
    return None


def _ratios(subject: Subject, source: str, target: str) -> set[Fraction]:
    """Return the factors between two units: by physics, or by a material that was read."""
    result = set[Fraction]()
    materials: list[Material] = subject.records(Material)
    own = [(one.base_unit, one.conversions) for one in materials] or [(None, ())]
    for base, alternatives in own:
        with suppress(QuantityError):
            result.add(factor(source, target, base_unit=base, alternatives=alternatives))
    return result


def _adds_up(row: Derivation, facts: Any) -> bool:
    """Return whether the terms are the quantity: exactly, or as systems can keep it."""
    found = _sum(row, facts)
    if found is None:
        return False
    exactly = found == Fraction(row.quantity.amount)
    return exactly or kept(found, row.quantity.unit) == row.quantity


def _sum(row: Derivation, facts: Any) -> Fraction | None:
    """Return the sum of a derivation's terms; None where a term names no reported quantity."""
    result = Fraction(0)
    for term in row.terms:
        found = at(facts, term.path)
        if not isinstance(found, Quantity):
            return None
        result += Fraction(term.factor) * Fraction(found.amount)
    return result if row.terms else None


def at(facts: Any, path: str) -> Any:
    """Return what stands at a path of the facts, or None."""
    value = facts
    for step in path.split("."):
        if isinstance(value, tuple):
            items = cast(tuple[Any, ...], value)
            value = items[int(step)] if step.isdecimal() and int(step) < len(items) else None
        else:
            value = getattr(value, step, None)
    return value
