"""A story is plain data: what is no change is refused by name, names carry over, nothing leaks."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tools.sandbox.changes.catalog import verbs
from tools.sandbox.changes.story import Unreadable, filled, read
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.opening import opened

NOW = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"do": "erp_stok"}, r"change 1 \(erp_stok\): do: there is no verb 'erp_stok'"),
        ({}, r"change 1: do: there is no verb None"),
        ({"do": "erp_stock", "material": "X", "qty": "1"}, "qty: no such field; ErpStock takes"),
        ({"do": "erp_stock", "material": "X"}, "quantity: Field required"),
        ({"do": "erp_stock", "material": "X", "quantity": 1.5}, "write 1.5 in quotes"),
        ({"do": "erp_stock", "material": "X", "quantity": "-1"}, "greater than or equal to 0"),
        ({"do": "erp_stock", "material": 4711, "quantity": "1"}, "material: .*valid string"),
        ({"do": "interface", "plant": "1010", "as": "a b"}, "as: 'a b' is no name"),
        ({"do": "mes_confirmation", "order": "1", "unit": "XYZ"}, "'XYZ' is no unit of measure"),
        ({"do": "mes_confirmation", "order": "1", "uses": [{"material": "A"}]}, "say either"),
        ({"do": "mes_goods_issue", "order": "1", "material": "A", "quantity": 1, "state": "held"},
         "only confirmations can be held"),
        ({"do": "order_status", "order": "1", "side": "both", "status": "closed"}, "on one side"),
        ({"do": "erp_cancellation"}, "either a confirmation or a document"),
        ({"do": "posting_period", "plant": "1010"}, "say opens_in_days"),
        ({"do": "material", "material": "A", "copy_of": "B"}, "new to the MES only"),
    ],
)  # fmt: skip
def test_what_is_no_change_is_refused_by_place_and_field(row: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read([row])


def test_two_changes_may_not_have_one_name() -> None:
    row = {"do": "interface", "plant": "1010", "as": "first"}
    with pytest.raises(Unreadable, match="called 'first' already"):
        read([row, row])


def test_a_placeholder_that_names_nothing_is_told_with_what_there_is() -> None:
    story = read([{"do": "order_lock", "order": "${run.order}"}])
    with pytest.raises(Unreadable, match=r"change 1 \(order_lock\): \${run.order} names nothing"):
        story.play(opened(7, NOW), {"order": "1"})


def test_what_a_placeholder_stands_for_is_checked_too() -> None:
    story = read([{"do": "erp_stock", "material": "X", "quantity": "${much}"}])
    with pytest.raises(Unreadable, match="quantity"):
        story.play(opened(7, NOW), {"much": "plenty"})


def test_placeholders_are_filled_in_all_texts() -> None:
    data = {"a": ["${x}-${y.z}", 3], "b": {"c": "${x}"}}
    assert filled(data, {"x": "1", "y.z": "2"}) == {"a": ["1-2", 3], "b": {"c": "1"}}


@pytest.mark.parametrize(
    "row",
    [
        {"do": "erp_stock", "material": "NO-SUCH", "quantity": 1},
        {"do": "mes_confirmation", "order": "99", "yielded": 1},
        {"do": "order_quantity", "order": "99", "quantity": 1},
        {"do": "cost_center", "cost_center": "0000"},
        {"do": "downtime", "plant": "1010", "work_center": "NONE"},
        {"do": "notification", "equipment": "0", "text": "x"},
        {"do": "inspection_lot", "lot": "1"},
        {"do": "interface", "plant": "4711"},
        {"do": "erp_cancellation", "confirmation": "1/1"},
        {"do": "message_sent_again", "order": "1000002", "message": "none"},
        {"do": "find_order", "plant": "1010", "unit": "STD"},
        {"do": "bom_item", "material": "RM-SEAT-S", "component": "RM-OR-S", "quantity": 1},
    ],
)
def test_what_cannot_have_happened_is_impossible(row: dict[str, Any]) -> None:
    with pytest.raises(Impossible, match=r"^change 1 "):
        read([row]).play(opened(7, NOW))


def test_every_verb_is_found_under_the_name_of_its_module() -> None:
    assert {"erp_stock", "mes_confirmation", "message_refused", "find_order"} <= set(verbs())
    assert all(kind.__module__.endswith(f".{verb}") for verb, kind in verbs().items())
