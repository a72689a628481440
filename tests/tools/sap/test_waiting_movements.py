"""What of a confirmation waits is concluded from what can be read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.order import Component, Operation, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.sap.waiting_movements import settled, share, use_of, waiting

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def pieces(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "ST")


STEP = Operation("0010", "ASSY", "Assemble", pieces(100), pieces(0), pieces(0))
SCREWS = Component(
    "5000", "1", "SCREW", pieces(400), pieces(0), "0010", location="0002", backflushed=True
)
ORDER = ProductionOrder(
    number="1000001",
    plant="1010",
    material="VALVE",
    category=OrderCategory.PRODUCTION,
    type="PP01",
    status=OrderStatus.PARTIALLY_CONFIRMED,
    quantity=pieces(100),
    yielded=pieces(0),
    scrapped=pieces(0),
    delivered=pieces(0),
    planned_start=NOW,
    planned_end=NOW,
    operations=(STEP,),
    components=(SCREWS,),
)


def confirmation(number: str, made: int, *uses: MaterialUse) -> Confirmation:
    return Confirmation(
        number=number,
        order=ORDER.number,
        operation=STEP.number,
        yielded=pieces(made),
        scrapped=pieces(0),
        reworked=pieces(0),
        state=ConfirmationState.POSTED,
        posting_date=date(2026, 3, 18),
        entered_at=NOW,
        uses=uses,
    )


def withdrawn(amount: int) -> ProductionOrder:
    return replace(ORDER, components=(replace(SCREWS, withdrawn=pieces(amount)),))


def found(
    order: ProductionOrder, *all_of_it: Confirmation, without: frozenset[str] = frozenset()
) -> list[tuple[str, Quantity]]:
    return [(line.confirmation, line.use.quantity) for line in waiting(order, all_of_it, without)]


def test_a_backflush_without_a_line_waits() -> None:
    assert found(ORDER, confirmation("1/1", 10)) == [("1/1", pieces(40))]


def test_a_backflush_with_a_line_does_not_wait() -> None:
    used = use_of(SCREWS, pieces(40))
    assert found(withdrawn(40), confirmation("1/1", 10, used)) == []


def test_a_movement_made_up_for_by_hand_does_not_wait() -> None:
    assert found(withdrawn(40), confirmation("1/1", 10)) == []


def test_of_two_confirmations_without_a_line_the_later_one_waits() -> None:
    both = (confirmation("1/1", 10), confirmation("1/2", 20))
    assert found(withdrawn(40), *both) == [("1/2", pieces(80))]


def test_what_was_cancelled_reversed_or_asked_for_nothing_does_not_wait() -> None:
    cancelled = replace(confirmation("1/1", 10), state=ConfirmationState.CANCELLED)
    reversal = replace(confirmation("1/2", 10), reverses="1/1")
    assert found(ORDER, cancelled, reversal) == []
    assert found(ORDER, confirmation("1/3", 10), without=frozenset({"1/3"})) == []


def test_a_component_issued_by_hand_never_waits() -> None:
    by_hand = replace(ORDER, components=(replace(SCREWS, backflushed=False),))
    assert found(by_hand, confirmation("1/1", 10)) == []


def test_a_share_too_small_to_count_does_not_wait() -> None:
    drums = replace(SCREWS, required=pieces(1))
    assert found(replace(ORDER, components=(drums,)), confirmation("1/1", 10)) == []


def test_the_systems_own_proposal_settles_the_quantity() -> None:
    lines = waiting(ORDER, [confirmation("1/1", 10)], frozenset())
    asked = {"1/1": (use_of(SCREWS, pieces(41)),)}
    assert [line.use.quantity for line in settled(lines, asked)] == [pieces(41)]
    assert settled(lines, {}) == lines


@given(st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_what_waits_and_what_was_withdrawn_make_up_what_was_needed(amounts: list[int]) -> None:
    confirmations = [confirmation(f"1/{i}", made) for i, made in enumerate(amounts, start=1)]
    lines = found(ORDER, *confirmations)
    assert sum(quantity.amount for _, quantity in lines) == sum(amounts) * 4
    assert share(SCREWS, STEP, pieces(100)) == SCREWS.required
