"""The paths of DM's public API answer, and refuse, as its contract says."""

import json
import pickle
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from tools.objects.confirmation import ConfirmationState
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.stock import StockType
from tools.objects.units import AlternativeUnit
from tools.sandbox.dm.server import refuse, serve, settle
from tools.sandbox.dm.state import DmState
from tools.sandbox.exchange import Request
from tools.sandbox.seed.plants import books
from tools.sandbox.template import Template
from tools.sandbox.world import World

PLANT = "1010"
START = "/pe/api/v1/process/processDefinitions/start"


class Caller:
    """Somebody with a token."""

    def __init__(self, world: World) -> None:
        self.world = world
        token = world.access.issue("concord", "plant-in-a-box", world.clock.now())
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self.last: Request | None = None

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        **query: str,
    ) -> tuple[int, Any]:
        sent = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        self.last = Request(self.world, method, path, urlencode(query), self.headers, sent)
        settle(self.world)
        answer = serve(self.last)
        return answer.status, json.loads(answer.body) if answer.body else None


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


@pytest.fixture(scope="module")
def template() -> Template:
    return Template(World(dm=DmState.from_books(books(1, World().clock.now())[:1])))


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


@pytest.fixture
def call(world: World) -> Caller:
    return Caller(world)


def running(world: World) -> ProductionOrder:
    orders = world.dm.orders.values()
    return next(
        one
        for one in orders
        if one.status is OrderStatus.IN_PROGRESS and not one.operations[-1].finished_at
    )


def confirmation(world: World, **changed: Any) -> dict[str, Any]:
    order = running(world)
    operation = next(one for one in order.operations if not one.finished_at)
    return {
        "plant": PLANT,
        "shopOrder": order.number,
        "sfc": f"SFC{order.number}",
        "operationActivity": f"{order.number}-0-{operation.number}",
        "workCenter": operation.work_center,
        "yieldQuantity": 1,
        "yieldQuantityUnit": "ST",
    } | changed


CONFIRM = "/quantityConfirmation/v1/confirm"


def test_a_shop_floor_is_plain_data(world: World) -> None:
    assert pickle.loads(pickle.dumps(world.dm)) == world.dm


def test_nobody_is_let_in_without_a_token(call: Caller) -> None:
    for login in ("", "Bearer made-up"):
        call.headers["authorization"] = login
        status, body = call("GET", "/shift/v1/shifts", plant=PLANT)
        assert (status, body["code"]) == (401, "unauthorized")


def test_a_token_is_given_for_the_clients_secret_only(call: Caller, world: World) -> None:
    form = {"grant_type": "client_credentials", "client_id": "concord"}
    right = urlencode(form | {"client_secret": "plant-in-a-box"}).encode()
    wrong = urlencode(form | {"client_secret": "guess"}).encode()
    assert call("POST", "/oauth/token", right)[1]["token_type"] == "bearer"
    assert call("POST", "/oauth/token", wrong)[0] == 401


def test_a_token_runs_out(call: Caller, world: World) -> None:
    world.clock.advance(timedelta(days=1).total_seconds())
    assert call("GET", "/shift/v1/shifts", plant=PLANT)[0] == 401


def test_an_error_has_dms_shape(call: Caller) -> None:
    status, body = call("GET", "/order/v1/orders", plant=PLANT, order="1999999")
    assert status == 404
    assert set(body) == {"code", "message", "correlationId", "causeMessage"}
    assert "1999999" in body["message"]
    assert json.loads(refuse(503, "busy", "come again").body)["message"] == "come again"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/order/v1/orders", {"plant": PLANT}),
        ("/order/v1/orders", {"plant": "9999", "order": "1"}),
        ("/sfc/v2/sfcdetail", {"plant": PLANT, "sfc": "SFC1999999"}),
        ("/inventory/v1/inventory/goodsIssues", {"plant": PLANT, "material": "RM-BAR-12"}),
        ("/inventory/v1/inventory/goodsReceipts", {"plant": PLANT, "material": "FG-BV-15"}),
        ("/inventory/v1/inventories", {"plant": PLANT, "size": "0"}),
        ("/inventory/v1/inventories", {"plant": PLANT, "page": "one"}),
        ("/alerts/v1/Alerts", {"$filter": "Plant eq '1010'"}),
        ("/bom/v1/boms", {"plant": PLANT, "bom": "FG-BV-15", "type": "SFC"}),
        ("/oee/v1/availabilityLosses", {"plant": PLANT, "timeElementType": "SPEED_LOSS"}),
        ("/order/v9/orders", {"plant": PLANT}),
    ],
)
def test_what_is_asked_wrongly_is_refused(call: Caller, path: str, query: dict[str, str]) -> None:
    status, body = call("GET", path, **query)
    assert status in {400, 404}
    assert body["message"]


def test_lists_come_in_pages(call: Caller, world: World) -> None:
    path = f"/order/v2/plants/{PLANT}/orders"
    status, first = call("GET", path, size="50")
    assert (status, first["number"], first["totalElements"]) == (200, 0, len(world.dm.orders))
    assert first["totalPages"] == 2
    _, second = call("GET", path, size="50", page="1")
    seen = [one["order"] for one in first["content"] + second["content"]]
    assert sorted(seen) == sorted(world.dm.orders)
    assert call("GET", path, size="50", page="9")[1]["empty"]


@pytest.mark.parametrize(
    "changed",
    [
        {"sfc": None},
        {"plant": "9999"},
        {"sfc": "SFC1999999"},
        {"shopOrder": "1999999"},
        {"operationActivity": "0099"},
        {"yieldQuantity": "one"},
        {"yieldQuantity": -1},
        {"yieldQuantity": 0},
        {"yieldQuantity": 1000000},
        {"yieldQuantityUnit": "XYZ"},
        {"yieldQuantityUnit": "KG"},
        {"postingDateTime": "2026-03-17T08:00:00"},
        {"finalConfirmation": "yes"},
    ],
)
def test_a_confirmation_that_cannot_be_changes_nothing(
    call: Caller, world: World, changed: dict[str, Any]
) -> None:
    before = pickle.dumps(world.dm)
    status, body = call("POST", CONFIRM, confirmation(world, **changed))
    assert status in {400, 404}, body
    assert pickle.dumps(world.dm) == before
    assert call.last is not None
    assert [write.committed for write in call.last.writes] == [False]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b""])
def test_a_body_that_is_no_object_is_refused(call: Caller, body: bytes) -> None:
    assert call("POST", CONFIRM, body)[0] == 400


def test_an_iso_unit_is_understood(call: Caller, world: World) -> None:
    body = confirmation(world, yieldQuantityUnit=None, yieldQuantityIsoUnit="PCE")
    status, answer = call("POST", CONFIRM, body)
    assert status == 201
    assert world.dm.confirmations[answer["transactionId"]].yielded.unit == "ST"


def test_another_unit_is_converted_by_the_products_own_factors(call: Caller, world: World) -> None:
    order = running(world)
    floor = world.dm.floors[PLANT]
    own = (AlternativeUnit("KAR", Decimal(2), Decimal(1)),)
    floor.materials[order.material] = replace(floor.materials[order.material], conversions=own)
    status, answer = call("POST", CONFIRM, confirmation(world, yieldQuantityUnit="KAR"))
    assert status == 201
    assert world.dm.confirmations[answer["transactionId"]].yielded.amount == 2


def test_a_final_confirmation_is_the_last(call: Caller, world: World) -> None:
    body = confirmation(world, finalConfirmation=True)
    assert call("POST", CONFIRM, body)[0] == 201
    status, answer = call("POST", CONFIRM, body)
    assert (status, answer["code"]) == (400, "operation.completed")


def test_the_history_shows_who_posted_what_and_how_far_it_came(call: Caller, world: World) -> None:
    order = running(world).number
    call("POST", CONFIRM, confirmation(world, postedBy="OP101001"))

    def latest() -> dict[str, Any]:
        path = "/quantityConfirmation/v1/postingHistory"
        return call("GET", path, plant=PLANT, order=order)[1]["content"][-1]

    assert (latest()["userId"], latest()["status"]) == ("OP101001", "POSTED_IN_DMC")
    world.clock.advance(60)
    assert latest()["status"] == "FAILED_TO_POST_TO_TARGET_SYS"  # there is no ERP here


def test_nothing_is_delivered_while_the_interface_is_stopped(call: Caller, world: World) -> None:
    world.dm.outbound.stopped = True
    _, answer = call("POST", CONFIRM, confirmation(world))
    world.clock.advance(600)
    settle(world)
    made = world.dm.confirmations[answer["transactionId"]]
    assert made.state is ConfirmationState.PENDING
    path = "/integration/v1/integrationMessages"
    _, listed = call("GET", path, plants=PLANT, overallStatuses="QUEUED")
    (message,) = listed["content"]
    assert call("POST", f"{path}/setToInactive", [message["id"]]) == (200, [message["id"]])
    assert call("GET", path, overallStatuses="INACTIVE")[1]["totalElements"] == 1
    assert call("POST", f"{path}/setToInactive", ["IM1"])[0] == 404


def test_an_sfc_is_started_held_released_and_completed(call: Caller, world: World) -> None:
    released = next(one for one in world.dm.orders.values() if one.status is OrderStatus.RELEASED)
    sfc = f"SFC{released.number}"
    body = {"plant": PLANT, "operation": "0010", "resource": "R-SAW-01", "sfcs": [sfc]}
    assert call("POST", "/sfc/v1/sfcs/complete", body)[0] == 400
    assert call("POST", "/sfc/v1/sfcs/start", body)[0] == 200
    _, detail = call("GET", "/sfc/v2/sfcdetail", plant=PLANT, sfc=sfc)
    assert detail["status"]["description"] == "ACTIVE"
    assert detail["steps"][0]["quantityInWork"] == released.quantity.amount
    held = {"plant": PLANT, "sfcs": [sfc], "comments": "crack"}
    assert len(call("POST", "/sfc/v1/sfcs/hold", held)[1]["holdIds"]) == 1
    assert call("POST", "/sfc/v1/sfcs/complete", body)[1]["code"] == "sfc.onHold"
    assert call("POST", "/sfc/v1/sfcs/release", held)[0] == 200
    assert call("POST", "/sfc/v1/sfcs/release", held)[0] == 400
    assert call("POST", "/sfc/v1/sfcs/complete", body)[1]["success"]
    _, listed = call("GET", "/sfc/v2/worklist/sfcs", plant=PLANT, sfcStatuses="ACTIVE", size="99")
    assert sfc in {one["sfc"] for one in listed["content"]}


def test_times_are_reported_beside_quantities(call: Caller, world: World) -> None:
    body = confirmation(world)
    step = body["operationActivity"][-4:]
    times = {
        "activityId": "MACHINE",
        "quantity": 12.5,
        "unitOfMeasure": "MIN",
        "postedBy": "OP101001",
        "postingDateTime": "2026-03-17T08:00:00Z",
    }
    posted = {name: body[name] for name in ("plant", "shopOrder", "sfc", "operationActivity")}
    posted |= {"stepId": step, "workCenter": body["workCenter"], "activities": [times]}
    assert call("POST", "/activityConfirmation/v1/confirm", posted)[0] == 200
    path = "/activityConfirmation/v1/postings/details"
    _, listed = call("GET", path, plant=PLANT, sfc=body["sfc"])
    details = listed["content"][0]["activityDetails"]
    assert (details[-1]["quantity"], details[-1]["unitOfMeasure"]) == (12.5, "MIN")
    assert call("POST", "/activityConfirmation/v1/confirm", posted | {"activities": []})[0] == 400


def test_a_defect_is_logged_and_closed(call: Caller, world: World) -> None:
    sfc = f"SFC{running(world).number}"
    log = {"plant": PLANT, "code": "LEAK", "sfcs": [sfc], "quantity": 2}
    status, answer = call("POST", "/nonconformance/v1/log", log)
    (number,) = answer["ids"][0]["ids"]
    assert status == 200
    assert call("POST", "/nonconformance/v1/close", {"plant": PLANT, "id": number})[0] == 204
    _, listed = call("GET", "/nonconformance/v2/nonconformances", plant=PLANT, sfc=sfc)
    states = {one["id"]: one["state"] for one in listed["content"]}
    assert states[number] == "CLOSED"


def test_stock_is_told_apart_by_status(call: Caller, world: World) -> None:
    line = next(iter(world.dm.stock.values()))
    world.dm.add_stock(replace(line, type=StockType.BLOCKED))
    query = {"plant": PLANT, "material": line.material}
    words = {
        "true": {"UNRESTRICTED", "BLOCKED"},
        "false": {"AVAILABLE", "HOLD"},
    }
    for asked, statuses in words.items():
        path = "/inventory/v1/inventories"
        _, listed = call("GET", path, batchesWithStatus=asked, **query)
        assert {one["status"] for one in listed["content"]} == statuses


def test_an_order_nothing_was_made_for_is_discarded(call: Caller, world: World) -> None:
    order = running(world)
    path = "/order/v1/orders/discard"
    assert call("POST", path, plant=PLANT, order=order.number)[0] == 400
    released = next(one for one in world.dm.orders.values() if one.status is OrderStatus.RELEASED)
    assert call("POST", path, plant=PLANT, order=released.number)[0] == 204
    assert world.dm.orders[released.number].status is OrderStatus.DISCARDED


def test_only_published_processes_are_run(call: Caller) -> None:
    unknown = {"key": "REG_nobody", "async": "false"}
    assert call("POST", START, {"plant": PLANT}, **unknown)[0] == 404
    assert call("POST", START, {"plant": PLANT}, key="REG_nobody")[0] == 400


def test_a_parked_write_is_carried_out_without_a_second_login(world: World) -> None:
    body = _json(confirmation(world))
    late = Request(world, "POST", CONFIRM, "", {}, body, late=True)
    assert serve(late).status == 201
