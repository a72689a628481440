"""Each check passes, fails, misses a fact, or has nothing to look at."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.report_confirmation import ReportConfirmation
from agent.actions.report_issue import ReportIssue
from agent.case.proof import Proof, Result
from agent.case.remedy import Derivation, Term
from agent.proof.checks import checks, prove
from tests.agent.proof.remedies import (
    BOLT,
    ORDER,
    TODAY,
    Facts,
    booked,
    derived,
    kilos,
    line,
    pieces,
    remedy,
    result,
    subject,
    verdict,
)
from tools.objects.confirmation import ConfirmationDraft, ConfirmationProposal, MaterialUse
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import MovementType
from tools.objects.order import OrderStatus
from tools.objects.quantity import Quantity

PASSED, FAILED, UNKNOWN = Result.PASSED, Result.FAILED, Result.UNKNOWN
BESIDE = Result.NOT_APPLICABLE

ISSUE = booked(line(4))
SOURCED = derived(pieces(4), Term("amounts.0"))


def confirmed(
    uses: tuple[MaterialUse, ...] | None = None, reason: str | None = None, good: object = 10
) -> PostConfirmation:
    draft = ConfirmationDraft(
        order="1000012",
        operation="0010",
        yielded=pieces(good),
        scrapped=pieces(0),
        reworked=pieces(0),
        posting_date=TODAY,
        variance_reason=reason,
        uses=uses,
    )
    return PostConfirmation(draft)


def proposed(*amounts: object) -> ConfirmationProposal:
    uses = tuple(MaterialUse("BOLT", pieces(amount)) for amount in amounts)
    return ConfirmationProposal("1000012", "0010", pieces(10), pieces(0), False, uses)


def test_every_check_is_found_by_walking() -> None:
    assert set(checks()) == {
        "asset_is_told_once",
        "every_quantity_has_a_source",
        "facts_fresh",
        "identifiers_known",
        "no_quantity_is_negative",
        "order_can_take_the_step",
        "order_status_allows",
        "period_open",
        "quantities_add_up",
        "reversible",
        "stock_covers",
        "target_agrees",
        "units_convert_exactly",
    }


def test_a_verdict_carries_its_check_s_name() -> None:
    proof = prove(subject(remedy(ISSUE, confirmed())))
    assert [one.check for one in proof.verdicts] == list(checks())


def test_a_sound_remedy_is_proved() -> None:
    it = remedy(ISSUE, derivations=(SOURCED,), rests_on=("order", "stock"))
    proof = prove(subject(it, Facts(amounts=(pieces(4),))))
    assert [str(one.because) for one in proof.verdicts if one.result not in (PASSED, BESIDE)] == []
    assert proof.passed


def test_a_remedy_that_changes_nothing_has_nothing_to_prove() -> None:
    proof = prove(subject(remedy(reversible=False)))
    assert {one.result for one in proof.verdicts} <= {PASSED, BESIDE}


@pytest.mark.parametrize("bad", [UNKNOWN, FAILED])
def test_one_verdict_is_enough_to_refuse(bad: Result) -> None:
    verdicts = prove(subject(remedy())).verdicts
    assert not Proof((*verdicts, replace(verdicts[0], result=bad))).passed


@pytest.mark.parametrize(
    ("hard", "derivations", "expected"),
    [
        (ISSUE, (SOURCED,), PASSED),
        (ISSUE, (), FAILED),
        (ISSUE, (replace(SOURCED, field="draft.lines.1.quantity"),), FAILED),
        (ISSUE, (replace(SOURCED, action=1),), FAILED),
        (booked(line(0)), (), PASSED),
        (booked(line(4), line(1)), (SOURCED,), FAILED),
        (confirmed(), (), FAILED),
        (confirmed((MaterialUse("BOLT", pieces(1)),), good=0), (), FAILED),
    ],
)
def test_every_quantity_has_a_source(hard: Any, derivations: Any, expected: Result) -> None:
    it = remedy(hard, derivations=derivations)
    assert result("every_quantity_has_a_source", it) is expected


@pytest.mark.parametrize(
    ("derivation", "expected"),
    [
        (derived(pieces(4), Term("amounts.0")), PASSED),
        (derived(pieces(4), Term("amounts.0", "2"), Term("amounts.0", "-1")), PASSED),
        (derived(pieces(4), Term("amounts.0", "1/2"), Term("amounts.0", "1/2")), PASSED),
        (derived(pieces(4), Term("amounts.0"), Term("amounts.0")), FAILED),
        (derived(pieces(4)), FAILED),
        (derived(pieces(4), Term("amounts.9")), FAILED),
        (derived(pieces(4), Term("order.number")), FAILED),
        (derived(pieces(4), Term("nowhere.at.all")), FAILED),
        (derived(pieces(5), Term("amounts.0", "5/4")), FAILED),
        (derived(pieces(4), Term("amounts.0"), field="draft.lines.7.quantity"), FAILED),
        (derived(pieces(4), Term("amounts.0"), field="draft.nothing"), FAILED),
        (replace(derived(pieces(4), Term("amounts.0")), action=3), FAILED),
        (Derivation(0, "draft.lines.0.quantity", pieces(4), entered_by="anna"), PASSED),
        (Derivation(0, "draft.lines.0.quantity", pieces(5), entered_by="anna"), FAILED),
    ],
)
def test_quantities_add_up(derivation: Derivation, expected: Result) -> None:
    it = remedy(ISSUE, derivations=(derivation,))
    assert result("quantities_add_up", it, Facts(amounts=(pieces(4),))) is expected


@pytest.mark.parametrize(("kept", "expected"), [("0.333", PASSED), ("0.334", FAILED)])
def test_what_no_decimal_holds_adds_up_as_it_is_kept(kept: str, expected: Result) -> None:
    row = derived(pieces(kept), Term("amounts.0", "1/12"))
    it = remedy(booked(line(kept)), derivations=(row,))
    assert result("quantities_add_up", it, Facts(amounts=(pieces(4),))) is expected


@pytest.mark.parametrize(
    ("reported", "factor", "expected"),
    [
        (kilos(4), "1", FAILED),
        (kilos(4), "-1", FAILED),
        (kilos(2), "2", FAILED),
        (Quantity(pieces(4).amount, "KAR"), "1", FAILED),
        (Quantity(pieces(4).amount, "XYZ"), "1", FAILED),
    ],
)
def test_a_number_is_not_taken_over_from_another_unit(
    reported: Quantity, factor: str, expected: Result
) -> None:
    it = remedy(ISSUE, derivations=(derived(pieces(4), Term("amounts.0", factor)),))
    assert result("quantities_add_up", it, Facts(amounts=(reported,))) is expected


def test_a_number_in_another_unit_is_converted_by_a_factor_on_record() -> None:
    carton = Facts(amounts=(Quantity(pieces(1).amount, "KAR"),))
    row = derived(pieces(12), Term("amounts.0", "12"))
    assert result("quantities_add_up", remedy(booked(line(12)), derivations=(row,)), carton) is (
        PASSED
    )


@pytest.mark.parametrize(
    ("hard", "expected"),
    [
        (ISSUE, PASSED),
        (booked(line(0)), PASSED),
        (booked(line(-4)), FAILED),
        (confirmed((MaterialUse("BOLT", pieces(-1)),)), FAILED),
        (confirmed(good=-1), FAILED),
    ],
)
def test_no_quantity_is_negative(hard: Any, expected: Result) -> None:
    assert result("no_quantity_is_negative", remedy(hard)) is expected
    assert result("no_quantity_is_negative", remedy()) is BESIDE


@pytest.mark.parametrize(
    ("unit", "material", "expected"),
    [
        ("ST", BOLT, PASSED),
        ("KAR", BOLT, PASSED),
        ("KG", BOLT, FAILED),
        ("XYZ", BOLT, FAILED),
        ("ST", None, UNKNOWN),
        ("ST", replace(BOLT, number="NUT"), UNKNOWN),
    ],
)
def test_units_convert_exactly(unit: str, material: Material | None, expected: Result) -> None:
    quantity = Quantity(pieces(1).amount, unit)
    facts = Facts(material=material)
    assert result("units_convert_exactly", remedy(booked(line(1, quantity=quantity))), facts) is (
        expected
    )
    used = confirmed((MaterialUse("BOLT", quantity),))
    assert result("units_convert_exactly", remedy(used), facts) is expected
    assert result("units_convert_exactly", remedy(confirmed()), facts) is BESIDE


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(), PASSED),
        (timedelta(minutes=15), PASSED),
        (timedelta(minutes=15, seconds=1), FAILED),
    ],
)
def test_facts_are_fresh(age: timedelta, expected: Result) -> None:
    it = remedy(ISSUE, rests_on=("order", "stock"))
    assert result("facts_fresh", it, age=age) is expected


@pytest.mark.parametrize(
    ("hard", "rests_on", "expected"),
    [
        ((ISSUE,), ("nothing",), UNKNOWN),
        ((ISSUE,), (), UNKNOWN),
        ((), (), BESIDE),
    ],
)
def test_what_was_not_read_is_not_fresh(hard: Any, rests_on: Any, expected: Result) -> None:
    assert result("facts_fresh", remedy(*hard, rests_on=rests_on)) is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, PASSED),
        ({"order": "1000013"}, FAILED),
        ({"location": "0009"}, FAILED),
        ({"batch": "B1"}, FAILED),
        ({"to_location": "0002"}, FAILED),
        ({"cost_center": "4711"}, FAILED),
        ({"text": "4711"}, PASSED),
    ],
)
def test_identifiers_are_known(fields: dict[str, Any], expected: Result) -> None:
    assert result("identifiers_known", remedy(booked(line(1, **fields)))) is expected
    assert result("identifiers_known", remedy()) is BESIDE


def test_what_somebody_typed_makes_no_identifier_known() -> None:
    note = replace(ORDER, note="0009")
    it = remedy(booked(line(1, location="0009")))
    assert result("identifiers_known", it, Facts(order=note)) is FAILED
    assert result("identifiers_known", it, Facts(said="0009")) is PASSED


OPEN = {
    OrderStatus.RELEASED,
    OrderStatus.IN_PROGRESS,
    OrderStatus.PARTIALLY_CONFIRMED,
    OrderStatus.CONFIRMED,
    OrderStatus.DELIVERED,
}


@pytest.mark.parametrize("status", list(OrderStatus))
def test_the_order_s_status_allows_it(status: OrderStatus) -> None:
    facts = Facts(order=replace(ORDER, status=status))
    expected = PASSED if status in OPEN else FAILED
    assert result("order_status_allows", remedy(ISSUE), facts) is expected
    assert result("order_status_allows", remedy(confirmed()), facts) is expected


def test_a_locked_order_takes_nothing() -> None:
    facts = Facts(order=replace(ORDER, locked=True))
    assert result("order_status_allows", remedy(ISSUE), facts) is FAILED


def test_the_erp_s_word_on_the_order_counts_not_the_shop_floor_s() -> None:
    closed = replace(ORDER, status=OrderStatus.CLOSED)
    assert result("order_status_allows", remedy(ISSUE), Facts(shop_order=closed)) is PASSED
    facts = Facts(order=closed, shop_order=ORDER)
    assert result("order_status_allows", remedy(ISSUE), facts) is FAILED
    facts = Facts(order=None, shop_order=ORDER)
    assert result("order_status_allows", remedy(ISSUE), facts) is UNKNOWN


def test_every_order_that_is_posted_to_must_have_been_read() -> None:
    both = booked(line(1), line(1, order="1000099"))
    assert result("order_status_allows", remedy(both)) is UNKNOWN
    assert result("order_status_allows", remedy(booked(line(1, order=None)))) is BESIDE


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 28), FAILED),
        (date(2026, 3, 1), PASSED),
        (date(2026, 3, 31), PASSED),
        (date(2026, 4, 1), FAILED),
    ],
)
def test_the_period_is_open(day: date, expected: Result) -> None:
    it = remedy(ISSUE, booked(line(1), on=day))
    assert result("period_open", it) is expected
    assert result("period_open", it, Facts(period=None)) is UNKNOWN
    assert result("period_open", remedy()) is BESIDE


REPORT = ReportConfirmation(confirmed().draft)
ISSUED = ReportIssue(ISSUE.draft)


@pytest.mark.parametrize("dated", [ISSUE, confirmed(), REPORT, ISSUED], ids=lambda one: one.kind)
def test_whatever_is_posted_to_a_date_needs_an_open_period(dated: Any) -> None:
    over = Facts(period=PostingPeriod("1010", date(2026, 1, 1), date(2026, 2, 28)))
    assert result("period_open", remedy(dated)) is PASSED
    assert result("period_open", remedy(dated), over) is FAILED


@pytest.mark.parametrize(
    ("said", "unread", "read"),
    [("erp", UNKNOWN, PASSED), ("open", PASSED, PASSED), ("closed", FAILED, FAILED)],
)
def test_a_plant_may_say_itself_whether_its_period_is_open(
    said: str, unread: Result, read: Result
) -> None:
    def judged(facts: Facts) -> Result:
        it = subject(remedy(ISSUE), facts)
        calendar = it.plant.calendar.model_copy(update={"posting_period": said})
        plant = it.plant.model_copy(update={"calendar": calendar})
        return checks()["period_open"](replace(it, plant=plant)).result

    assert (judged(Facts(period=None)), judged(Facts())) == (unread, read)


def test_an_open_word_of_the_plant_does_not_open_what_the_erp_has_closed() -> None:
    it = subject(remedy(booked(line(1), on=date(2026, 2, 28))))
    calendar = it.plant.calendar.model_copy(update={"posting_period": "open"})
    plant = it.plant.model_copy(update={"calendar": calendar})
    assert checks()["period_open"](replace(it, plant=plant)).result is FAILED


def test_a_remedy_that_claims_to_be_reversible_is() -> None:
    assert result("reversible", remedy(ISSUE)) is PASSED
    assert result("reversible", remedy(ISSUE, reversible=False)) is BESIDE


@pytest.mark.parametrize(
    ("hard", "proposal", "expected"),
    [
        (confirmed((MaterialUse("BOLT", pieces(4)),)), proposed(4), PASSED),
        (confirmed((MaterialUse("BOLT", pieces("4.0")),)), proposed(1, 3), PASSED),
        (confirmed((MaterialUse("BOLT", pieces(5)),)), proposed(4), FAILED),
        (confirmed(()), proposed(4), FAILED),
        (confirmed(()), proposed(0), PASSED),
        (confirmed(None), proposed(4), PASSED),
        (confirmed((MaterialUse("BOLT", pieces(5)),), reason="0001"), proposed(4), PASSED),
        (confirmed((MaterialUse("BOLT", pieces(4)),), good=9), proposed(4), BESIDE),
        (confirmed((MaterialUse("BOLT", pieces(5)),)), None, BESIDE),
        (ISSUE, proposed(4), BESIDE),
    ],
)
def test_the_target_s_own_proposal_agrees(
    hard: Any, proposal: ConfirmationProposal | None, expected: Result
) -> None:
    assert result("target_agrees", remedy(hard), Facts(proposal=proposal)) is expected


def test_a_failed_check_says_by_what() -> None:
    said = str(verdict("stock_covers", remedy(booked(line(11)))).because)
    assert said == "11 ST of BOLT are taken from 0001, where 10 ST lie"
    kind = MovementType.SCRAP
    assert result("stock_covers", remedy(booked(line(11, kind)))) is FAILED
