"""The site refuses whatever the contract does not say, and names the place."""

import json
import pickle
from typing import Any

import pytest

from tools.objects.order import OrderStatus
from tools.sandbox.exchange import Request, Response
from tools.sandbox.ignition.server import ROOT, serve
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.seed.plants import books
from tools.sandbox.servers import Server
from tools.sandbox.template import Template
from tools.sandbox.world import World

PLANT = "1710"
TOKEN = {"x-concord-token": "plant-in-a-box"}
MARK = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def template() -> Template:
    world = World()
    world.ignition = IgnitionState.from_books(books(1, world.clock.now())[1:])
    return Template(world)


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


def ask(world: World, method: str, path: str, query: str = "", **more: Any) -> Response:
    headers = more.pop("headers", TOKEN)
    request = Request(world, method, f"{ROOT}/{path}", query, headers, more.pop("body", b""))
    answer = serve(request)
    for write in request.writes:
        world.journal.record(write, Server.IGNITION, world.clock.now(), answered=answer.status)
    return answer


def post(world: World, path: str, body: Any) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(world, "POST", path, body=content)


def complaint(answer: Response) -> tuple[int, str, str | None]:
    said = json.loads(answer.body)["error"]
    return answer.status, said["code"], said["field"]


def running(world: World) -> str:
    orders = world.ignition.orders.values()
    return next(
        one.number for one in orders if (one.plant, one.status) == (PLANT, OrderStatus.IN_PROGRESS)
    )


def confirmation(world: World, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "order": running(world),
        "operation": "0010",
        "good": {"value": "1", "unit": "KG"},
        "scrap": {"value": "0", "unit": "KG"},
        "rework": {"value": "0", "unit": "KG"},
        "posting_date": "2026-03-17",
        "final": False,
        "reference": MARK,
    }
    return body | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, (400, "unknown_field", "colour")),
        ({"good": {"value": "1", "unit": "KG", "si": 1}}, (400, "unknown_field", "good.si")),
        ({"good": {"value": "1"}}, (400, "missing_field", "good.unit")),
        ({"good": {"value": 1, "unit": "KG"}}, (400, "bad_value", "good.value")),
        ({"good": {"value": "-1", "unit": "KG"}}, (400, "bad_value", "good.value")),
        ({"good": {"value": "1e3", "unit": "KG"}}, (400, "bad_value", "good.value")),
        ({"good": {"value": "1", "unit": "buckets"}}, (400, "unknown_unit", "good.unit")),
        ({"good": {"value": "1", "unit": "M"}}, (409, "no_conversion", "good")),
        ({"good": {"value": "0", "unit": "KG"}}, (400, "bad_value", "good")),
        ({"final": "yes"}, (400, "bad_value", "final")),
        ({"posting_date": "17.03.2026"}, (400, "bad_value", "posting_date")),
        ({"reference": "short"}, (400, "bad_value", "reference")),
        ({"reference": None}, (400, "bad_value", "reference")),
        ({"order": "1"}, (404, "unknown_order", "order")),
        ({"operation": "9990"}, (404, "unknown_operation", "operation")),
        (
            {"components": [{"material": "NONE", "quantity": {"value": "1", "unit": "KG"}}]},
            (404, "unknown_object", "components.0.material"),
        ),
    ],
)
def test_a_wrong_body_is_refused_and_changes_nothing(
    world: World, changes: dict[str, Any], said: tuple[int, str, str]
) -> None:
    before = pickle.dumps(world.ignition)
    answer = serve(
        Request(
            world,
            "POST",
            f"{ROOT}/confirmations/post",
            headers=TOKEN,
            body=json.dumps(confirmation(world, **changes)).encode(),
        )
    )
    assert complaint(answer) == said
    assert pickle.dumps(world.ignition) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff"])
def test_a_body_that_is_no_object_is_refused(world: World, body: bytes) -> None:
    assert post(world, "confirmations/post", body).status == 400


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("orders", "", (400, "missing_parameter", "order")),
        ("orders", "colour=red", (400, "unknown_parameter", "colour")),
        ("orders", "order=1&plant=1710", (400, "unknown_parameter", "plant")),
        ("orders", "plant=", (400, "bad_value", "plant")),
        ("orders", "plant=1710&plant=1010", (400, "bad_value", "plant")),
        ("orders", "plant=9999", (404, "unknown_object", "plant")),
        ("orders", "plant=1710&limit=0", (400, "bad_value", "limit")),
        ("orders", "plant=1710&limit=many", (400, "bad_value", "limit")),
        ("orders", "plant=1710&cursor=-1", (400, "bad_value", "cursor")),
        ("stock", "material=CR-TIO2", (400, "missing_parameter", "plant")),
        ("machines", "plant=1710&work_center=X", (404, "unknown_object", "work_center")),
        ("dispatch", "plant=1710&work_center=X", (404, "unknown_object", "work_center")),
        ("confirmations", "confirmation=X", (404, "unknown_confirmation", "confirmation")),
        ("scrap", "order=1", (404, "unknown_order", "order")),
        ("tags", "", (404, "unknown_resource", None)),
    ],
)
def test_a_wrong_question_is_refused(
    world: World, path: str, query: str, said: tuple[int, str, str | None]
) -> None:
    assert complaint(ask(world, "GET", path, query)) == said


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("PUT", "orders", (405, "method_not_allowed", None)),
        ("DELETE", "holds/lift", (405, "method_not_allowed", None)),
        ("GET", "holds/lift", (405, "method_not_allowed", None)),
        ("POST", "holds", (405, "method_not_allowed", None)),
        ("POST", "tags/write", (404, "unknown_resource", None)),
        ("POST", "machines/start", (404, "unknown_resource", None)),
    ],
)
def test_nothing_but_the_agreed_verbs_is_done(
    world: World, method: str, path: str, said: tuple[int, str, str | None]
) -> None:
    assert complaint(ask(world, method, path)) == said


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-concord-token": "guessed"},
        {"authorization": "Basic !!!"},
        {"x-ignition-api-token": "plant-in-a-box"},
    ],
)
def test_nobody_comes_in_without_credentials(world: World, headers: dict[str, str]) -> None:
    answer = ask(world, "GET", "orders", "plant=1710", headers=headers)
    assert complaint(answer) == (401, "unauthenticated", None)


def test_an_order_is_not_changed_without_its_version(world: World) -> None:
    body = {"order": running(world)}
    assert complaint(post(world, "orders/complete", body)) == (428, "version_missing", None)
    stale = {**TOKEN, "if-match": '"7"'}
    content = json.dumps(body).encode()
    answer = ask(world, "POST", "orders/complete", headers=stale, body=content)
    assert complaint(answer) == (412, "version_stale", None)


def test_every_write_is_journaled_once_refused_and_repeated_ones_as_such(world: World) -> None:
    body = confirmation(world)
    assert post(world, "confirmations/post", body).status == 201
    again = post(world, "confirmations/post", body)
    assert (again.status, json.loads(again.body)["repeated"]) == (200, True)
    assert post(world, "confirmations/post", body | {"note": "other"}).status == 409
    entries = [(one.reference, one.committed) for one in world.journal.entries]
    assert entries == [(MARK, True), (MARK, False), (MARK, False)]
    assert world.journal.duplicates() == []


def test_a_short_or_reversed_consumption_line_is_named(world: World) -> None:
    line: dict[str, Any] = {
        "kind": "transfer",
        "material": "CR-TIO2",
        "plant": PLANT,
        "quantity": {"value": "1", "unit": "KG"},
        "location": "1002",
    }
    body = {"posting_date": "2026-03-17", "reference": MARK, "lines": [line]}
    assert complaint(post(world, "consumption/report", body)) == (
        400,
        "missing_field",
        "lines.0.to_location",
    )
    body["lines"] = [line | {"kind": "issue"}]
    assert complaint(post(world, "consumption/report", body))[2] == "lines.0.order"
    body["lines"] = [line | {"kind": "loss"}]
    assert complaint(post(world, "consumption/report", body)) == (400, "bad_value", "lines.0.kind")
    body["lines"] = []
    assert complaint(post(world, "consumption/report", body)) == (400, "bad_value", "lines")


def test_a_world_with_messages_on_their_way_can_be_stored(world: World) -> None:
    post(world, "confirmations/post", confirmation(world))
    copy = World.load(world.dump())
    assert copy.ignition == world.ignition
