from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.tools.sandbox.s4.clerk import ORDERS, Clerk, causes


def etag(clerk: Clerk, number: str = "1000001") -> str:
    return clerk.order(number)["__metadata"]["etag"]


def step(clerk: Clerk, name: str, number: str, mark: str) -> tuple[int, bytes]:
    answer = clerk.call(ORDERS, name, mark, ManufacturingOrder=f"'{number}'")
    return answer.status, answer.body


def test_an_order_is_released_completed_and_closed_step_by_step(clerk: Clerk) -> None:
    for name in ("ReleaseOrder", "TechlyCmpltOrder", "CloseOrder"):
        status, body = step(clerk, name, "1000002", etag(clerk, "1000002"))
        assert status == 200, body
        assert json.loads(body)["d"][name]["SystemMessageType"] == "S"
    order = clerk.order("1000002")
    flags = ("OrderIsCreated", "OrderIsReleased", "OrderIsTechnicallyCompleted", "OrderIsClosed")
    assert [order[name] for name in flags] == ["", "X", "X", "X"]


def test_a_step_needs_the_orders_present_mark(clerk: Clerk) -> None:
    old = etag(clerk, "1000002")
    assert step(clerk, "ReleaseOrder", "1000002", "")[0] == 428
    status, body = step(clerk, "ReleaseOrder", "1000002", "nonsense")
    assert status == 400
    assert b"PP_ODATA_API_PRODORD/014" in body
    assert step(clerk, "ReleaseOrder", "1000002", old)[0] == 200
    assert step(clerk, "TechlyCmpltOrder", "1000002", old)[0] == 412


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("1000001", "ReleaseOrder"),
        ("1000001", "CloseOrder"),
        ("1000002", "TechlyCmpltOrder"),
        ("1000004", "ReleaseOrder"),
        ("1000006", "TechlyCmpltOrder"),
    ],
)
def test_a_step_the_status_does_not_allow_is_refused(clerk: Clerk, number: str, name: str) -> None:
    answer = clerk.call(ORDERS, name, etag(clerk, number), ManufacturingOrder=f"'{number}'")
    assert (answer.status, causes(answer)) == (400, ["ZSBX/015"])


def test_an_order_is_released_operation_by_operation(clerk: Clerk) -> None:
    for operation in ("0010", "0020"):
        answer = clerk.call(
            ORDERS,
            "ReleaseOperation",
            etag(clerk, "1000002"),
            ManufacturingOrder="'1000002'",
            ManufacturingOrderOperation=f"'{operation}'",
        )
        assert answer.status == 200, answer.body
    assert clerk.order("1000002")["OrderIsReleased"] == "X"


def test_a_locked_order_takes_no_step(clerk: Clerk) -> None:
    clerk.world.s4.lock("order 1000002", clerk.world.clock.now() + timedelta(minutes=1))
    assert step(clerk, "ReleaseOrder", "1000002", etag(clerk, "1000002"))[0] == 423


def test_the_status_set_names_what_is_active(clerk: Clerk) -> None:
    rows = clerk.read(ORDERS, "A_ProductionOrder_2('1000003')/to_ProductionOrderStatus")
    assert [row["StatusShortName"] for row in rows] == ["REL", "TECO"]


def test_the_long_text_can_be_changed_and_the_quantity_cannot(clerk: Clerk) -> None:
    path = "A_ProductionOrder_2('1000001')"
    text = {"OrderLongText": "Wait for resin"}
    answer = clerk.write(ORDERS, path, text, "PATCH", if_match=etag(clerk))
    assert answer.status == 204, answer.body
    assert clerk.order("1000001")["OrderLongText"] == "Wait for resin"
    answer = clerk.write(ORDERS, path, {"TotalQuantity": "5"}, "PATCH", if_match=etag(clerk))
    assert causes(answer) == ["ZSBX/047"]


def test_units_are_spoken_with_their_internal_and_iso_codes_beside_them(clerk: Clerk) -> None:
    order = clerk.order("1000001")
    names = ("ProductionUnit", "ProductionUnitSAPCode", "ProductionUnitISOCode")
    assert [order[name] for name in names] == ["PC", "ST", "PCE"]


def test_process_orders_are_in_their_own_service_only(clerk: Clerk) -> None:
    service = "API_PROCESS_ORDER_2_SRV"
    rows = clerk.read(service, "A_ProcessOrder_2?$expand=to_ProcessOrderComponent")
    assert [row["ManufacturingOrder"] for row in rows] == ["2000001"]
    assert len(rows[0]["to_ProcessOrderComponent"]["results"]) == 2
    production = clerk.read(ORDERS, "A_ProductionOrder_2")
    assert "2000001" not in [row["ManufacturingOrder"] for row in production]
