"""Orders in work of the seeded plants, by what they are like: what situations are made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from evals.world import fresh
from tools.objects.quantity import plain
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.scenarios.picking import Wanted, alternative_of, run

MOST = 60


@dataclass(frozen=True)
class Order:
    """An order in work, its operation, one component of it, and what goes into a lot of it."""

    plant: str
    number: str
    operation: str
    component: str
    location: str
    batch: str
    unit: str
    made_in: str
    left: Decimal
    lot: Decimal
    share: Decimal
    alternative: str | None

    def allowed(self, made: Decimal) -> Decimal:
        """Return how much of the component the bill allows for so much of the product."""
        return self.share * made / self.lot


@cache
def orders(plant: str, least: int, like: Wanted) -> tuple[Order, ...]:
    """Return every order in work of a plant that fits and has at least so much left to make."""
    world, found = fresh(), list[Order]()
    for position in range(MOST):
        try:
            one = run(world, plant, like, at_least=least, position=position)
        except Impossible:
            break
        names: Mapping[str, str] = one.names
        found.append(
            Order(
                plant=plant,
                number=names["order"],
                operation=names["operation"],
                component=names["component"],
                location=names["location"],
                batch=names["batch"],
                unit=names["unit"],
                made_in=one.left.unit,
                left=one.left.amount,
                lot=one.lot.amount,
                share=one.share.amount,
                alternative=alternative_of(world, one) if like.alternative else None,
            )
        )
    return tuple(found)


def said(amount: Decimal) -> str:
    """Return an amount as golden cases write it."""
    return plain(amount)
