"""What to count first: where both sides' stock differs, by what the difference is worth.

Only what running orders take is compared: that is what the shop floor counts, and where a
difference stops work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.actions.action import Sides
from agent.playbooks.counted import gaps
from agent.playbooks.reckoning import worth
from tools.errors import NotFound
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.order import OrderStatus
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.objects.stock import StockLine
from tools.plant.model import Plant
from tools.ports import Materials, Orders, Stock

RUNNING = {OrderStatus.RELEASED, OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_CONFIRMED}


@dataclass(frozen=True)
class Stocked:
    """One material's stock as either side has it."""

    material: Material
    books: tuple[StockLine, ...]
    counted: tuple[StockLine, ...]


@dataclass(frozen=True)
class Count:
    """One place to count; ``worth`` is None where no price is on record."""

    material: str
    place: str
    books: Quantity
    counted: Quantity
    worth: Money | None

    @property
    def difference(self) -> Quantity:
        """What the shop floor has more than the books."""
        return self.counted - self.books


def worth_counting(stocks: Iterable[Stocked], percent: Decimal) -> list[Count]:
    """Return the places that differ by more than a percentage of the books, the dearest first.

    What has no price comes last: nobody can say what it is worth.
    """
    found = [
        Count(
            one.material.number,
            gap.place,
            gap.books.quantity,
            gap.count.quantity,
            worth(abs(gap.amount), one.material),
        )
        for one in stocks
        for gap in gaps(one.material.base_unit, one.books, one.counted, None)
        if abs(gap.amount.amount) * 100 > abs(gap.books.quantity.amount) * percent
    ]
    return sorted(found, key=_urgency)


async def assess(plant: Plant, sides: Sides) -> list[Count]:
    """Read what running orders take, and return what to count first."""
    orders = sides[System.ERP].port(Orders)
    listed = (await orders.orders(plant.code)).value
    running = [one.number for one in listed if one.status in RUNNING]
    read = await asyncio.gather(*(orders.order(number) for number in running))
    taken = sorted({row.material for one in read for row in one.value.components})
    stocks = await asyncio.gather(*(_stocked(number, plant, sides) for number in taken))
    return worth_counting([one for one in stocks if one], plant.tolerances.stock_percent)


async def _stocked(material: str, plant: Plant, sides: Sides) -> Stocked | None:
    """Return a material's stock; None where one of the systems does not keep it."""
    erp, mes = sides[System.ERP], sides[System.MES]
    try:
        own, books, counted = await asyncio.gather(
            erp.port(Materials).material(material, plant.code),
            erp.port(Stock).stock(material, plant.code),
            mes.port(Stock).stock(material, plant.code),
        )
    except NotFound:
        return None
    return Stocked(own.value, books.value, counted.value)


def _urgency(one: Count) -> tuple[bool, Decimal, str, str]:
    value = one.worth.amount if one.worth else Decimal(0)
    return one.worth is None, -value, one.material, one.place


def plain(counts: Sequence[Count]) -> list[dict[str, str | None]]:
    """Return the list as JSON has it."""
    return [
        {
            "material": one.material,
            "place": one.place,
            "books": str(one.books),
            "counted": str(one.counted),
            "difference": str(one.difference),
            "worth": str(one.worth) if one.worth else None,
        }
        for one in counts
    ]
