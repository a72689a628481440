"""The plant of a run: lines, each with an order and parts of its own, that run dry again and again.

A line takes a part the ERP does not show there, so the ERP refuses the issue. To be settled, what
is short has to be moved from the store, and the refused issue sent again. Every part is needed by
one order only, so what becomes of one deficit never depends on another order's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tools.book import ErpPages, MaintenancePages, MesPages, PlantBook
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.order import Component, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import SyncState
from tools.sandbox.changes.mes_goods_issue import MesGoodsIssue
from tools.sandbox.changes.outcome import Refused
from tools.sandbox.clock import SandboxClock
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.world import World

PLANT = "1010"
STORE, LINE = "0001", "0002"
LEFT = Decimal(5)
"""What the ERP shows at a line before anything happens."""

PLENTY = Decimal(50_000_000)
PRICE = Decimal("16.90")
PARTS_OF_AN_ORDER = 4
FIRST_ORDER = 2_000_001
DEFICIT = Refused.model_validate(
    {"class": "M7", "number": "021", "text": "Deficit of unrestricted-use stock"}
)


@dataclass(frozen=True)
class Part:
    """What one order takes of one material."""

    order: str
    material: str


@dataclass(frozen=True)
class Deficit:
    """One issue that the ERP refused, and the signal that tells of it."""

    number: int
    part: Part
    wanted: Decimal
    document: str
    message: str
    event: Mapping[str, Any]

    def again(self, attempt: int) -> Deficit:
        """Return it as it is told of once its issue was refused anew."""
        return replace(self, event={**self.event, "id": f"{self.event['id']}-{attempt}"})


def parts(orders: int) -> list[Part]:
    """Return the parts of so many orders."""
    return [
        Part(str(FIRST_ORDER + order), f"CH-{order:04d}-{place}")
        for order in range(orders)
        for place in range(PARTS_OF_AN_ORDER)
    ]


def opened(seed: int, now: datetime, orders: int) -> World:
    """Return the plant as it stands at the beginning; its clock runs."""
    book = _book(books(seed, now)[0], orders)
    return World(
        seed=seed,
        clock=SandboxClock(now, running=True),
        s4=S4.from_books([book]),
        dm=DmState.from_books([book]),
        ignition=IgnitionState.from_books([]),
        cmms=CmmsState.from_books([]),
    )


def run_dry(world: World, part: Part, wanted: Decimal, number: int) -> Deficit:
    """Let the line take what the ERP does not show there, and return what is told of it."""
    issue = MesGoodsIssue(
        order=part.order, material=part.material, quantity=wanted, minutes_ago=0, refusal=DEFICIT
    )
    names = issue.apply(world)
    event = {
        "specversion": "1.0",
        "id": f"deficit-{number}",
        "source": f"/dm/{PLANT}",
        "type": "concord.posting.rejected.v1",
        "time": world.clock.now().isoformat(),
        "data": {
            "plant": PLANT,
            "order": part.order,
            "material": part.material,
            "document": names["document"],
            "message": names["message"],
            "message_class": names["message_class"],
            "message_number": names["message_number"],
            "text": names["text"],
        },
    }
    return Deficit(number, part, wanted, names["document"], names["message"], event)


def at_line(world: World, material: str) -> Decimal:
    """Return what the ERP shows of a material at its line."""
    return world.s4.on_hand(StockKey(material, PLANT, LINE, "", "", "01"))


def worth(world: World, document: str) -> Decimal:
    """Return the value of what a material document moves."""
    rows = rows_of(world, document)
    return PRICE * sum((abs(row["QuantityInBaseUnit"]) for row in rows), Decimal(0))


def rows_of(world: World, document: str) -> list[Row]:
    """Return the lines of a material document, without those the ERP added by itself.

    The journal names a document by year and number; one that the shop floor's message made, by
    number and year.
    """
    before, _, after = document.partition("/")
    key = (before, after) if (before, after) in world.s4.documents else (after, before)
    return [row for row in world.s4.items_of(key) if not row["IsAutomaticallyCreated"]]


def quiet(world: World) -> bool:
    """Whether nothing is on its way any more: no late commit, no message."""
    queued = (one.state in {SyncState.QUEUED, SyncState.SENT} for one in world.dm.messages.values())
    return not world.parked and not any(queued)


def _book(book: PlantBook, orders: int) -> PlantBook:
    """Return a book with these orders alone, made after one of the seeded plant's."""
    template = next(one for one in book.erp.orders if one.status is OrderStatus.RELEASED)
    component = next(one for one in template.components if not (one.batch or one.backflushed))
    master = next(one for one in book.materials if one.number == component.material)
    wanted = parts(orders)
    materials = [_material(master, part, book.currency) for part in wanted]
    erp = [_order(template, component, wanted, order) for order in range(orders)]
    return replace(
        book,
        materials=[*book.materials, *materials],
        erp=ErpPages(
            orders=erp,
            stock=[line for one in materials for line in _stock(one, {STORE: PLENTY, LINE: LEFT})],
            cost_objects=book.erp.cost_objects,
        ),
        mes=MesPages(
            orders=[replace(order, components=()) for order in erp],
            stock=[line for one in materials for line in _stock(one, {LINE: PLENTY})],
        ),
        maintenance=MaintenancePages(),
    )


def _material(master: Material, part: Part, currency: str) -> Material:
    return replace(
        master,
        number=part.material,
        issue_location=LINE,
        conversions=(),
        standard_price=Money(PRICE, currency),
    )


def _order(
    template: ProductionOrder, component: Component, wanted: list[Part], order: int
) -> ProductionOrder:
    mine = wanted[order * PARTS_OF_AN_ORDER : (order + 1) * PARTS_OF_AN_ORDER]
    return replace(
        template,
        number=mine[0].order,
        components=tuple(
            replace(
                component,
                reservation=part.order,
                item=str(item),
                material=part.material,
                location=LINE,
                required=Quantity(PLENTY, component.required.unit),
            )
            for item, part in enumerate(mine, start=1)
        ),
    )


def _stock(material: Material, places: Mapping[str, Decimal]) -> list[StockLine]:
    kind, unit = StockType.UNRESTRICTED, material.base_unit
    return [
        StockLine(material.number, PLANT, place, kind, Quantity(amount, unit))
        for place, amount in places.items()
    ]
