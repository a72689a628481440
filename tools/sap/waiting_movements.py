"""Which goods movements of a confirmation did not come: S/4 parks them in COGI and tells nobody.

No released service shows what waits, so it is concluded from what can be read. A backflushed
component that a confirmation has no document line for, and of which the order has withdrawn less
than its operations' confirmed quantities demand, waits. A shortage is laid on the latest
confirmations without a line first, because what was missing earlier has had time to be reprocessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.order import Component, Operation, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.units import convert, rounded


@dataclass(frozen=True, slots=True)
class Line:
    """One confirmation's share of one component."""

    confirmation: str
    use: MaterialUse


def waiting(
    order: ProductionOrder, confirmations: Iterable[Confirmation], without: frozenset[str]
) -> tuple[Line, ...]:
    """Return the movements that wait.

    Args:
        order: The order with operations and components.
        confirmations: All of its confirmations, the oldest first.
        without: Numbers of the confirmations that asked for no movements at all.
    """
    live = [
        one
        for one in confirmations
        if one.state is ConfirmationState.POSTED
        and one.reverses is None
        and one.number not in without
    ]
    steps = {operation.number: operation for operation in order.operations}
    result = list[Line]()
    for component in order.components:
        step = steps.get(component.operation)
        if component.backflushed and step is not None and step.planned:
            result += _missing(component, step, live)
    return tuple(result)


def share(component: Component, step: Operation, made: Quantity) -> Quantity:
    """Return what a quantity made takes of a component, in proportion to the plan."""
    part = convert(made, step.planned.unit).amount
    amount = component.required.amount * part / step.planned.amount
    return rounded(Quantity(amount, component.required.unit))


def use_of(component: Component, quantity: Quantity) -> MaterialUse:
    """Return a use of a component by its reservation."""
    return MaterialUse(
        material=component.material,
        quantity=quantity,
        location=component.location,
        batch=component.batch,
        reservation=component.reservation,
        item=component.item,
    )


def key(use: MaterialUse) -> tuple[str | None, str | None, str]:
    """Return what tells the uses of one confirmation apart."""
    return use.reservation, use.item, use.material


def settled(lines: Iterable[Line], asked: Mapping[str, Iterable[MaterialUse]]) -> tuple[Line, ...]:
    """Replace the shares by what the system's own proposals ask for, where there are any."""
    proposed = {(number, key(use)): use.quantity for number, uses in asked.items() for use in uses}
    return tuple(
        Line(
            line.confirmation,
            _with(line.use, proposed.get((line.confirmation, key(line.use)), line.use.quantity)),
        )
        for line in lines
    )


def _with(use: MaterialUse, quantity: Quantity) -> MaterialUse:
    return MaterialUse(use.material, quantity, use.location, use.batch, use.reservation, use.item)


def _missing(component: Component, step: Operation, live: list[Confirmation]) -> list[Line]:
    here = [one for one in live if one.operation == step.number]
    shares = {one.number: share(component, step, _made(one)) for one in here}
    short = sum((each.amount for each in shares.values()), Decimal(0)) - component.withdrawn.amount
    result = list[Line]()
    for one in reversed(here):
        part = shares[one.number]
        if short <= 0:
            break
        if part and not _booked(one, component):
            result.append(Line(one.number, use_of(component, part)))
            short -= part.amount
    return result


def _made(confirmation: Confirmation) -> Quantity:
    unit = confirmation.yielded.unit
    scrapped, reworked = (
        convert(each, unit) for each in (confirmation.scrapped, confirmation.reworked)
    )
    return confirmation.yielded + scrapped + reworked


def _booked(confirmation: Confirmation, component: Component) -> bool:
    return any(
        (use.reservation, use.item) == (component.reservation, component.item)
        or (use.item is None and use.material == component.material)
        for use in confirmation.uses
    )
