from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.tools.sandbox.s4.clerk import CONFIRMATIONS, Clerk, Json, causes, moment

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def confirmation(clerk: Clerk, **given: object) -> Json:
    merged = {"OrderID": "1000001", "OrderOperation": "0010", "ConfirmationYieldQuantity": "10"}
    merged |= given
    return clerk.confirmation(
        str(merged.pop("OrderID")), str(merged.pop("OrderOperation")), **merged
    )


def confirm(clerk: Clerk, **given: object) -> Json:
    return clerk.create(CONFIRMATIONS, "ProdnOrdConf2", confirmation(clerk, **given))


def movements(clerk: Clerk, made: Json) -> list[Any]:
    key = f"ConfirmationGroup='{made['ConfirmationGroup']}'"
    key += f",ConfirmationCount='{made['ConfirmationCount']}'"
    return clerk.read(CONFIRMATIONS, f"ProdnOrdConf2({key})/to_ProdnOrdConfMatlDocItm")


def refused(clerk: Clerk, **given: object) -> list[str]:
    return clerk.refusal(CONFIRMATIONS, "ProdnOrdConf2", confirmation(clerk, **given))


def cancel(clerk: Clerk, made: Json) -> Any:
    return clerk.call(
        CONFIRMATIONS,
        "CancelProdnOrdConf",
        ConfirmationGroup=f"'{made['ConfirmationGroup']}'",
        ConfirmationCount=f"'{made['ConfirmationCount']}'",
    )


def test_a_partial_confirmation_backflushes_in_proportion(clerk: Clerk) -> None:
    made = confirm(clerk, ConfirmationYieldQuantity="9", ConfirmationScrapQuantity="1")
    assert [row["QuantityInEntryUnit"] for row in movements(clerk, made)] == ["40"]
    assert clerk.stock("RM-SCREW") == 960
    assert clerk.component("1000001", "1")["WithdrawnQuantity"] == "40"
    operation = clerk.operation("1000001", "0010")
    assert operation["OpTotalConfirmedYieldQty"] == "9"
    assert (operation["OperationIsPartiallyConfirmed"], operation["OperationIsConfirmed"]) == (
        "X",
        "",
    )
    assert clerk.order("1000001")["OrderIsPartiallyConfirmed"] == "X"


def test_the_final_confirmation_of_every_operation_confirms_the_order(clerk: Clerk) -> None:
    for step in ("0010", "0020"):
        confirm(
            clerk, OrderOperation=step, ConfirmationYieldQuantity="100", FinalConfirmationType="X"
        )
    order = clerk.order("1000001")
    assert (order["OrderIsConfirmed"], order["OrderIsPartiallyConfirmed"]) == ("X", "")
    assert order["MfgOrderConfirmedYieldQty"] == "100"
    assert refused(clerk) == ["ZSBX/021"]


def test_a_confirmation_stands_although_its_movement_fails_and_waits(clerk: Clerk) -> None:
    screws = next(key for key in clerk.world.s4.stock if key.material == "RM-SCREW")
    clerk.world.s4.stock[screws] -= 990
    made = confirm(clerk, ConfirmationYieldQuantity="10")
    assert movements(clerk, made) == []
    assert clerk.component("1000001", "1")["WithdrawnQuantity"] == "0"
    assert clerk.operation("1000001", "0010")["OpTotalConfirmedYieldQty"] == "10"
    assert [one.code for one in clerk.world.s4.waiting] == ["M7/021"]


def test_movements_that_are_named_replace_the_backflush(clerk: Clerk) -> None:
    resin = {
        "Material": "RM-RESIN",
        "Plant": "1010",
        "StorageLocation": "0001",
        "Batch": "B1",
        "GoodsMovementType": "261",
        "EntryUnit": "KG",
        "QuantityInEntryUnit": "3.5",
    }
    made = confirm(clerk, to_ProdnOrdConfMatlDocItm=[resin])
    assert [row["Material"] for row in movements(clerk, made)] == ["RM-RESIN"]
    assert clerk.stock("RM-SCREW") == 1000
    silent = confirm(clerk, APIConfHasNoGoodsMovements=True)
    assert movements(clerk, silent) == []


def test_a_confirmation_is_found_by_its_senders_key(clerk: Clerk) -> None:
    made = confirm(clerk, ExternalSystemConfirmation=GUID)
    rows = clerk.read(
        CONFIRMATIONS, f"ProdnOrdConf2?$filter=ExternalSystemConfirmation eq guid'{GUID}'"
    )
    assert [row["ConfirmationCount"] for row in rows] == [made["ConfirmationCount"]]


def test_cancelling_takes_yield_and_movements_back_and_works_once(clerk: Clerk) -> None:
    made = confirm(clerk, FinalConfirmationType="X")
    answer = cancel(clerk, made)
    assert answer.status == 200, answer.body
    assert json.loads(answer.body)["d"]["IsReversal"] is True
    assert clerk.stock("RM-SCREW") == 1000
    assert clerk.component("1000001", "1")["WithdrawnQuantity"] == "0"
    operation = clerk.operation("1000001", "0010")
    assert operation["OpTotalConfirmedYieldQty"] == "0"
    assert operation["OperationIsConfirmed"] == ""
    rows = clerk.read(CONFIRMATIONS, "ProdnOrdConf2?$filter=OrderID eq '1000001'")
    assert [(row["IsReversed"], row["IsReversal"]) for row in rows] == [
        (True, False),
        (False, True),
    ]
    assert [row["GoodsMovementType"] for row in movements(clerk, rows[1])] == ["262"]
    assert causes(cancel(clerk, made)) == ["ZSBX/024"]
    assert causes(cancel(clerk, rows[1])) == ["ZSBX/024"]


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({"OrderID": "9999999"}, "ZSBX/001"),
        ({"OrderID": "1000002"}, "ZSBX/010"),
        ({"OrderID": "1000003"}, "ZSBX/011"),
        ({"OrderID": "1000004"}, "ZSBX/012"),
        ({"OrderID": "1000005"}, "ZSBX/013"),
        ({"OrderID": "1000006"}, "ZSBX/014"),
        ({"OrderOperation": "0099"}, "ZSBX/020"),
        ({"ConfirmationYieldQuantity": "111"}, "ZSBX/022"),
        ({"ConfirmationYieldQuantity": "0"}, "ZSBX/023"),
        ({"ConfirmationYieldQuantity": "-1"}, "ZSBX/043"),
        ({"ConfirmationUnit": "XYZ"}, "ZSBX/035"),
        ({"ConfirmationUnit": "KG"}, "ZSBX/036"),
        ({"PostingDate": moment(date(2026, 2, 28))}, "M7/053"),
        ({"OrderOperation": ""}, "ZSBX/038"),
    ],
)
def test_what_status_quantity_or_period_forbid_is_refused(
    clerk: Clerk, given: Json, cause: str
) -> None:
    assert refused(clerk, **given) == [cause]
    assert not clerk.world.s4.confirmations


def test_an_order_somebody_works_on_answers_423(clerk: Clerk) -> None:
    clerk.world.s4.lock("order 1000001", clerk.world.clock.now() + timedelta(minutes=1))
    body = confirmation(clerk)
    assert clerk.refusal(CONFIRMATIONS, "ProdnOrdConf2", body, 423) == ["ZSBX/050"]


def test_a_locked_material_lets_the_movement_wait(clerk: Clerk) -> None:
    clerk.world.s4.lock("material RM-SCREW 1010", clerk.world.clock.now() + timedelta(minutes=1))
    assert movements(clerk, confirm(clerk)) == []
    assert [one.code for one in clerk.world.s4.waiting] == ["ZSBX/050"]


def test_the_proposal_says_what_would_be_posted(clerk: Clerk) -> None:
    asked = {
        "OrderID": "'1000001'",
        "OrderOperation": "'0010'",
        "ConfirmationYieldQuantity": "20M",
        "ActivityIsToBeProposed": "true",
    }
    answer = clerk.call(CONFIRMATIONS, "GetConfProposal", **asked)
    proposal = json.loads(answer.body)["d"]["GetConfProposal"]
    assert proposal["ConfirmationYieldQuantity"] == "20"
    assert [proposal[f"OpConfirmedWorkQuantity{n}"] for n in (1, 2, 3)] == [
        "15",
        "60",
        "80",
    ]
    answer = clerk.call(CONFIRMATIONS, "GetGdsMvtProposal", **asked)
    rows = json.loads(answer.body)["d"]["results"]
    assert [(row["Material"], row["QuantityInEntryUnit"]) for row in rows] == [("RM-SCREW", "80")]
    assert clerk.stock("RM-SCREW") == 1000


def test_a_process_order_is_confirmed_through_its_own_service(clerk: Clerk) -> None:
    service = "API_PROC_ORDER_CONFIRMATION_2_SRV"
    body = confirmation(clerk, OrderID="2000001")
    made = clerk.create(service, "ProcOrdConf2", body)
    key = f"ConfirmationGroup='{made['ConfirmationGroup']}',ConfirmationCount='1'"
    rows = clerk.read(service, f"ProcOrdConf2({key})/to_ProcOrdConfMatlDocItm")
    assert [row["Material"] for row in rows] == ["RM-SCREW"]
    answer = clerk.call(
        service,
        "CancelProcOrdConf",
        ConfirmationGroup=f"'{made['ConfirmationGroup']}'",
        ConfirmationCount="'1'",
    )
    assert answer.status == 200
    assert clerk.read(CONFIRMATIONS, "ProdnOrdConf2") == []
