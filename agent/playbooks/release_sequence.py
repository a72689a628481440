"""In which sequence orders are best released: each is judged with what those before it take.

Greedy and deterministic. What cannot be made comes last and takes nothing; of the rest the more
important goes first, then what is due first, then what needs no other setup than the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.playbooks.feasibility import Facts, Feasibility, Status, assessed
from agent.playbooks.reckoning import usable
from tools.objects.order import Component
from tools.objects.quantity import Quantity
from tools.objects.schedule import ScheduleEntry
from tools.objects.stock import StockLine
from tools.plant.model import Plant


@dataclass(frozen=True)
class Place:
    """One order in the sequence, as feasible as it is at that place."""

    position: int
    order: str
    feasibility: Feasibility


def sequenced(several: Sequence[Facts], plant: Plant) -> tuple[Place, ...]:
    """Put orders in the sequence in which they are best released."""
    left = {facts.order.number: facts for facts in several}
    places, before = list[Place](), ""
    while left:
        judged = {number: assessed(facts, plant) for number, facts in left.items()}
        number = min(left, key=lambda one: _rank(left[one], judged[one], before))
        chosen, its = left.pop(number), judged[number]
        places.append(Place(len(places) + 1, number, its))
        if its.status is not Status.BLOCKED:
            before = chosen.order.material
            left = {one: _after(facts, chosen, its) for one, facts in left.items()}
    return tuple(places)


def _rank(facts: Facts, its: Feasibility, before: str) -> tuple[object, ...]:
    order = facts.order
    blocked = its.status is Status.BLOCKED
    return blocked, order.priority, order.planned_end, order.material != before, order.number


def _after(facts: Facts, chosen: Facts, its: Feasibility) -> Facts:
    """Return facts as they are once the chosen order has its material and its machines."""
    stock = facts.stock
    for row in chosen.order.components:
        stock = _taken(stock, row)
    entries = tuple(
        ScheduleEntry(
            chosen.order.plant,
            run.work_center,
            chosen.order.number,
            run.operation,
            0,
            run.start,
            run.end,
        )
        for run in its.runs
        if run.work_center in {step.work_center for step in facts.order.operations}
    )
    others = (one for one in facts.queues if one.order != chosen.order.number)
    return replace(facts, stock=stock, queues=(*others, *entries))


def _taken(stock: tuple[StockLine, ...], row: Component) -> tuple[StockLine, ...]:
    """Return stock without what a component still takes, from its own place first."""
    need, left = (row.required - row.withdrawn).amount, list(stock)
    at_line_first = sorted(range(len(left)), key=lambda index: left[index].location != row.location)
    for index in at_line_first:
        line = left[index]
        if line.material == row.material and usable(line) and need > 0:
            part = min(need, line.quantity.amount)
            left[index] = replace(line, quantity=line.quantity - Quantity(part, line.quantity.unit))
            need -= part
    return tuple(left)
