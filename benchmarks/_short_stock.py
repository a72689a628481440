"""A plant of fakes in which many orders each miss stock that lies in the store."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from tools.book import PlantBook
from tools.fakes.plant import FakePlant, fake_plant
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import OrderStatus
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.stock import StockLine, StockType
from tools.sandbox.seed.plants import books

MATERIAL, LINE, STORE = "RM-SEAT-S", "0002", "0001"


@dataclass(frozen=True)
class Work:
    """A plant of fakes and the signals that tell of its conflicts."""

    plant: FakePlant
    signals: list[bytes]


def work(cases: int, now: datetime) -> Work:
    """Return as many conflicts, each about an order of its own."""
    book = books(7, now)[0]
    pattern = next(
        order
        for order in book.erp.orders
        if order.status is OrderStatus.RELEASED
        and any(row.material == MATERIAL for row in order.components)
    )
    book.erp.stock[:] = [line for line in book.erp.stock if line.material != MATERIAL]
    book.erp.stock.append(_stock(STORE, cases * 1000))
    signals = list[bytes]()
    for position in range(cases):
        number = str(5000000 + position)
        components = tuple(replace(row, reservation=number) for row in pattern.components)
        book.erp.orders.append(replace(pattern, number=number, components=components))
        document = _issue(number, position, now)
        book.mes.documents.append(document)
        signals.append(_signal(number, document.number, now))
    return Work(_plant(book), signals)


def _plant(book: PlantBook) -> FakePlant:
    return fake_plant(book, lambda: datetime.now(UTC))


def _stock(place: str, amount: int) -> StockLine:
    quantity = Quantity(Decimal(amount), "ST")
    return StockLine(MATERIAL, "1010", place, StockType.UNRESTRICTED, quantity)


def _issue(order: str, position: int, now: datetime) -> MaterialDocument:
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=MATERIAL,
        plant="1010",
        quantity=Quantity(Decimal(40), "ST"),
        location=LINE,
        order=order,
        reservation=order,
        item="3",
    )
    return MaterialDocument(
        number=f"TX{position:08d}",
        posting_date=now.date(),
        entered_at=now,
        lines=(line,),
        reference=Reference.of("bench", order).short,
    )


def _signal(order: str, document: str, now: datetime) -> bytes:
    data = {"plant": "1010", "order": order, "material": MATERIAL, "document": document}
    event = {
        "specversion": "1.0",
        "id": f"bench-{order}",
        "source": "/bench",
        "type": "concord.stock.deficit.v1",
        "time": now.isoformat(),
        "data": data,
    }
    return json.dumps(event).encode()
