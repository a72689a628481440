"""An answer that is lost leaves a posting that is found by its reference, never sent twice."""

from decimal import Decimal

import pytest

from tools.errors import NotPosted, OutcomeUnknown
from tools.objects.confirmation import ConfirmationDraft
from tools.objects.order import OrderStatus
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.ports import Confirmations, Side
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server
from tools.sandbox.world import World

MARK = Reference.of("test")


def draft(world: World) -> ConfirmationDraft:
    order = next(
        one
        for one in world.dm.orders.values()
        if one.status is OrderStatus.IN_PROGRESS and not one.operations[-1].finished_at
    )
    operation = next(one for one in order.operations if not one.finished_at)
    return ConfirmationDraft(
        order=order.number,
        operation=operation.number,
        yielded=Quantity(Decimal(1), order.quantity.unit),
        scrapped=order.quantity.zero(),
        reworked=order.quantity.zero(),
        posting_date=world.clock.now().date(),
    )


@pytest.fixture(params=["desk", "public"])
def side(request: pytest.FixtureRequest, dm: Side, public: Side) -> Side:
    return dm if request.param == "desk" else public


@pytest.mark.parametrize(
    "kind",
    [FaultKind.COMMIT_THEN_TIMEOUT, FaultKind.COMMIT_THEN_RESET, FaultKind.COMMIT_THEN_500],
)
async def test_a_confirmation_whose_answer_is_lost_is_found_and_not_sent_twice(
    side: Side, world: World, kind: FaultKind
) -> None:
    world.faults.add(Fault(kind, Server.DM, method="WRITE", count=1))
    sent, confirmations = draft(world), side.port(Confirmations)
    with pytest.raises(OutcomeUnknown):
        await confirmations.post_confirmation(sent, MARK)
    found = (await confirmations.confirmation_by_reference(sent.order, MARK)).value
    assert found is not None
    assert found.yielded == sent.yielded
    (entry,) = world.journal.committed(Server.DM)
    assert (entry.reference, world.journal.duplicates()) == (MARK.guid, [])


async def test_a_confirmation_that_never_arrived_is_not_found(side: Side, world: World) -> None:
    world.faults.add(Fault(FaultKind.DROP_BEFORE_COMMIT, Server.DM, method="WRITE", count=1))
    sent, confirmations = draft(world), side.port(Confirmations)
    with pytest.raises(OutcomeUnknown):
        await confirmations.post_confirmation(sent, MARK)
    assert (await confirmations.confirmation_by_reference(sent.order, MARK)).value is None


async def test_a_confirmation_turned_away_for_its_rate_may_be_sent_again(
    side: Side, world: World
) -> None:
    world.faults.add(Fault(FaultKind.HTTP_429, Server.DM, method="WRITE", count=1, seconds=7))
    sent, confirmations = draft(world), side.port(Confirmations)
    with pytest.raises(NotPosted) as turned_away:
        await confirmations.post_confirmation(sent, MARK)
    assert turned_away.value.retry_after == 7
    await confirmations.post_confirmation(sent, MARK)
    assert len(world.journal.committed(Server.DM)) == 1
