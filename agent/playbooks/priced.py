"""What one unit of each quantity in a remedy is worth: so a number a person changes has a value.

A playbook says what its own numbers move. Somebody who puts another one in must not get by with
the old value, for limits and four eyes go by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, cast

from agent.case.change import found_at
from agent.case.remedy import Derivation, Remedy
from tools.objects.confirmation import ConfirmationDraft
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.quantity import QuantityError
from tools.objects.units import factor


def priced(plan: Remedy, facts: Any) -> Remedy:
    """Return the remedy with what one unit of each of its quantities is worth, where known."""
    known = {one.number: one for one in _materials(facts)}
    return replace(
        plan,
        derivations=tuple(
            replace(one, each=_each(one, known.get(_material(one, plan, facts) or "")))
            for one in plan.derivations
        ),
    )


def _materials(facts: Any) -> Iterator[Material]:
    for field in fields(facts):
        value: object = getattr(facts, field.name)
        for one in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(one, Material):
                yield one


def _material(one: Derivation, plan: Remedy, facts: Any) -> str | None:
    """Return the material a quantity is of: that of its line, or what the order makes."""
    holder = found_at(plan.hard[one.action], one.field.rpartition(".")[0])
    if isinstance(holder, ConfirmationDraft):
        return facts.order.material if getattr(facts, "order", None) else None
    return getattr(holder, "material", None)


def _each(one: Derivation, material: Material | None) -> Money | None:
    if material is None or material.standard_price is None:
        return None
    base, price = material.base_unit, material.standard_price
    try:
        ratio = factor(one.quantity.unit, base, base_unit=base, alternatives=material.conversions)
    except QuantityError:
        return None
    return Money(price.amount * ratio.numerator / Decimal(ratio.denominator), price.currency)
