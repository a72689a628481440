"""P23 by hand-built facts: one machine, its stops, and what maintenance has of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.actions.notify_maintenance import NotifyMaintenance
from agent.actions.open_task import OpenTask
from agent.case.remedy import Unsettled
from agent.playbooks.maintenance.downtime import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    diagnosed,
    kinds,
    plant,
    proved,
    remedied,
    signal,
)
from tools.objects.downtime import DowntimeEvent
from tools.objects.equipment import Equipment
from tools.objects.machine import MachineState, Running
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceStatus,
    MaintenanceWindow,
)
from tools.objects.shift import Shift

MACHINE, ASSET = "CNC-01", "10001234"
BEGAN = NOW - timedelta(minutes=40)
STOP = DowntimeEvent(
    "DT-1", "1010", MACHINE, "MECH", BEGAN, None, ASSET, ORDER, note="Spindelalarm"
)
KEPT = Equipment(ASSET, "1010", "Machining centre", MACHINE)
DOWN = MachineState("1010", MACHINE, Running.DOWN, BEGAN, ORDER)
EARLY = Shift(
    "S1", "1010", "early", NOW - timedelta(hours=3), NOW + timedelta(hours=5), "M. Keller"
)


def minutes(many: int) -> timedelta:
    return timedelta(minutes=many)


def facts(
    *stops: DowntimeEvent, told: tuple[MaintenanceNotification, ...] = (), **more: Any
) -> Facts:
    plain = Facts(
        signal=signal("concord.downtime.reported.v1", work_center=MACHINE, downtime="DT-1"),
        stops=stops or (STOP,),
        assets=(KEPT,),
        notifications=told,
        machine=DOWN,
        windows=(),
        shifts=(EARLY,),
    )
    return replace(plain, **more)


def note(**more: Any) -> MaintenanceNotification:
    plain = MaintenanceNotification(
        "200001",
        "1010",
        ASSET,
        "Spindle",
        MaintenanceStatus.OPEN,
        BEGAN + minutes(5),
        breakdown=True,
        malfunction_start=BEGAN,
    )
    return replace(plain, **more)


def cause(its: Facts) -> str | None:
    return diagnosed(PLAYBOOK, its).cause


def test_maintenance_is_notified_with_asset_shift_and_order() -> None:
    its = facts()
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("not_notified", True)
    plan = remedied(PLAYBOOK, its, "not_notified")
    assert kinds(plan) == ["notify_maintenance"]
    action = plan.hard[0]
    assert isinstance(action, NotifyMaintenance)
    assert (action.draft.equipment, action.draft.breakdown) == (ASSET, True)
    assert action.draft.malfunction_start == BEGAN
    assert all(word in action.draft.long_text for word in (ORDER, "early", "MECH", "not planned"))


def test_supervisor_and_controlling_are_told_the_same() -> None:
    tasks = remedied(PLAYBOOK, facts(), "not_notified").soft
    assert all(isinstance(one, OpenTask) for one in tasks)
    drafts = [one.draft for one in tasks if isinstance(one, OpenTask)]
    assert [one.assignee for one in drafts] == ["M. Keller", "controlling"]
    assert len({(one.title, one.text, one.order) for one in drafts}) == 1


def test_a_stop_that_is_over_is_told_with_its_end_and_is_no_breakdown() -> None:
    over = replace(STOP, ended_at=BEGAN + minutes(25))
    running = replace(DOWN, state=Running.RUNNING)
    action = remedied(PLAYBOOK, facts(over, machine=running), "not_notified").hard[0]
    assert isinstance(action, NotifyMaintenance)
    assert (action.draft.breakdown, action.draft.malfunction_end) == (False, over.ended_at)


@pytest.mark.parametrize(
    "its",
    [
        facts(told=(note(),)),
        facts(told=(note(breakdown=False, malfunction_start=None),)),
        facts(replace(STOP, ended_at=BEGAN + minutes(4)), machine=None),
        facts(replace(STOP, planned=True, reason="PLAN")),
        facts(
            windows=(
                MaintenanceWindow(
                    "W1", "1010", ASSET, BEGAN - minutes(10), NOW + minutes(60), "service"
                ),
            )
        ),
        facts(
            replace(
                STOP, number="DT-0", started_at=BEGAN - minutes(60), ended_at=BEGAN - minutes(8)
            ),
            STOP,
            told=(
                note(
                    status=MaintenanceStatus.COMPLETED,
                    malfunction_start=BEGAN - minutes(60),
                    malfunction_end=BEGAN - minutes(5),
                ),
            ),
        ),
    ],
    ids=["told", "asked for", "too short", "planned", "maintenance has it", "same fault again"],
)
def test_nobody_is_told_what_they_know_or_need_not_know(its: Facts) -> None:
    assert cause(its) == "not_a_conflict"


def test_a_stop_of_the_shop_floors_own_goes_to_the_shift_not_to_maintenance() -> None:
    its = facts(replace(STOP, reason="MAT", note="warten auf Stapler"))
    assert cause(its) == "not_technical"
    plan = remedied(PLAYBOOK, its, "not_technical")
    assert (kinds(plan), len(plan.soft)) == ([], 2)


@pytest.mark.parametrize(
    "its",
    [
        facts(replace(STOP, reason="MAT", note="Spindel raucht")),
        facts(replace(STOP, note="kein Material an der Maschine")),
        facts(replace(STOP, reason="PLAN")),
        facts(replace(STOP, planned=True)),
        facts(replace(STOP, reason="X99", note="")),
        facts(machine=replace(DOWN, state=Running.RUNNING)),
        facts(told=(note(malfunction_start=BEGAN - timedelta(days=20)),)),
    ],
    ids=[
        "note against reason",
        "reason against note",
        "planned and not planned",
        "a fault by plan",
        "unknown reason",
        "machine runs",
        "an old breakdown nobody closed",
    ],
)
def test_a_person_is_asked_where_the_facts_do_not_go_together(its: Facts) -> None:
    assert cause(its) is None


def test_words_alone_explain_an_unknown_reason_but_never_decide_it() -> None:
    diagnosis = diagnosed(PLAYBOOK, facts(replace(STOP, reason="X99", note="Antrieb defekt")))
    assert (diagnosis.cause, diagnosis.decisive) == ("not_notified", False)
    assert diagnosis.free_text_only


def test_of_several_assets_only_the_one_the_shop_floor_names_is_told_of() -> None:
    other = replace(KEPT, number="10009999")
    assert cause(facts(replace(STOP, equipment=None), assets=(KEPT, other))) == "asset_unclear"
    assert cause(facts(assets=(KEPT, other))) == "not_notified"
    assert cause(facts(replace(STOP, equipment="unknown"))) == "asset_unclear"
    its = facts(replace(STOP, equipment=None), assets=())
    assert isinstance(PLAYBOOK.remedy("asset_unclear", its, plant()), Unsettled)


def test_a_notification_that_came_in_between_fails_the_proof() -> None:
    plan = remedied(PLAYBOOK, facts(), "not_notified")
    assert not proved(facts(told=(note(),)), plan).passed
    assert not proved(facts(assets=(replace(KEPT, active=False),)), plan).passed
