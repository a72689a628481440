"""The two plants agree with themselves before a scenario breaks them."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tools.book import PlantBook
from tools.objects.movement import MovementType
from tools.objects.order import OrderStatus
from tools.objects.stock import StockType
from tools.sandbox.seed.plants import books

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)


@pytest.fixture(scope="module", params=[0, 1], ids=["1010", "1710"])
def book(request: pytest.FixtureRequest) -> PlantBook:
    index: int = request.param
    return books(7, NOW)[index]


def test_the_same_seed_gives_the_same_plants() -> None:
    assert books(7, NOW) == books(7, NOW) != books(8, NOW)


def test_the_box_is_as_large_as_a_small_plant() -> None:
    both = books(7, NOW)
    assert sum(len(book.materials) for book in both) >= 60
    assert sum(len(book.boms) for book in both) >= 25
    assert sum(len(book.work_centers) for book in both) >= 12
    assert sum(len(book.erp.orders) for book in both) >= 150


def test_orders_are_in_all_states(book: PlantBook) -> None:
    statuses = {order.status for order in book.erp.orders}
    assert statuses >= {
        OrderStatus.CREATED,
        OrderStatus.RELEASED,
        OrderStatus.PARTIALLY_CONFIRMED,
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
        OrderStatus.TECHNICALLY_COMPLETED,
        OrderStatus.CLOSED,
    }


def test_withdrawn_is_the_sum_of_the_issues(book: PlantBook) -> None:
    issued: dict[tuple[str | None, str | None], Decimal] = defaultdict(Decimal)
    for document in book.erp.documents:
        for line in document.lines:
            if line.type is MovementType.ISSUE_ORDER:
                issued[line.order, line.item] += line.quantity.amount
    for order in book.erp.orders:
        for component in order.components:
            assert component.withdrawn.amount == issued[order.number, component.item]


def test_confirmed_yield_is_the_same_on_both_sides(book: PlantBook) -> None:
    erp = {c.reference: (c.yielded, c.scrapped) for c in book.erp.confirmations}
    mes = {c.reference: (c.yielded, c.scrapped) for c in book.mes.confirmations}
    assert erp == mes


def test_every_component_is_a_material_of_the_plant(book: PlantBook) -> None:
    known = {material.number for material in book.materials}
    assert {item.component for bom in book.boms for item in bom.items} <= known


def test_there_are_alternates_fixed_quantities_and_several_levels(book: PlantBook) -> None:
    items = [item for bom in book.boms for item in bom.items]
    assert any(item.alternative_group for item in items)
    assert any(item.fixed for item in items)
    assert {bom.material for bom in book.boms} & {item.component for item in items}


def test_stock_lies_in_several_places_batches_and_states(book: PlantBook) -> None:
    assert len({line.location for line in book.erp.stock}) == 4
    assert {line.type for line in book.erp.stock} >= {StockType.UNRESTRICTED, StockType.QUALITY}
    assert any(line.batch for line in book.erp.stock)


def test_line_side_stock_is_the_same_on_both_sides(book: PlantBook) -> None:
    line_side = {line.location for line in book.mes.stock}
    assert book.mes.stock == [line for line in book.erp.stock if line.location in line_side]


def test_the_surroundings_are_there(book: PlantBook) -> None:
    assert book.erp.lots
    assert book.mes.holds
    assert book.mes.downtimes
    assert book.maintenance.windows
    assert book.maintenance.equipment
    assert any(certificate.valid_until < NOW.date() for certificate in book.mes.certificates)
    assert any(confirmation.note for confirmation in book.mes.confirmations)
