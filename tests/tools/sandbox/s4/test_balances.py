"""Whatever is posted, stock is what it was plus what the documents say; cancelling restores it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.sandbox.clock import OPENING
from tools.sandbox.s4.entries import Line, StockKey
from tools.sandbox.s4.refusal import Refused
from tools.sandbox.s4.rules.movements import Heading, post
from tools.sandbox.s4.rules.reversal import cancel
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

TYPES = ("101", "102", "201", "202", "261", "262", "311", "321", "322", "343", "344", "551", "552")
HEADING = Heading(OPENING.date(), OPENING)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    type_ = draw(st.sampled_from(TYPES))
    material, unit, batch = draw(
        st.sampled_from([("RM-SCREW", "ST", ""), ("RM-SCREW", "KAR", ""), ("RM-RESIN", "KG", "B1")])
    )
    if type_ in {"101", "102"}:
        material, unit, batch = "FG-VALVE", "ST", ""
    return Line(
        type=type_,
        material=material,
        plant="1010",
        quantity=draw(st.decimals("0.001", "120", places=3)),
        unit=unit,
        location=draw(st.sampled_from(["0001", "0002"])),
        to_location="0003",
        batch=batch,
        order="1000001",
        cost_center="4711",
    )


def signed_movements(state: S4) -> dict[StockKey, Decimal]:
    sums: dict[StockKey, Decimal] = defaultdict(Decimal)
    for row in state.document_items.values():
        key = StockKey(
            row["Material"],
            row["Plant"],
            row["StorageLocation"],
            row["Batch"],
            "",
            row["InventoryStockType"],
        )
        amount = row["QuantityInBaseUnit"]
        sums[key] += amount if row["DebitCreditCode"] == "S" else -amount
    return sums


@settings(max_examples=60, deadline=None)
@given(posted=st.lists(st.lists(lines(), min_size=1, max_size=3), min_size=1, max_size=6))
def test_stock_is_the_opening_stock_plus_the_signed_movements(
    fresh: Callable[[], World], posted: list[list[Line]]
) -> None:
    state = fresh().s4
    opening = dict(state.stock)
    for document in posted:
        try:
            post(state, HEADING, document)
        except Refused:
            continue
    sums = signed_movements(state)
    for key in {*opening, *state.stock, *sums}:
        assert state.on_hand(key) == opening.get(key, Decimal(0)) + sums[key]
        assert state.on_hand(key) >= 0


@settings(max_examples=60, deadline=None)
@given(document=st.lists(lines(), min_size=1, max_size=4))
def test_posting_and_cancelling_leaves_stock_and_order_as_they_were(
    fresh: Callable[[], World], document: list[Line]
) -> None:
    state = fresh().s4
    before = ({k: v for k, v in state.stock.items() if v}, withdrawn(state), received(state))
    try:
        key = post(state, HEADING, document)
    except Refused:
        return
    cancel(state, key, Heading(OPENING.date(), OPENING + timedelta(minutes=1)))
    after = ({k: v for k, v in state.stock.items() if v}, withdrawn(state), received(state))
    assert after == before


def withdrawn(state: S4) -> list[Decimal]:
    return [row["WithdrawnQuantity"] for row in state.components.values()]


def received(state: S4) -> list[Decimal]:
    return [row["MfgOrderItemGoodsReceiptQty"] for row in state.order_items.values()]
