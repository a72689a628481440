"""A number a person changed: put into the remedy, with that person as its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from agent.actions.action import Action
from agent.case.remedy import Change, Derivation, Remedy
from agent.case.text import together
from agent.plain import dump_plan, load, load_plan
from tools.objects.money import Money
from tools.objects.quantity import Quantity


class NotChangeable(ValueError):
    """The change names no quantity of the remedy, or another unit; the person is told."""


def changed_plan(plan: Mapping[str, Any], quantities: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Return the plan with quantities replaced, by the index of their derivation.

    What would stand there afterwards is told by the numbers alone. The plan is worth what it was
    and all that was changed besides, never less: a smaller number may move more, for a correction
    is worth what it corrects.

    Raises:
        NotChangeable: The plan has no such quantity, or it is counted in another unit.
    """
    remedy = load_plan(plan)
    if not isinstance(remedy, Remedy):
        raise NotChangeable("there is no remedy to change")
    hard, derivations, value = list(remedy.hard), list(remedy.derivations), remedy.value
    for index, plain in quantities.items():
        if not index.isdecimal() or int(index) >= len(derivations):
            raise NotChangeable(f"the remedy has no quantity number {index}")
        derivation = derivations[int(index)]
        quantity = load(Quantity, plain)
        if quantity.unit != derivation.quantity.unit:
            raise NotChangeable(f"{quantity} is not counted in {derivation.quantity.unit}")
        value = _with(value, derivation, quantity)
        derivations[int(index)] = replace(derivation, quantity=quantity, terms=(), entered_by=by)
        action = hard[derivation.action]
        hard[derivation.action] = put(action, derivation.field.split("."), quantity)
    return dump_plan(
        replace(
            remedy,
            summary=together("; ", (action.say() for action in hard)),
            hard=tuple(hard),
            changes=(
                *(replace(one, after="") for one in remedy.changes if one.before),
                *(_told(one, hard) for one in derivations if one.entered_by),
            ),
            derivations=tuple(derivations),
            value=value,
        )
    )


def _with(value: Money | None, old: Derivation, now: Quantity) -> Money | None:
    """Return what a remedy is worth once one of its quantities is another; None is: who knows."""
    moved = abs(now - old.quantity)
    if not moved.amount or value is None:
        return value
    if old.each is None or old.each.currency != value.currency:
        return None
    return Money(abs(value.amount) + moved.amount * abs(old.each.amount), value.currency)


def _told(one: Derivation, hard: Sequence[Action]) -> Change:
    """Return a changed quantity as a person reads it."""
    action, path = hard[one.action], one.field.split(".")
    line = found_at(action, ".".join(path[:-1]))
    about = getattr(line, "material", None) or action.touches
    return Change(action.system.value, about, path[-1], "", str(one.quantity))


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
