from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.tools.sandbox.s4.clerk import DOCUMENTS, Clerk, Json, causes, moment
from tools.sandbox.s4.entries import StockKey


def issue(quantity: str = "8", **given: object) -> Json:
    return {
        "Material": "RM-SCREW",
        "GoodsMovementType": "261",
        "StorageLocation": "0001",
        "ManufacturingOrder": "1000001",
        "QuantityInEntryUnit": quantity,
        "EntryUnit": "PC",
        **given,
    }


def receipt(quantity: str = "10", **given: object) -> Json:
    return {
        "Material": "FG-VALVE",
        "GoodsMovementType": "101",
        "ManufacturingOrder": "1000001",
        "QuantityInEntryUnit": quantity,
        **given,
    }


def move(clerk: Clerk, code: str, *items: Json, **header: object) -> Json:
    body = clerk.document(code, *items, **header)
    return clerk.create(DOCUMENTS, "A_MaterialDocumentHeader", body)


def move_refused(clerk: Clerk, code: str, *items: Json, **header: object) -> list[str]:
    body = clerk.document(code, *items, **header)
    return clerk.refusal(DOCUMENTS, "A_MaterialDocumentHeader", body)


def test_an_issue_takes_stock_and_is_withdrawn_from_the_component(clerk: Clerk) -> None:
    header = move(clerk, "03", issue("8"), ReferenceDocument="ABC")
    assert header["MaterialDocument"].startswith("49")
    assert clerk.stock("RM-SCREW") == 992
    assert clerk.component("1000001", "1")["WithdrawnQuantity"] == "8"


def test_a_document_is_found_by_its_reference(clerk: Clerk) -> None:
    made = move(clerk, "03", issue(), ReferenceDocument="ABCDEFGHIJKLMNOP")
    rows = clerk.read(
        DOCUMENTS, "A_MaterialDocumentHeader?$filter=ReferenceDocument eq 'ABCDEFGHIJKLMNOP'"
    )
    assert [row["MaterialDocument"] for row in rows] == [made["MaterialDocument"]]
    move(clerk, "03", issue(), ReferenceDocument="ABCDEFGHIJKLMNOP")
    assert [group.reference for group in clerk.world.journal.duplicates()] == ["ABCDEFGHIJKLMNOP"]


def test_a_deficit_is_the_cause_inside_the_generic_code_and_nothing_is_booked(clerk: Clerk) -> None:
    answer = clerk.write(
        DOCUMENTS, "A_MaterialDocumentHeader", clerk.document("03", issue("1"), issue("1000"))
    )
    assert answer.status == 400
    assert json.loads(answer.body)["error"]["code"] == "MM_IM_ODATA_API_MDOC/014"
    assert causes(answer) == ["M7/021"]
    assert b"1.000 PC : RM-SCREW 1010 0001" in answer.body
    assert clerk.stock("RM-SCREW") == 1000
    assert not clerk.world.s4.documents


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 1)])
def test_a_closed_period_refuses_the_posting_date(clerk: Clerk, day: date) -> None:
    assert move_refused(clerk, "03", issue(), PostingDate=moment(day)) == ["M7/053"]


def test_a_batch_managed_material_needs_a_batch_and_others_must_not_have_one(clerk: Clerk) -> None:
    resin = {"Material": "RM-RESIN", "GoodsMovementType": "551", "StorageLocation": "0001"}
    resin |= {"QuantityInEntryUnit": "1"}
    assert move_refused(clerk, "03", resin) == ["ZSBX/033"]
    assert move_refused(clerk, "03", issue(Batch="B1")) == ["ZSBX/034"]
    move(clerk, "03", {**resin, "Batch": "B1"})
    assert clerk.stock("RM-RESIN", batch="B1") == 79


def test_a_unit_of_the_material_is_converted_and_an_unknown_one_refused(clerk: Clerk) -> None:
    move(clerk, "03", issue("2", EntryUnit="CAR"))
    assert clerk.stock("RM-SCREW") == 952
    assert clerk.component("1000001", "1")["WithdrawnQuantity"] == "48"
    assert move_refused(clerk, "03", issue(EntryUnit="XYZ")) == ["ZSBX/035"]
    assert move_refused(clerk, "03", issue(EntryUnit="KG")) == ["ZSBX/036"]


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        ({"Material": "NO-SUCH"}, "ZSBX/030"),
        ({"Plant": "1710"}, "ZSBX/031"),
        ({"StorageLocation": "9999"}, "ZSBX/032"),
        ({"Material": "RM-OLD"}, "ZSBX/040"),
        ({"ManufacturingOrder": "9999999"}, "ZSBX/001"),
        ({"ManufacturingOrder": "1000002"}, "ZSBX/010"),
        ({"ManufacturingOrder": "1000004"}, "ZSBX/012"),
        ({"ManufacturingOrder": "1000005"}, "ZSBX/013"),
        ({"ManufacturingOrder": "1000006"}, "ZSBX/014"),
        ({"Reservation": "1000001", "ReservationItem": "2"}, "ZSBX/039"),
        ({"QuantityInEntryUnit": "0"}, "ZSBX/043"),
        ({"GoodsMovementType": "999"}, "ZSBX/037"),
        ({"GoodsMovementType": "101"}, "ZSBX/037"),
    ],
)
def test_what_master_data_or_status_forbids_is_refused(
    clerk: Clerk, wrong: Json, cause: str
) -> None:
    assert move_refused(clerk, "03", issue(**wrong)) == [cause]


def test_every_wrong_line_is_named(clerk: Clerk) -> None:
    lines = (issue(Material="NO-SUCH"), issue(), issue("5000"))
    assert move_refused(clerk, "03", *lines) == ["ZSBX/030", "M7/021"]


def test_a_technically_completed_order_still_takes_goods_movements(clerk: Clerk) -> None:
    move(clerk, "03", issue(ManufacturingOrder="1000003"))
    assert clerk.component("1000003", "1")["WithdrawnQuantity"] == "8"


def test_a_receipt_delivers_the_order_up_to_its_tolerance(clerk: Clerk) -> None:
    assert move(clerk, "02", receipt("60"))["MaterialDocument"].startswith("50")
    assert clerk.order("1000001")["OrderIsPartiallyDelivered"] == "X"
    assert move_refused(clerk, "02", receipt("51")) == ["M7/022"]
    move(clerk, "02", receipt("50"))
    order = clerk.order("1000001")
    assert (order["OrderIsDelivered"], order["OrderIsPartiallyDelivered"]) == ("X", "")
    assert clerk.stock("FG-VALVE", "0003") == 110


def test_a_receipt_of_another_material_is_refused(clerk: Clerk) -> None:
    assert move_refused(clerk, "02", receipt(Material="RM-SCREW")) == ["ZSBX/046"]


@pytest.mark.parametrize(
    ("code", "type_", "batch", "taken", "put"),
    [
        ("04", "321", "B2", "02", "01"),
        ("04", "322", "B1", "01", "02"),
        ("04", "344", "B1", "01", "07"),
    ],
)
def test_a_change_of_use_moves_stock_between_its_types(
    clerk: Clerk, code: str, type_: str, batch: str, taken: str, put: str
) -> None:
    before = [clerk.stock("RM-RESIN", batch=batch, use=use) for use in (taken, put)]
    line = {"Material": "RM-RESIN", "GoodsMovementType": type_, "StorageLocation": "0001"}
    move(clerk, code, {**line, "Batch": batch, "QuantityInEntryUnit": "5"})
    after = [clerk.stock("RM-RESIN", batch=batch, use=use) for use in (taken, put)]
    assert after == [before[0] - 5, before[1] + 5]


def test_a_transfer_makes_two_items_and_keeps_the_total(clerk: Clerk) -> None:
    line = {
        "Material": "RM-SCREW",
        "GoodsMovementType": "311",
        "StorageLocation": "0001",
        "IssuingOrReceivingStorageLoc": "0002",
        "QuantityInEntryUnit": "40",
    }
    header = move(clerk, "04", line)
    assert (clerk.stock("RM-SCREW"), clerk.stock("RM-SCREW", "0002")) == (960, 50)
    key = f"MaterialDocumentYear='2026',MaterialDocument='{header['MaterialDocument']}'"
    items = clerk.read(DOCUMENTS, f"A_MaterialDocumentHeader({key})/to_MaterialDocumentItem")
    assert [item["DebitCreditCode"] for item in items] == ["H", "S"]
    assert [item["IsAutomaticallyCreated"] for item in items] == ["", "X"]


def test_a_cost_centre_has_to_exist_and_be_open(clerk: Clerk) -> None:
    line = issue(GoodsMovementType="201", ManufacturingOrder="", CostCenter="4711")
    move(clerk, "03", line)
    assert move_refused(clerk, "03", {**line, "CostCenter": "4712"}) == ["ZSBX/044"]
    assert move_refused(clerk, "03", {**line, "CostCenter": "9"}) == ["ZSBX/044"]


def test_cancelling_restores_stock_and_component_and_works_once(clerk: Clerk) -> None:
    number = move(clerk, "03", issue("8"))["MaterialDocument"]
    parameters = {"MaterialDocumentYear": "'2026'", "MaterialDocument": f"'{number}'"}
    answer = clerk.call(DOCUMENTS, "Cancel", **parameters)
    assert answer.status == 200, answer.body
    assert clerk.stock("RM-SCREW") == 1000
    assert clerk.component("1000001", "1")["WithdrawnQuantity"] == "0"
    item = clerk.read(
        DOCUMENTS, f"A_MaterialDocumentItem?$filter=ReversedMaterialDocument eq '{number}'"
    )
    assert [row["GoodsMovementType"] for row in item] == ["262"]
    again = clerk.call(DOCUMENTS, "Cancel", **parameters)
    assert (again.status, causes(again)) == (400, ["ZSBX/041"])


def test_a_locked_order_or_material_answers_423_until_the_lock_expires(clerk: Clerk) -> None:
    for what in ("order 1000001", "material RM-SCREW 1010"):
        clerk.world.s4.locks.clear()
        clerk.world.s4.lock(what, clerk.world.clock.now() + timedelta(minutes=5))
        body = clerk.document("03", issue())
        assert clerk.refusal(DOCUMENTS, "A_MaterialDocumentHeader", body, 423) == ["ZSBX/050"]
    clerk.world.clock.advance(300)
    move(clerk, "03", issue())


def test_what_is_required_unknown_or_too_long_is_refused(clerk: Clerk) -> None:
    incomplete = issue()
    del incomplete["QuantityInEntryUnit"]
    assert move_refused(clerk, "03", incomplete) == ["ZSBX/038"]
    for wrong in ({"NoSuchProperty": "1"}, {"EntryUnit": "TOOLONG"}, {"QuantityInEntryUnit": "x"}):
        answer = clerk.write(
            DOCUMENTS, "A_MaterialDocumentHeader", clerk.document("03", issue(**wrong))
        )
        assert answer.status == 400


def test_the_value_of_a_movement_is_price_times_quantity(clerk: Clerk) -> None:
    number = move(clerk, "03", issue("8"))["MaterialDocument"]
    row = clerk.world.s4.document_items["2026", number, "1"]
    assert row["GdsMvtExtAmtInCoCodeCrcy"] == Decimal("20.00")
    assert StockKey("RM-SCREW", "1010", "0001", "", "", "01") in clerk.world.s4.stock
