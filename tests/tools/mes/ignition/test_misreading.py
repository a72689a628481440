"""Answers that are not what the contract says become clear, typed errors."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tools.connection import Connection
from tools.errors import Denied, Misread, NotOffered, OutcomeUnknown, Refused, Unavailable
from tools.mes.ignition import ignition, probe
from tools.objects.reference import Reference
from tools.objects.task import TaskDraft
from tools.objects.units import UnknownUnit
from tools.ports import Holds, Orders, Side, Stock, Tasks
from tools.sandbox.exchange import Request, Response, json_response
from tools.sandbox.ignition.server import serve
from tools.sandbox.world import World

PLANT = "1710"
Connect = Callable[..., Connection]


def always(response: Response) -> Callable[[Request], Response]:
    return lambda _: response


LOGIN = b"<html><body>Sign in to the gateway</body></html>"


def answering(connect: Connect, world: World, response: Response) -> Side:
    return ignition(connect(always(response)), clock=world.clock.now)


def changed(connect: Connect, world: World, field: str, value: Any) -> Side:
    """Return a site that is right but for one field of its first item."""

    def answer(request: Request) -> Response:
        body = json.loads(serve(request).body)
        body["items"][0][field] = value
        return json_response(body)

    return ignition(connect(answer), clock=world.clock.now, units={"pcs": "ST"})


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response(200, [("content-type", "text/html")], LOGIN), "HTML"),
        (Response(200, [], b""), "an empty answer"),
        (Response(200, [], b'{"items": [{"number": "7'), "broken JSON"),
        (Response(200, [], b"[]"), "the answer"),
        (Response(200, [], b'{"items": []}'), "next"),
        (Response(200, [], b'{"items": [], "next": "1"}'), "names a next one"),
        (Response(302, [("location", "/web/login")]), "redirected"),
    ],
)
async def test_an_answer_of_another_kind_is_a_misread(
    world: World, response: Response, said: str, connect: Connect
) -> None:
    with pytest.raises(Misread, match=said):
        await answering(connect, world, response).port(Orders).orders(PLANT)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "resting"),
        ("planned_start", "tomorrow"),
        ("planned_start", "2026-03-17T06:00:00"),
        ("quantity", {"value": 12.5, "unit": "KG"}),
        ("quantity", {"value": "a lot", "unit": "KG"}),
        ("quantity", {"value": "12.5"}),
        ("locked", "no"),
        ("priority", "5"),
        ("number", None),
    ],
)
async def test_a_field_of_another_shape_is_named(
    world: World, field: str, value: Any, connect: Connect
) -> None:
    with pytest.raises(Misread, match=rf"items\.0\.{field}"):
        await changed(connect, world, field, value).port(Orders).orders(PLANT)


async def test_an_unknown_unit_is_its_own_error(world: World, connect: Connect) -> None:
    side = changed(connect, world, "quantity", {"value": "3", "unit": "buckets"})
    line = next(one for one in world.ignition.stock.values() if one.plant == PLANT)
    with pytest.raises(UnknownUnit, match="buckets"):
        await side.port(Stock).stock(line.material, PLANT)


async def test_a_write_answered_in_riddles_leaves_its_fate_open(
    world: World, connect: Connect
) -> None:
    for response in (Response(200, [], LOGIN), Response(200, [], b"{}"), Response(503)):
        side = answering(connect, world, response)
        with pytest.raises(OutcomeUnknown):
            await side.port(Tasks).open_task(TaskDraft(PLANT, "t", "x"), Reference.of("t"))


async def test_a_resource_the_site_has_not_implemented_is_not_offered(
    world: World, connect: Connect
) -> None:
    for response in (
        Response(404, [("content-type", "text/html")], b"<h2>HTTP ERROR 404</h2>"),
        json_response({"error": {"code": "unknown_resource", "message": "-", "field": None}}, 404),
    ):
        with pytest.raises(NotOffered, match="/concord/holds"):
            await answering(connect, world, response).port(Holds).holds(PLANT)


async def test_a_busy_gateway_is_unavailable(world: World, connect: Connect) -> None:
    with pytest.raises(Unavailable):
        await answering(connect, world, Response(503)).port(Holds).holds(PLANT)


async def test_a_wrong_token_is_denied(world: World, connect: Connect) -> None:
    side = ignition(connect(token="guessed"), clock=world.clock.now)
    with pytest.raises(Denied, match="unauthenticated"):
        await side.port(Holds).holds(PLANT)


async def test_a_refusal_names_the_field(world: World, connect: Connect) -> None:
    body = {"error": {"code": "bad_value", "message": "there is none", "field": "plant"}}
    with pytest.raises(Refused, match=r"bad_value there is none \(plant\)"):
        await answering(connect, world, json_response(body, 400)).port(Holds).holds(PLANT)


async def test_another_contract_is_refused_at_the_door(world: World, connect: Connect) -> None:
    body: dict[str, Any] = {
        "contract": "concord-webdev/2",
        "project": "p",
        "plants": [],
        "resources": [],
        "at": "2026-03-17T06:00:00Z",
    }
    connection = connect(always(json_response(body)))
    with pytest.raises(Misread, match="concord-webdev/2"):
        await probe(connection, world.clock.now)
