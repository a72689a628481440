"""What a wrapper says when the system, or the release, does not do what it should."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import httpx
import pytest

from tools.book import PlantBook
from tools.connection import Connection, Limits
from tools.credentials import Basic
from tools.errors import (
    Locked,
    Misread,
    NotFound,
    NotOffered,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from tools.fakes.examples import draft, issue, order_in, released, scrap_all, stock_at
from tools.objects.confirmation import ActivityUse
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.order import OrderCategory, OrderStatus
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.ports import (
    Boms,
    Confirmations,
    Costs,
    Materials,
    Messages,
    Movements,
    Orders,
    Side,
    Stock,
)
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.world import World
from tools.sap.capability import Demand, capabilities
from tools.sap.landscape import Landscape
from tools.sap.metadata import Needs
from tools.sap.s4 import ErpOptions, erp_demands, erp_side
from tools.sap.site_services import PeriodNames, QueueNames, SiteServices

MARK = Reference.of("a", "posting")


async def test_an_answer_that_never_came_is_found_by_its_reference(
    erp: Side, book: PlantBook, world: World
) -> None:
    order, step, _ = released(book)
    confirmations = erp.port(Confirmations)
    world.faults.add(Fault(FaultKind.COMMIT_THEN_TIMEOUT, path="ProdnOrdConf2$", count=1))
    with pytest.raises(OutcomeUnknown):
        await confirmations.post_confirmation(draft(order, step, 1, (), book.today), MARK)
    found = (await confirmations.confirmation_by_reference(order.number, MARK)).value
    assert found is not None
    assert found.yielded.amount == 1
    assert world.journal.duplicates() == []


async def test_a_lock_is_certain_not_to_have_posted(
    erp: Side, book: PlantBook, world: World
) -> None:
    order, _, component = released(book)
    world.faults.add(Fault(FaultKind.LOCK, path="A_MaterialDocumentHeader", method="WRITE"))
    with pytest.raises(Locked):
        await erp.port(Movements).post_movement(
            issue(order, component, _one(component.required), book.today),
            MARK,
        )
    assert (await erp.port(Movements).movement_by_reference(MARK)).value is None


def _one(like: Quantity) -> Quantity:
    return Quantity(Decimal(1), like.unit)


async def test_a_proposal_that_fails_is_a_read_that_failed(
    erp: Side, book: PlantBook, world: World
) -> None:
    order, step, _ = released(book)
    world.faults.add(Fault(FaultKind.HTTP_503, path="GetConfProposal"))
    with pytest.raises(Unavailable):
        await erp.port(Confirmations).proposal(order.number, step.number, step.planned)


async def test_a_process_order_answers_through_the_same_port(
    erp: Side, plants: tuple[PlantBook, ...]
) -> None:
    known = order_in(plants[1], OrderStatus.RELEASED)
    found = (await erp.port(Orders).order(known.number)).value
    assert (found.category, found.plant) == (OrderCategory.PROCESS, "1710")
    step = known.operations[0]
    proposed = await erp.port(Confirmations).proposal(known.number, step.number, step.planned)
    assert proposed.value.order == known.number


async def test_a_plant_of_one_category_asks_no_other_service(
    landscape: Landscape, plants: tuple[PlantBook, ...]
) -> None:
    erp = erp_side(landscape, ErpOptions(categories=(OrderCategory.PRODUCTION,)))
    with pytest.raises(NotFound):
        await erp.port(Orders).order(plants[1].erp.orders[0].number)


async def test_rework_has_no_place_in_a_process_orders_confirmation(
    erp: Side, plants: tuple[PlantBook, ...]
) -> None:
    order = order_in(plants[1], OrderStatus.RELEASED)
    step = order.operations[0]
    asked = replace(draft(order, step, 1, (), plants[1].today), reworked=_one(step.planned))
    with pytest.raises(NotOffered, match="rework"):
        await erp.port(Confirmations).post_confirmation(asked, MARK)


async def test_an_activity_the_plant_does_not_have_is_not_posted(
    erp: Side, book: PlantBook, world: World
) -> None:
    order, step, _ = released(book)
    asked = replace(
        draft(order, step, 1, (), book.today),
        activities=(ActivityUse("DANCING", Quantity(Decimal(5), "MIN")),),
    )
    with pytest.raises(NotOffered, match="DANCING"):
        await erp.port(Confirmations).post_confirmation(asked, MARK)
    assert world.journal.committed() == []


async def test_movements_of_different_transactions_do_not_share_a_document(
    erp: Side, book: PlantBook, world: World
) -> None:
    order, _, component = released(book)
    place = stock_at(book, component)
    receipt = GoodsMovement(
        MovementType.RECEIPT_ORDER, order.material, order.plant, _one(order.quantity), "0001"
    )
    lines = (*scrap_all(place, book.today).lines, receipt)
    with pytest.raises(NotOffered, match="one document"):
        await erp.port(Movements).post_movement(MovementDraft(book.today, lines), MARK)
    assert world.journal.committed() == []


async def test_a_movement_type_concord_does_not_know_is_named(
    erp: Side, book: PlantBook, world: World
) -> None:
    known = book.erp.documents[0]
    number, _, year = known.number.partition("/")
    for key, row in world.s4.document_items.items():
        if key[:2] == (year, number):
            row["GoodsMovementType"] = "641"
    with pytest.raises(Misread, match="641"):
        await erp.port(Movements).movement(known.number)
    line = known.lines[0]
    latest = (await erp.port(Movements).movements_of(line.material, line.plant)).value
    assert all(document.lines == () for document in latest if document.number == known.number)


async def test_a_price_per_hundred_is_a_price_per_piece(
    erp: Side, book: PlantBook, world: World
) -> None:
    known = next(one for one in book.materials if one.standard_price)
    row = world.s4.product_values[(known.number, known.plant, "")]
    row["PriceUnitQty"] = Decimal(100)
    row["StandardPrice"] = Decimal(250)
    found = (await erp.port(Materials).material(known.number, known.plant)).value
    assert found.standard_price is not None
    assert found.standard_price.amount == Decimal("2.5")


async def test_an_explosion_in_an_unknown_unit_is_refused_before_it_is_asked(
    erp: Side, book: PlantBook
) -> None:
    bom = book.boms[0]
    with pytest.raises(ValueError, match="no factor"):
        await erp.port(Boms).explosion(bom.material, bom.plant, Quantity(Decimal(1), "KG"))


async def test_a_site_without_its_own_service_offers_no_messages_and_no_period(
    landscape: Landscape, book: PlantBook
) -> None:
    erp = erp_side(landscape, ErpOptions(site=None))
    with pytest.raises(NotOffered):
        erp.port(Messages)
    with pytest.raises(NotOffered):
        await erp.port(Costs).period(book.company_code)


async def test_the_sandbox_offers_everything_the_wrappers_rely_on(landscape: Landscape) -> None:
    found = await capabilities(landscape, erp_demands())
    assert {one.demand.service: one.missing for one in found if one.missing} == {}
    assert [one.demand.service for one in found if one.error] == []
    assert all(one.sha256 for one in found)


async def test_what_a_release_lacks_is_named(landscape: Landscape) -> None:
    site = SiteServices(
        queue=QueueNames(entity_set="Queue"), period=PeriodNames(opens="From"), retry="Again"
    )
    missing, optional, nowhere = await capabilities(
        landscape,
        (
            Demand(site.service, site.needs),
            Demand("API_PRODUCT_SRV", Needs(functions={"Guess": frozenset[str]()}), "no guessing"),
            Demand("API_NOT_ACTIVATED", Needs()),
        ),
    )
    assert not missing.offered
    assert set(missing.missing) == {
        "entity set Queue",
        "cpmPostingPeriod.From",
        "function import Again",
    }
    assert not optional.offered
    assert nowhere.error is not None


class Gathering(httpx.AsyncBaseTransport):
    """Answers nobody until everybody has asked."""

    def __init__(self, inner: httpx.AsyncBaseTransport, many: int) -> None:
        self._inner, self._barrier = inner, asyncio.Barrier(many)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._barrier.wait()
        return await self._inner.handle_async_request(request)


async def test_eight_reads_are_under_way_at_once(
    book: PlantBook, transport: httpx.AsyncBaseTransport
) -> None:
    async with Connection(
        "S4",
        "http://s4.sandbox",
        credentials=Basic("CONCORD", "plant-in-a-box"),
        transport=Gathering(transport, 8),
        limits=Limits(concurrency=8, timeout=5),
    ) as connection:
        stock = erp_side(Landscape(connection, lambda: _now(book))).port(Stock)
        readings = await asyncio.gather(
            *(stock.stock(material.number, book.plant) for material in book.materials[:8])
        )
    assert len(readings) == 8


def _now(book: PlantBook) -> datetime:
    return book.erp.documents[0].entered_at


async def test_a_refusal_names_its_cause_and_not_only_its_wrapper(
    erp: Side, book: PlantBook
) -> None:
    order, _, component = released(book)
    place = stock_at(book, component)
    with pytest.raises(Refused) as refused:
        await erp.port(Movements).post_movement(
            issue(order, component, place.quantity * 3, book.today), MARK
        )
    assert [message.code for message in refused.value.messages] == [
        "M7/021",
        "MM_IM_ODATA_API_MDOC/014",
    ]
