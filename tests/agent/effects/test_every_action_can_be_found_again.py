"""What an action changes is seen when it is looked for, and only then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.actions.action import Action
from agent.actions.cancel_confirmation import CancelConfirmation
from agent.actions.cancel_movement import CancelMovement
from agent.actions.catalog import actions
from agent.actions.complete_order import CompleteOrder
from agent.actions.dispatch_order import DispatchOrder
from agent.actions.finish_order import FinishOrder
from agent.actions.free_confirmation import FreeConfirmation
from agent.actions.hold_confirmation import HoldConfirmation
from agent.actions.lift_hold import LiftHold
from agent.actions.notify_maintenance import NotifyMaintenance
from agent.actions.open_task import OpenTask
from agent.actions.place_hold import PlaceHold
from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.actions.release_order import ReleaseOrder
from agent.actions.request_master_data import RequestMasterData
from agent.actions.retry_message import RetryMessage
from tools.fakes.examples import draft, issue, released
from tools.fakes.plant import FakePlant, fake_plant
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.maintenance import NotificationDraft
from tools.objects.master_request import MasterRecord, MasterRequest
from tools.objects.nonconformance import Held
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference
from tools.objects.sync import SyncMessage, SyncState
from tools.objects.task import TaskDraft
from tools.ports import Confirmations, Holds, Messages, Movements, Side
from tools.sandbox.seed.plants import books

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
BEYOND_THE_FAKES = {
    "report_confirmation",
    "report_issue",
    "withdraw_confirmation",
    "withdraw_issue",
}
"""The MES in memory takes no reports; the MES wrappers' own tests have them."""
FIRST, MARK = Reference.of("before"), Reference.of("mark")


@pytest.fixture
def plant() -> FakePlant:
    plant = fake_plant(books(7, NOW)[0], lambda: NOW)
    waiting = SyncMessage("M-1", plant.book.plant, "confirmation", "x", SyncState.FAILED, NOW)
    plant.book.mes.messages.append(waiting)
    return plant


async def _pending(plant: FakePlant) -> str:
    """Return the number of a reported confirmation that is still on its way."""
    found = plant.book.mes.confirmations[0]
    plant.book.mes.confirmations[0] = replace(found, state=ConfirmationState.PENDING)
    return found.number


async def _action(plant: FakePlant, kind: str) -> Action:
    """Return an action of a kind, what it needs made before."""
    book, code = plant.book, plant.book.plant
    order, step, component = released(book)
    taken = issue(order, component, Quantity(Decimal(5), component.required.unit), book.today)
    made = draft(order, step, 10, (), book.today)
    holds, confirmations = plant.mes.port(Holds), plant.erp.port(Confirmations)
    match kind:
        case "post_movement":
            return PostMovement(taken)
        case "cancel_movement":
            posted = await plant.erp.port(Movements).post_movement(taken, FIRST)
            return CancelMovement(posted.number, component.material, code, "wrong")
        case "post_confirmation":
            return PostConfirmation(made)
        case "cancel_confirmation":
            posted = await confirmations.post_confirmation(made, FIRST)
            return CancelConfirmation(posted.number, order.number, "twice")
        case "place_hold":
            return PlaceHold(code, Held.ORDER, order.number, "looked at")
        case "lift_hold":
            held = await holds.place_hold(code, Held.ORDER, order.number, "looked at", FIRST)
            return LiftHold(code, held.number, order.number)
        case _:
            return await _of_the_shop_floor(plant, kind)


async def _of_the_shop_floor(plant: FakePlant, kind: str) -> Action:
    match kind:
        case "open_task":
            return OpenTask(TaskDraft(plant.book.plant, "Count", "The systems differ."))
        case "hold_confirmation":
            return HoldConfirmation(await _pending(plant), "looked at")
        case "free_confirmation":
            number = await _pending(plant)
            confirmations = plant.mes.port(Confirmations)
            await confirmations.hold_confirmation(number, "looked at", FIRST)
            return FreeConfirmation(number)
        case "retry_message":
            return RetryMessage("M-1", "1000012")
        case "request_master_data":
            wanted = MasterRequest(MasterRecord.MATERIAL, plant.book.plant, "X-1", (), "a label")
            return RequestMasterData(wanted)
        case _:
            return await _of_an_order_or_asset(plant, kind)


async def _of_an_order_or_asset(plant: FakePlant, kind: str) -> Action:
    asset = plant.book.maintenance.equipment[0].number
    match kind:
        case "release_order":
            return ReleaseOrder(_order(plant.book.erp.orders, OrderStatus.CREATED))
        case "complete_order":
            return CompleteOrder(_order(plant.book.erp.orders, OrderStatus.RELEASED))
        case "dispatch_order":
            return DispatchOrder(_order(plant.book.mes.orders, OrderStatus.CREATED))
        case "finish_order":
            return FinishOrder(_order(plant.book.mes.orders, OrderStatus.RELEASED))
        case "notify_maintenance":
            told = NotificationDraft(plant.book.plant, asset, "stands", "", True, NOW)
            return NotifyMaintenance(told)
        case _:
            raise LookupError(f"this test knows no {kind}: teach it")


def _order(orders: list[ProductionOrder], status: OrderStatus) -> str:
    """Return an order of a system, which stands at a status from now on."""
    orders[0] = replace(orders[0], status=status, locked=False)
    return orders[0].number


@pytest.mark.parametrize("kind", sorted(set(actions()) - BEYOND_THE_FAKES))
async def test_an_action_is_found_after_it_was_carried_out_and_not_before(
    plant: FakePlant, kind: str
) -> None:
    action = await _action(plant, kind)
    assert await action.find(plant.sides, MARK) is None

    posted = await action.carry_out(plant.sides, MARK)

    found = await action.find(plant.sides, MARK)
    assert found is not None
    assert (found.system, found.number) == (action.system, posted.number)


@dataclass
class Unlinked(Confirmations):
    """An ERP that marks a cancelled confirmation without saying which reversal took it back."""

    behind: Confirmations
    system = System.ERP

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        reading = await self.behind.confirmations(order)
        rows = tuple(replace(one, reverses="?" if one.reverses else None) for one in reading.value)
        return replace(reading, value=rows)


async def test_a_cancelled_confirmation_is_found_where_the_reversal_is_not_linked(
    plant: FakePlant,
) -> None:
    action = await _action(plant, "cancel_confirmation")
    port = Unlinked(plant.erp.port(Confirmations))
    sides: Mapping[System, Side] = {System.ERP: Side(System.ERP, "S4", (port,), lambda: NOW)}
    assert await action.find(sides, MARK) is None

    await action.carry_out(plant.sides, MARK)

    found = await action.find(sides, MARK)
    assert isinstance(action, CancelConfirmation)
    assert found is not None
    assert found.number == action.confirmation


async def test_a_message_refused_anew_counts_as_not_sent(plant: FakePlant) -> None:
    action = await _action(plant, "retry_message")
    await action.carry_out(plant.sides, MARK)
    on_its_way = (await plant.mes.port(Messages).message("M-1")).value
    assert await action.find(plant.sides, MARK) is not None

    messages = plant.book.mes.messages
    messages[messages.index(on_its_way)] = replace(on_its_way, state=SyncState.FAILED)

    assert await action.find(plant.sides, MARK) is None
