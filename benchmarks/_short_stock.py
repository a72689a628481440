"""A plant of fakes in which many orders each miss stock that lies in the store."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from tools.book import PlantBook
from tools.fakes.plant import FakePlant, fake_plant
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import Component, OrderStatus
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


def work(cases: int, now: datetime, materials: int = 1) -> Work:
    """Return as many conflicts, each about an order of its own.

    With as many materials as cases no two of them contend for the same stock.
    """
    book = books(7, now)[0]
    pattern = next(
        order
        for order in book.erp.orders
        if order.status is OrderStatus.RELEASED
        and any(row.material == MATERIAL for row in order.components)
    )
    book.erp.stock[:] = [line for line in book.erp.stock if line.material != MATERIAL]
    names = [_name(place) for place in range(materials)]
    known = next(one for one in book.materials if one.number == MATERIAL)
    book.materials += [replace(known, number=name) for name in names if name != MATERIAL]
    book.erp.stock += [_stock(name, STORE, cases * 1000) for name in names]
    kept = [line for line in book.mes.stock if line.material == MATERIAL]
    book.mes.stock += [replace(line, material=name) for name in names[1:] for line in kept]
    signals = list[bytes]()
    for position in range(cases):
        number, material = str(5000000 + position), names[position % materials]
        components = tuple(_taken(row, number, material) for row in pattern.components)
        book.erp.orders.append(replace(pattern, number=number, components=components))
        document = _issue(number, material, position, now)
        book.mes.documents.append(document)
        signals.append(_signal(number, material, document.number, now))
    return Work(_plant(book), signals)


def _name(place: int) -> str:
    return f"{MATERIAL}-{place}" if place else MATERIAL


def _taken(row: Component, order: str, material: str) -> Component:
    mine = material if row.material == MATERIAL else row.material
    return replace(row, reservation=order, material=mine)


def _plant(book: PlantBook) -> FakePlant:
    return fake_plant(book, lambda: datetime.now(UTC))


def _stock(material: str, place: str, amount: int) -> StockLine:
    quantity = Quantity(Decimal(amount), "ST")
    return StockLine(material, "1010", place, StockType.UNRESTRICTED, quantity)


def _issue(order: str, material: str, position: int, now: datetime) -> MaterialDocument:
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=material,
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


def _signal(order: str, material: str, document: str, now: datetime) -> bytes:
    data = {"plant": "1010", "order": order, "material": material, "document": document}
    event = {
        "specversion": "1.0",
        "id": f"bench-{order}",
        "source": "/bench",
        "type": "concord.stock.deficit.v1",
        "time": now.isoformat(),
        "data": data,
    }
    return json.dumps(event).encode()
