"""Each verb does what its words say in both plants, and leaves the rest of the world in order."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from tools.objects.confirmation import ConfirmationState
from tools.objects.order import OrderStatus
from tools.objects.sync import SyncState
from tools.sandbox.changes.catalog import verbs
from tools.sandbox.changes.story import read
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.opening import opened
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.template import Template
from tools.sandbox.world import World

NOW = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
OPENED = Template(opened(7, NOW))
BEGIN: list[dict[str, Any]] = [
    {"do": "find_order", "as": "run", "plant": "${plant}"},
    {"do": "supply", "order": "${run.order}"},
]
ONE_OF_EACH: list[dict[str, Any]] = [
    {"do": "bom_item", "material": "${run.product}", "component": "${run.component}",
     "quantity": "7"},
    {"do": "certificate", "plant": "${plant}", "skill": "${skill}", "days": "-1"},
    {"do": "cost_center", "cost_center": "${cost_center}"},
    {"do": "downtime", "plant": "${plant}", "work_center": "${run.work_center}"},
    {"do": "erp_confirmation", "order": "${run.order}", "operation": "${run.operation}",
     "yielded": "2"},
    {"do": "erp_movement", "type": "201", "material": "${run.component}", "quantity": "1",
     "cost_center": "${cost_center}"},
    {"do": "erp_scrap", "order": "${run.order}", "operation": "${run.operation}", "quantity": "1"},
    {"do": "erp_stock", "material": "${run.component}", "quantity": "5"},
    {"do": "inspection_lot", "material": "${run.component}", "quantity": "5"},
    {"do": "interface", "plant": "${plant}"},
    {"do": "material", "material": "${run.component}", "blocked": "true"},
    {"do": "mes_confirmation", "order": "${run.order}", "yielded": "2"},
    {"do": "mes_goods_issue", "order": "${run.order}", "material": "${run.component}",
     "quantity": "1"},
    {"do": "mes_hold", "kind": "order", "object": "${run.order}"},
    {"do": "mes_stock", "material": "${run.component}", "quantity": "5"},
    {"do": "message_refused", "order": "${run.order}", "class": "M8", "number": "147",
     "text": "no account"},
    {"do": "nonconformance", "order": "${run.order}", "code": "DIM", "quantity": "1"},
    {"do": "note", "order": "${run.order}", "text": "Rest morgen", "side": "both"},
    {"do": "notification", "equipment": "${equipment}", "text": "Leak"},
    {"do": "order_lock", "order": "${run.order}"},
    {"do": "order_quantity", "order": "${run.order}", "quantity": "999", "side": "both"},
    {"do": "order_status", "order": "${run.order}", "side": "erp", "status": "closed"},
    {"do": "posting_period", "plant": "${plant}", "opens_in_days": "0"},
    {"do": "quality_stock", "material": "${run.component}", "quantity": "1"},
    {"do": "scrap_report", "order": "${run.order}", "quantity": "1"},
    {"do": "workload", "plant": "${plant}", "work_center": "${run.work_center}",
     "order": "${run.order}", "operation": "${run.operation}", "hours": "8"},
]  # fmt: skip
AFTER_A_REPORT = {
    "erp_cancellation",
    "mes_correction",
    "message_lost",
    "message_posted_twice",
    "message_sent_again",
}
GIVEN = {
    "1010": {"plant": "1010", "cost_center": "4110", "equipment": "10000111", "skill": "CNC"},
    "1710": {"plant": "1710", "cost_center": "7110", "equipment": "EQ-2011", "skill": "MIXING"},
}


@cache
def begun(plant: str) -> tuple[Template, dict[str, str]]:
    world = OPENED.world()
    names = read(BEGIN).play(world, GIVEN[plant])
    return Template(world), names


def play(plant: str, *rows: dict[str, Any]) -> tuple[World, dict[str, str]]:
    template, names = begun(plant)
    world = template.world()
    return world, read(rows).play(world, names)


def assert_in_order(world: World) -> None:
    """Nothing lies below zero, both sides of every document hang together, nothing is journaled."""
    state = world.s4
    assert all(amount >= 0 for amount in state.stock.values())
    assert all(line.quantity.amount >= 0 for line in world.dm.stock.values())
    assert all(line.quantity.amount >= 0 for line in world.ignition.stock.values())
    assert {key[:2] for key in state.document_items} == set(state.documents)
    withdrawn: dict[tuple[str, ...], Decimal] = {}
    for row in state.document_items.values():
        key = (row["Reservation"], row["ReservationItem"])
        if key in state.components:
            sign = 1 if row["GoodsMovementType"] == "261" else -1
            withdrawn[key] = withdrawn.get(key, Decimal(0)) + sign * row["QuantityInBaseUnit"]
    assert {k: row["WithdrawnQuantity"] for k, row in state.components.items()} == {
        key: withdrawn.get(key, Decimal(0)) for key in state.components
    }
    assert world.journal.entries == []


@pytest.mark.parametrize("plant", GIVEN)
@pytest.mark.parametrize("row", ONE_OF_EACH, ids=lambda row: row["do"])
def test_every_verb_works_in_both_plants_and_leaves_order(plant: str, row: dict[str, Any]) -> None:
    world, _ = play(plant, row)
    assert world.dump() != begun(plant)[0].world().dump()
    assert_in_order(world)


def test_no_verb_is_left_out_of_these_tests() -> None:
    begin = {row["do"] for row in BEGIN}
    assert {row["do"] for row in ONE_OF_EACH} | begin | AFTER_A_REPORT == set(verbs())


@pytest.mark.parametrize("plant", GIVEN)
@pytest.mark.parametrize(
    ("state", "row"),
    [
        ("posted", {"do": "erp_cancellation", "confirmation": "${a.erp}"}),
        ("posted", {"do": "message_posted_twice"}),
        ("posted", {"do": "mes_correction", "yielded": "2"}),
        ("pending", {"do": "message_lost"}),
    ],
    ids=("cancelled", "twice", "corrected", "lost"),
)
def test_what_befalls_a_report_leaves_order(plant: str, state: str, row: dict[str, Any]) -> None:
    report = {"do": "mes_confirmation", "as": "a", "order": "${run.order}", "yielded": "3"}
    if row["do"] != "erp_cancellation":
        row = row | {"order": "${run.order}", "confirmation": "${a.confirmation}"}
    world, _ = play(plant, report | {"state": state}, row)
    assert_in_order(world)


@pytest.mark.parametrize("plant", GIVEN)
def test_a_posted_confirmation_is_the_same_on_both_sides(plant: str) -> None:
    row = {"do": "mes_confirmation", "as": "a", "order": "${run.order}", "yielded": "3"}
    world, names = play(plant, row)
    floor = floor_of(world, plant)
    entry = floor.confirmation(names["a.confirmation"])
    posted = world.s4.confirmations[tuple(names["a.erp"].split("/"))]
    assert entry.state is ConfirmationState.POSTED
    assert posted["ConfirmationYieldQuantity"] == entry.yielded.amount
    assert posted["ExternalSystemConfirmation"] == entry.reference == names["a.reference"]
    assert floor.state.messages[names["a.message"]].state is SyncState.SUCCEEDED
    assert world.s4.waiting == []


@pytest.mark.parametrize("plant", GIVEN)
def test_percentages_are_of_what_the_bill_allows_for_the_lot(plant: str) -> None:
    uses = [{"material": "${run.component}", "percent": 150}]
    row = {"do": "mes_confirmation", "as": "a", "order": "${run.order}", "yielded": "${run.lot}"}
    world, names = play(plant, row | {"uses": uses, "state": "held"})
    entry = floor_of(world, plant).confirmation(names["a.confirmation"])
    used = [use.quantity.amount for use in entry.uses if use.material == names["run.component"]]
    assert abs(used[0] - Decimal(names["run.share"]) * Decimal("1.5")) <= 1
    assert entry.state is ConfirmationState.HELD
    assert world.s4.confirmations.keys() == OPENED.world().s4.confirmations.keys()


@pytest.mark.parametrize("plant", GIVEN)
def test_the_erp_refuses_by_its_own_rules_and_both_logs_show_it(plant: str) -> None:
    world, names = play(
        plant,
        {"do": "erp_stock", "material": "${run.component}", "quantity": 0, "only": True},
        {"do": "mes_goods_issue", "as": "a", "order": "${run.order}", "quantity": "1",
         "material": "${run.component}", "state": "refused"},
    )  # fmt: skip
    assert (names["a.message_class"], names["a.message_number"]) == ("M7", "021")
    message = floor_of(world, plant).state.messages[names["a.message"]]
    assert (message.state, message.refusals[-1].code) == (SyncState.FAILED, "M7/021")
    assert world.s4.messages[(names["a.message"],)]["Status"] == "FAILED"
    assert world.s4.message_log[(names["a.message"], "1")]["MessageNumber"] == "021"


def test_a_confirmation_the_erp_would_take_cannot_have_been_refused_by_it() -> None:
    row = {"do": "mes_confirmation", "order": "${run.order}", "yielded": "1", "state": "refused"}
    with pytest.raises(Impossible, match="the ERP takes it"):
        play("1010", row)


def test_a_confirmation_the_erp_refuses_cannot_have_been_posted() -> None:
    locked = {"do": "order_lock", "order": "${run.order}"}
    row = {"do": "mes_confirmation", "order": "${run.order}", "yielded": "1"}
    with pytest.raises(Impossible, match="the ERP refuses it: ZSBX/050"):
        play("1010", locked, row)


@pytest.mark.parametrize("plant", GIVEN)
def test_a_message_sent_again_goes_through_once_the_stock_is_there(plant: str) -> None:
    world, names = play(
        plant,
        {"do": "erp_stock", "material": "${run.component}", "quantity": 0},
        {"do": "mes_goods_issue", "as": "a", "order": "${run.order}", "quantity": "1",
         "material": "${run.component}", "state": "refused"},
        {"do": "erp_stock", "material": "${run.component}", "quantity": 100},
        {"do": "message_sent_again", "as": "b", "order": "${run.order}",
         "message": "${a.message}"},
    )  # fmt: skip
    assert names["b.erp"].partition("/")[0].isdecimal()
    assert world.s4.messages[(names["a.message"],)]["Status"] == "SUCCEEDED"
    assert_in_order(world)


def test_what_the_erp_takes_back_the_mes_still_counts() -> None:
    world, names = play(
        "1010",
        {"do": "mes_confirmation", "as": "a", "order": "${run.order}", "yielded": "3"},
        {"do": "erp_cancellation", "confirmation": "${a.erp}"},
    )
    entry = floor_of(world, "1010").confirmation(names["a.confirmation"])
    assert entry.state is ConfirmationState.POSTED
    assert world.s4.confirmations[tuple(names["a.erp"].split("/"))]["IsReversed"]
    assert_in_order(world)


def test_statuses_are_set_on_the_side_that_is_named() -> None:
    row = {"do": "order_status", "order": "${run.order}", "side": "mes", "status": "confirmed"}
    world, names = play("1710", row)
    order = floor_of(world, "1710").order(names["run.order"])
    assert order.status is OrderStatus.CONFIRMED
    assert all(step.finished_at for step in order.operations)
    assert not world.s4.orders[(order.number,)]["OrderIsConfirmed"]


def test_a_lower_quantity_needs_fewer_components() -> None:
    world, names = play("1010", {"do": "order_quantity", "order": "${run.order}", "quantity": "10"})
    row = world.s4.components[(names["run.order"], names["run.item"])]
    planned = Decimal(names["run.planned"])
    before = OPENED.world().s4.components[(names["run.order"], names["run.item"])]
    assert row["RequiredQuantity"] == before["RequiredQuantity"] * 10 / planned
    assert floor_of(world, "1010").order(names["run.order"]).quantity.amount == planned


def test_stock_is_set_in_its_one_place_or_nowhere_else() -> None:
    world, names = play(
        "1710",
        {"do": "erp_stock", "as": "a", "material": "${run.component}", "quantity": "4.5",
         "only": True},
    )  # fmt: skip
    material = names["run.component"]
    left = {key: amount for key, amount in world.s4.stock.items() if key.material == material}
    place = StockKey(material, "1710", names["a.location"], names["a.batch"], "", "01")
    assert {key: amount for key, amount in left.items() if amount} == {place: Decimal("4.5")}
