"""P7 by hand-built facts: one released order of a hundred valves, and all that it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.case.remedy import Unsettled
from agent.playbooks.feasibility import Asked, Facts, Part, Recommended, Status, assessed
from agent.playbooks.planning.order_release import PLAYBOOK
from agent.playbooks.release_sequence import sequenced
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PRODUCT,
    STEP,
    diagnosed,
    kinds,
    order,
    pieces,
    plant,
    proved,
    remedied,
    signal,
)
from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState, Running
from tools.objects.maintenance import MaintenanceWindow
from tools.objects.nonconformance import Held, Hold
from tools.objects.order import OrderStatus as Is
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.routing import Routing, RoutingOperation, WorkCenter
from tools.objects.schedule import ScheduleEntry
from tools.objects.stock import StockLine, StockType

LINE, STORE = "0002", "0001"
CENTER, SKILL = "ASSY-01", "ASSEMBLY"


def hours(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "STD")


def the_order(status: Is, **more: Any) -> ProductionOrder:
    start = NOW + timedelta(days=2)
    return replace(
        order(), status=status, planned_start=start, planned_end=start + timedelta(days=2), **more
    )


def lying(amount: int, place: str = LINE, kind: StockType = StockType.UNRESTRICTED) -> StockLine:
    return StockLine(PART, "1010", place, kind, pieces(amount))


def facts(**more: Any) -> Facts:
    """Two hundred seats are needed and there; ten hours of work, two days before it is due."""
    step = RoutingOperation(STEP, CENTER, "Assemble", "PP01", hours("2"), hours("0"), hours("8"))
    plain = Facts(
        signal=signal("concord.order.release.v1"),
        order=the_order(Is.RELEASED),
        floor=the_order(Is.CREATED),
        routing=Routing("1", "1", PRODUCT, "1010", pieces(100), (step,)),
        centers=(WorkCenter(CENTER, "1010", "Line", "4140", Decimal(24), equipment="E1"),),
        machines=(MachineState("1010", CENTER, Running.IDLE, NOW),),
        queues=(),
        stock=(lying(200),),
        downtimes=(),
        windows=(),
        certificates=(
            OperatorCertificate("OP1", "1010", SKILL, date(2025, 1, 1), date(2027, 1, 1)),
        ),
        holds=(),
    )
    return replace(plain, **more)


def queue(until: timedelta) -> tuple[ScheduleEntry, ...]:
    return (ScheduleEntry("1010", CENTER, "other", STEP, 1, NOW, NOW + until),)


def stop(planned: bool = False) -> tuple[DowntimeEvent, ...]:
    return (DowntimeEvent("D1", "1010", CENTER, "MECH", NOW, planned=planned),)


SKILLED_UNTIL = facts().certificates or ()
TOMORROW = tuple(replace(one, valid_until=date(2026, 3, 18)) for one in SKILLED_UNTIL)
HELD = (Hold("H1", "1010", Held.ORDER, ORDER, "Drawing", NOW, "QS"),)
DUE = the_order(Is.RELEASED).planned_end - NOW


@pytest.mark.parametrize(
    ("its", "status", "recommended", "part"),
    [
        (facts(), Status.FEASIBLE, Recommended.RELEASE_ORDER, None),
        (
            facts(stock=(lying(50), lying(150, STORE))),
            Status.FEASIBLE_WITH_NOTES,
            Recommended.RELEASE_ORDER,
            Part.STOCK,
        ),
        (
            facts(stock=(lying(50), lying(150, STORE, StockType.QUALITY))),
            Status.AT_RISK,
            Recommended.RELEASE_WITH_NOTE,
            Part.STOCK,
        ),
        (
            facts(stock=(lying(50), lying(900, STORE, StockType.BLOCKED))),
            Status.BLOCKED,
            Recommended.HOLD_ORDER,
            Part.STOCK,
        ),
        (facts(downtimes=stop()), Status.AT_RISK, Recommended.RELEASE_WITH_NOTE, Part.MACHINE),
        (
            facts(downtimes=stop(planned=True)),
            Status.FEASIBLE_WITH_NOTES,
            Recommended.RELEASE_ORDER,
            Part.MACHINE,
        ),
        (
            facts(downtimes=stop(), order=replace(the_order(Is.RELEASED), planned_start=NOW)),
            Status.BLOCKED,
            Recommended.HOLD_ORDER,
            Part.MACHINE,
        ),
        (facts(queues=queue(DUE)), Status.AT_RISK, Recommended.DELAY_ORDER, Part.CAPACITY),
        (
            facts(queues=queue(DUE - timedelta(hours=12))),
            Status.FEASIBLE_WITH_NOTES,
            Recommended.RELEASE_ORDER,
            Part.CAPACITY,
        ),
        (facts(certificates=()), Status.BLOCKED, Recommended.HOLD_ORDER, Part.CERTIFICATE),
        (
            facts(certificates=TOMORROW),
            Status.AT_RISK,
            Recommended.RELEASE_WITH_NOTE,
            Part.CERTIFICATE,
        ),
        (
            facts(certificates=None),
            Status.FEASIBLE_WITH_NOTES,
            Recommended.RELEASE_ORDER,
            Part.CERTIFICATE,
        ),
        (facts(holds=HELD), Status.BLOCKED, Recommended.HOLD_ORDER, Part.ORDER),
    ],
)
def test_each_part_weighs_what_is_missing_in_it(
    its: Facts, status: Status, recommended: Recommended, part: Part | None
) -> None:
    found = assessed(its, plant())
    assert (found.status, found.recommended) == (status, recommended), found
    assert [one for one, weight in found.parts.items() if weight < 1] == ([part] if part else [])


def test_a_maintenance_window_is_waited_for() -> None:
    start = the_order(Is.RELEASED).planned_start
    window = MaintenanceWindow("W", "1010", "E1", start, start + timedelta(hours=5), "Service")
    run = assessed(facts(windows=(window,)), plant()).runs[0]
    assert (run.start, run.end) == (window.end, window.end + timedelta(hours=10))


def test_what_is_asked_stands_instead_of_what_the_order_says() -> None:
    assert assessed(facts(), plant(), Asked(quantity=Decimal(101))).status is Status.BLOCKED
    assert assessed(facts(), plant(), Asked(quantity=Decimal(99))).status is Status.FEASIBLE
    assert assessed(facts(), plant(), Asked(due=NOW)).recommended is Recommended.DELAY_ORDER
    assert assessed(facts(), plant(), Asked(skill="DIVING")).status is Status.BLOCKED


@pytest.mark.parametrize(
    ("erp", "mes", "expected"),
    [
        (Is.RELEASED, Is.CREATED, ["dispatch_order"]),
        (Is.CREATED, Is.CREATED, ["release_order", "dispatch_order"]),
        (Is.CREATED, None, ["release_order"]),
    ],
)
def test_what_is_feasible_is_released_where_it_is_not(
    erp: Is, mes: Is | None, expected: list[str]
) -> None:
    its = facts(order=the_order(erp), floor=None if mes is None else the_order(mes))
    assert diagnosed(PLAYBOOK, its).cause == "feasible"
    assert kinds(remedied(PLAYBOOK, its, "feasible")) == expected


def test_at_risk_goes_with_a_note_and_late_does_not_go() -> None:
    risky, late = facts(downtimes=stop()), facts(queues=queue(DUE))
    assert diagnosed(PLAYBOOK, risky).cause == diagnosed(PLAYBOOK, late).cause == "at_risk"
    plan = remedied(PLAYBOOK, risky, "at_risk")
    assert (kinds(plan), [one.kind for one in plan.soft]) == (["dispatch_order"], ["open_task"])
    assert isinstance(PLAYBOOK.remedy("at_risk", late, plant()), Unsettled)


def test_blocked_is_held_and_told_once() -> None:
    for its, soft in (
        (facts(certificates=()), ["place_hold", "open_task"]),
        (facts(certificates=(), holds=HELD), ["open_task"]),
        (facts(certificates=(), floor=None), ["open_task"]),
    ):
        assert diagnosed(PLAYBOOK, its).cause == "blocked"
        plan = PLAYBOOK.remedy("blocked", its, plant())
        assert isinstance(plan, Unsettled)
        assert [one.kind for one in plan.soft] == soft


@pytest.mark.parametrize(
    ("erp", "mes"),
    [
        (Is.RELEASED, Is.RELEASED),
        (Is.PARTIALLY_CONFIRMED, Is.IN_PROGRESS),
        (Is.CLOSED, None),
        (Is.DISCARDED, Is.CREATED),
    ],
)
def test_what_is_released_or_given_up_is_no_conflict(erp: Is, mes: Is | None) -> None:
    its = facts(order=the_order(erp), floor=None if mes is None else the_order(mes), stock=())
    assert diagnosed(PLAYBOOK, its).cause == "not_a_conflict"


@pytest.mark.parametrize(
    "its",
    [
        facts(floor=the_order(Is.CREATED, quantity=pieces(50))),
        facts(floor=the_order(Is.CREATED, material="FG-BV-32")),
        facts(order=the_order(Is.CREATED), floor=the_order(Is.IN_PROGRESS)),
        facts(order=the_order(Is.CLOSED), floor=the_order(Is.IN_PROGRESS)),
        facts(order=the_order(Is.RELEASED, note="Bitte noch nicht freigeben")),
        facts(floor=the_order(Is.CREATED, note="hold until Monday")),
    ],
)
def test_a_person_is_asked_where_the_sides_or_somebodys_words_contradict(its: Facts) -> None:
    assert diagnosed(PLAYBOOK, its).cause is None


def test_a_note_nobody_understands_takes_the_decision_away() -> None:
    noted = facts(order=the_order(Is.RELEASED, note="siehe Schichtbuch"))
    assert remedied(PLAYBOOK, noted, "feasible").unread_note
    assert not remedied(PLAYBOOK, facts(), "feasible").unread_note


def test_what_the_mes_released_meanwhile_is_not_released_again() -> None:
    plan = remedied(PLAYBOOK, facts(), "feasible")
    assert not proved(facts(floor=the_order(Is.RELEASED)), plan).passed


def numbered(number: str, **more: Any) -> Facts:
    its = facts(**more)
    return replace(its, order=replace(its.order, number=number))


def test_a_sequence_gives_the_material_to_the_more_important_order_once() -> None:
    urgent = replace(the_order(Is.RELEASED), priority=1)
    several = (numbered("A"), numbered("B", order=urgent), numbered("C", stock=(), holds=HELD))
    places = sequenced(several, plant())
    assert [one.order for one in places] == ["B", "A", "C"]
    assert [one.feasibility.status for one in places] == [
        Status.FEASIBLE,
        Status.BLOCKED,
        Status.BLOCKED,
    ]
    assert sequenced(several[::-1], plant()) == places


def test_in_a_sequence_the_second_runs_behind_the_first() -> None:
    plenty = (lying(900),)
    first, second = sequenced((numbered("A", stock=plenty), numbered("B", stock=plenty)), plant())
    assert second.feasibility.runs[0].start == first.feasibility.runs[0].end
