"""A number a person changed: put into the remedy, with that person as its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from agent.actions.action import Action
from agent.case.remedy import Derivation, Remedy
from agent.plain import dump_plan, load, load_plan
from tools.objects.quantity import Quantity


class NotChangeable(ValueError):
    """The change names no quantity of the remedy, or another unit; the person is told."""


def changed_plan(plan: Mapping[str, Any], quantities: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Return the plan with quantities replaced, by the index of their derivation.

    Raises:
        NotChangeable: The plan has no such quantity, or it is counted in another unit.
    """
    remedy = load_plan(plan)
    if not isinstance(remedy, Remedy):
        raise NotChangeable("there is no remedy to change")
    hard, derivations = list(remedy.hard), list(remedy.derivations)
    for index, plain in quantities.items():
        if not index.isdecimal() or int(index) >= len(derivations):
            raise NotChangeable(f"the remedy has no quantity number {index}")
        derivation = derivations[int(index)]
        quantity = load(Quantity, plain)
        if quantity.unit != derivation.quantity.unit:
            raise NotChangeable(f"{quantity} is not counted in {derivation.quantity.unit}")
        derivations[int(index)] = Derivation(
            derivation.action, derivation.field, quantity, entered_by=by
        )
        action = hard[derivation.action]
        hard[derivation.action] = put(action, derivation.field.split("."), quantity)
    return dump_plan(replace(remedy, hard=tuple(hard), derivations=tuple(derivations)))


def put(value: Any, path: list[str], quantity: Quantity) -> Any:
    """Return a frozen value with the quantity at a path replaced."""
    if not path:
        return quantity
    head, rest = path[0], path[1:]
    if head.isdecimal():
        items = list(cast(tuple[Any, ...], value))
        items[int(head)] = put(items[int(head)], rest, quantity)
        return tuple(items)
    return replace(value, **{head: put(getattr(value, head), rest, quantity)})


def found_at(action: Action, path: str) -> Any:
    """Return what stands at a path of an action (``draft.lines.0.quantity``)."""
    value: Any = action
    for step in path.split("."):
        value = (
            cast(tuple[Any, ...], value)[int(step)] if step.isdecimal() else getattr(value, step)
        )
    return value
