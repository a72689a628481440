"""A derived quantity is exactly the sum of its terms, worked out anew from the facts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

from agent.case.change import found_at
from agent.case.proof import Verdict
from agent.case.remedy import Derivation
from agent.proof.check import Subject, beside, failed, passed
from tools.objects.quantity import Quantity

NAME = "quantities_add_up"


def check(subject: Subject) -> Verdict:
    """Recalculate every derivation."""
    if not subject.remedy.derivations:
        return beside(NAME, "No quantity is changed")
    for row in subject.remedy.derivations:
        if found_at(subject.remedy.hard[row.action], row.field) != row.quantity:
            return failed(NAME, "{field} is not the quantity derived for it", field=row.field)
        if row.entered_by is None and _sum(row, subject.facts) != Fraction(row.quantity.amount):
            return failed(
                NAME,
                "{quantity} is not what {paths} add up to",
                quantity=row.quantity,
                paths=", ".join(term.path for term in row.terms),
            )
    return passed(NAME, "Every quantity is the sum of its sources")


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
