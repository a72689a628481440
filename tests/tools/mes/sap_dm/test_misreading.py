"""Answers that are not what DM's contract says become clear, typed errors."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tools.connection import Connection
from tools.errors import Denied, Misread, NotOffered, OutcomeUnknown, Refused, Unavailable
from tools.mes.sap_dm import DmPlant, Process, sap_dm
from tools.objects.confirmation import ConfirmationDraft
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.task import TaskDraft
from tools.objects.units import UnknownUnit
from tools.ports import Confirmations, Holds, Movements, Orders, Side, Stock, Tasks
from tools.sandbox.dm import desk
from tools.sandbox.dm.server import serve
from tools.sandbox.exchange import Request, Response, json_response
from tools.sandbox.world import World

PLANT = "1010"
KEYS = {Process[process.name]: process.value for process in desk.Process}
LOGIN = b"<html><body>Sign in to SAP</body></html>"
MARK = Reference.of("test")

Answering = Callable[[Request], Response]
Connect = Callable[..., Connection]


def site(connect: Connect, world: World, answering: Answering) -> Side:
    return sap_dm(connect(answering), DmPlant(PLANT, KEYS), clock=world.clock.now)


def unpublished(connect: Connect, world: World, answering: Answering) -> Side:
    return sap_dm(connect(answering), DmPlant(PLANT), clock=world.clock.now)


def always(response: Response) -> Answering:
    return lambda _: response


def first_changed(field: str, value: Any) -> Answering:
    """Return a DM that is right but for one field of the first row of a list."""

    def answer(request: Request) -> Response:
        body = json.loads(serve(request).body)
        body["content"][0][field] = value
        return json_response(body)

    return answer


def running(world: World) -> ProductionOrder:
    orders = world.dm.orders.values()
    return next(one for one in orders if one.status is OrderStatus.IN_PROGRESS)


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response(200, [("content-type", "text/html")], LOGIN), "HTML"),
        (Response(200, [], b""), "an empty answer"),
        (Response(200, [], b'{"content": [{"order": "7'), "broken JSON"),
        (Response(200, [], b"[]"), "the answer"),
        (Response(200, [], b'{"content": []}'), "totalPages"),
        (Response(302, [("location", "https://login/oauth?token=secret")]), "redirected"),
    ],
)
async def test_an_answer_of_another_kind_is_a_misread(
    connect: Connect, world: World, response: Response, said: str
) -> None:
    with pytest.raises(Misread, match=said) as misread:
        await site(connect, world, always(response)).port(Orders).orders(PLANT)
    assert "GET /order/v2/plants/1010/orders" in str(misread.value)
    assert "secret" not in str(misread.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("executionStatus", "RESTING"),
        ("plannedStart", "tomorrow"),
        ("plannedStart", "2026-03-17T06:00:00"),
        ("doneQuantity", "many"),
        ("material", "FG-1"),
        ("order", None),
    ],
)
async def test_a_field_of_another_type_is_named(
    connect: Connect, world: World, field: str, value: Any
) -> None:
    changed = first_changed(field, value)
    with pytest.raises(Misread, match=field):
        await site(connect, world, changed).port(Orders).orders(PLANT)


async def test_a_field_nobody_asked_for_is_no_fault(connect: Connect, world: World) -> None:
    changed = first_changed("newInRelease2611", {"a": 1})
    assert (await site(connect, world, changed).port(Orders).orders(PLANT)).value


async def test_an_unknown_unit_is_its_own_error(connect: Connect, world: World) -> None:
    material = next(iter(world.dm.stock.values())).material
    lot = {"value": 3, "unitOfMeasure": {"internalUnitOfMeasure": "XYZ"}}
    changed = first_changed("quantityOnHand", lot)
    with pytest.raises(UnknownUnit, match="XYZ"):
        await site(connect, world, changed).port(Stock).stock(material, PLANT)


async def test_a_unit_that_has_only_its_iso_code_is_understood(
    connect: Connect, world: World
) -> None:
    material = next(iter(world.dm.stock.values())).material
    lot = {"value": 3, "unitOfMeasure": {"isoUnitOfMeasure": "PCE"}}
    changed = first_changed("quantityOnHand", lot)
    lines = (await site(connect, world, changed).port(Stock).stock(material, PLANT)).value
    assert lines[0].quantity == Quantity(Decimal(3), "ST")


async def test_a_posting_status_the_plant_does_not_know_is_not_guessed(
    connect: Connect, world: World
) -> None:
    changed = unpublished(connect, world, first_changed("status", "PARKED"))
    with pytest.raises(NotOffered, match="PARKED"):
        await changed.port(Confirmations).confirmations(running(world).number)


async def test_wrong_credentials_are_denied(connect: Connect, world: World) -> None:
    denied = sap_dm(connect(secret="old"), DmPlant(PLANT, KEYS), clock=world.clock.now)
    with pytest.raises(Denied):
        await denied.port(Orders).orders(PLANT)


async def test_a_token_that_has_expired_is_replaced(dm: Side, world: World) -> None:
    await dm.port(Orders).orders(PLANT)
    world.access.forget()
    assert (await dm.port(Orders).orders(PLANT)).value


async def test_dms_reason_for_a_refusal_is_kept(connect: Connect, world: World) -> None:
    no = Response(400, [], b'{"code":"dme.1234","message":"SFC is on hold","correlationId":"x"}')
    with pytest.raises(Refused, match="SFC is on hold") as refused:
        await site(connect, world, always(no)).port(Orders).release("1000000", etag=None)
    assert refused.value.messages[0].code == "dme.1234"


async def test_a_service_that_is_down_is_unavailable(connect: Connect, world: World) -> None:
    with pytest.raises(Unavailable):
        await site(connect, world, always(Response(503))).port(Orders).orders(PLANT)


@pytest.mark.parametrize(
    "response", [Response(500), Response(504), Response(200, [], LOGIN), Response(201, [], b"{}")]
)
async def test_a_write_that_is_not_answered_clearly_may_have_posted(
    connect: Connect, world: World, response: Response
) -> None:
    broken = site(connect, world, always(response))
    order = running(world)
    nothing = order.quantity.zero()
    draft = ConfirmationDraft(
        order.number, "0010", order.quantity, nothing, nothing, world.clock.now().date()
    )
    with pytest.raises(OutcomeUnknown):
        await broken.port(Confirmations).post_confirmation(draft, MARK)
    with pytest.raises(OutcomeUnknown):
        await broken.port(Tasks).open_task(TaskDraft(PLANT, "Look", ""), MARK)


async def test_a_goods_issue_whose_number_cannot_be_read_may_have_posted(
    connect: Connect, world: World
) -> None:
    def losing(request: Request) -> Response:
        listing = request.path.endswith("/goodsIssues")
        return Response(500) if listing else serve(request)

    order, there = running(world), next(iter(world.dm.stock.values()))
    operation = next(one for one in order.operations if not one.finished_at)
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=there.material,
        plant=PLANT,
        quantity=Quantity(Decimal(1), there.quantity.unit),
        order=order.number,
        operation=operation.number,
    )
    draft = MovementDraft(world.clock.now().date(), (line,))
    losing_site = site(connect, world, losing)
    with pytest.raises(OutcomeUnknown, match="number cannot be read"):
        await losing_site.port(Movements).post_movement(draft, MARK)
    assert (await losing_site.port(Movements).movement_by_reference(MARK)).value is not None


async def test_reads_of_one_case_run_at_once(connect: Connect, world: World) -> None:
    dm = site(connect, world, serve)
    order = running(world).number
    first, second, held = await asyncio.gather(
        dm.port(Orders).order(order), dm.port(Orders).order(order), dm.port(Holds).holds(PLANT)
    )
    assert first.value == second.value
    assert held.value


async def test_a_list_longer_than_a_page_is_read_whole(connect: Connect, world: World) -> None:
    order = running(world)
    for number in range(1100000, 1100230):
        world.dm.orders[str(number)] = replace(order, number=str(number))
    found = (await site(connect, world, serve).port(Orders).orders(PLANT)).value
    assert len({one.number for one in found}) == len(found) == len(world.dm.orders)
