"""What fakes do beyond the ports: they count what they posted, and leave their book alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tools.book import PlantBook
from tools.errors import NotOffered, Refused
from tools.fakes.examples import draft, first, released
from tools.fakes.plant import FakePlant, fake_plant
from tools.objects.confirmation import ConfirmationState
from tools.objects.reference import Reference
from tools.ports import Confirmations, Orders

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
MARK = Reference.of("twice")


@pytest.fixture
def fakes(book: PlantBook) -> FakePlant:
    return fake_plant(book, lambda: NOW)


async def test_a_posting_sent_twice_is_there_twice(fakes: FakePlant, book: PlantBook) -> None:
    order, step, _ = released(book)
    confirmations = fakes.erp.port(Confirmations)
    for _ in range(2):
        await confirmations.post_confirmation(draft(order, step, 1, (), book.today), MARK)
    assert [posting.reference for posting in fakes.posted] == [MARK, MARK]
    assert len({posting.number for posting in fakes.posted}) == 2


async def test_a_refused_posting_is_not_there(fakes: FakePlant) -> None:
    order = first(one for one in fakes.book.erp.orders if one.status == "closed")
    with pytest.raises(Refused):
        await fakes.erp.port(Confirmations).post_confirmation(
            draft(order, order.operations[0], 1, (), NOW.date()), MARK
        )
    assert fakes.posted == ()


async def test_the_book_a_plant_started_from_stays_as_it_was(
    fakes: FakePlant, book: PlantBook
) -> None:
    order, step, _ = released(book)
    before = (list(book.erp.confirmations), list(book.erp.orders))
    await fakes.erp.port(Confirmations).post_confirmation(
        draft(order, step, 1, (), book.today), MARK
    )
    assert (book.erp.confirmations, book.erp.orders) == before


async def test_the_systems_can_be_put_out_of_step(fakes: FakePlant) -> None:
    order = fakes.book.mes.orders[0]
    fakes.book.mes.orders[0] = replace(order, native_status="GONE")
    found = (await fakes.mes.port(Orders).order(order.number)).value
    assert found.native_status == "GONE"


async def test_a_confirmation_on_its_way_can_be_held_and_freed(fakes: FakePlant) -> None:
    confirmations, pages = fakes.mes.port(Confirmations), fakes.book.mes.confirmations
    pages[0] = replace(pages[0], state=ConfirmationState.PENDING)
    number = pages[0].number
    await confirmations.hold_confirmation(number, "Consumption looks wrong", MARK)
    assert (await confirmations.confirmation(number)).value.state is ConfirmationState.HELD
    await confirmations.free_confirmation(number, Reference.of("go on"))
    assert (await confirmations.confirmation(number)).value.state is ConfirmationState.PENDING
    with pytest.raises(Refused):
        await confirmations.free_confirmation(number, Reference.of("go on again"))
    with pytest.raises(NotOffered):
        await fakes.erp.port(Confirmations).hold_confirmation(number, "Not here", MARK)
