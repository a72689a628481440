"""Messages between the systems are read with their refusals and sent again once."""

import pytest

from tools.book import PlantBook
from tools.errors import NotFound, Refused
from tools.objects.reference import Reference
from tools.objects.sync import SyncState
from tools.ports import Messages, Side


async def test_a_refused_message_is_read_with_its_causes(erp: Side, book: PlantBook) -> None:
    messages, known = erp.port(Messages), book.erp.messages[0]
    assert (await messages.message(known.number)).value == known
    assert known in (await messages.messages(book.plant)).value


async def test_a_message_of_another_plant_is_not_listed(erp: Side) -> None:
    assert (await erp.port(Messages).messages("9999")).value == ()


async def test_a_message_nobody_knows_is_not_found(erp: Side) -> None:
    with pytest.raises(NotFound):
        await erp.port(Messages).message("NOSUCH")


async def test_a_refused_message_is_sent_again_once(erp: Side, book: PlantBook) -> None:
    messages, number = erp.port(Messages), book.erp.messages[0].number
    posted = await messages.retry_message(number, Reference.of("again"))
    assert posted.number == number
    assert (await messages.message(number)).value.state is SyncState.QUEUED
    with pytest.raises(Refused):
        await messages.retry_message(number, Reference.of("and again"))
