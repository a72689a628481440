"""Reminders, escalations and the end of a snooze: each once, when it is due."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from agent.case.conflict import Criticality
from agent.case.ruling import Answer, Role
from agent.notify.deadlines import Question, calls, owed
from agent.records.answers import Answered
from agent.records.gates import Collected
from agent.records.tables import CaseRow, NoticeRow
from tests.agent.notify.desk import NOON, TEAMS, Desk, plant_of
from tools.plant.calendar import Calendar
from tools.plant.model import Plant
from tools.plant.notify import Topic

TOLD_AGAIN = ("reminder", "escalated", "woken")


def told(desk: Desk) -> list[tuple[str, str]]:
    """What was written down to be told again, and to whom, in order."""
    with desk.database.read() as session:
        rows = session.scalars(
            select(NoticeRow)
            .where(col(NoticeRow.topic).in_(TOLD_AGAIN), col(NoticeRow.route).is_(None))
            .order_by(col(NoticeRow.id))
        )
        return [(row.topic, row.body["role"]) for row in rows]


async def test_a_question_is_brought_up_before_its_deadline_and_passed_up_after_it(
    desk: Desk,
) -> None:
    await desk.ask(criticality=Criticality.HIGH, minutes=60)
    sender = desk.sender()
    for minute, expected in (
        (0, []),
        (44, []),
        (45, [("reminder", "planner")]),
        (59, [("reminder", "planner")]),
        (60, [("reminder", "planner"), ("escalated", "controller")]),
        (60 * 24 * 3, [("reminder", "planner"), ("escalated", "controller")]),
    ):
        desk.at = NOON + timedelta(minutes=minute)
        await sender.bring_up()
        await sender.bring_up()
        assert told(desk) == expected


async def test_those_above_are_told_one_after_the_other(desk: Desk) -> None:
    ladder = {"planner": "supervisor", "supervisor": "controller", "controller": "planner"}
    desk.plant = plant_of(TEAMS, notify={"escalate": ladder})
    await desk.ask(criticality=Criticality.URGENT, minutes=15)
    sender = desk.sender()
    desk.later(minutes=15)
    await sender.bring_up()
    assert told(desk) == [("escalated", "supervisor")]
    desk.later(minutes=15)
    await sender.bring_up()
    assert told(desk) == [("escalated", "supervisor"), ("escalated", "controller")]


async def test_many_workers_tell_it_once(desk: Desk) -> None:
    await desk.ask(minutes=60)
    desk.later(minutes=60)
    await asyncio.gather(*(desk.sender().bring_up() for _ in range(4)))
    assert told(desk) == [("escalated", "controller")]


async def test_a_question_that_was_answered_is_not_brought_up(desk: Desk) -> None:
    case = await desk.ask(minutes=60)
    answer = Answered(case, Answer.REJECT, "ada", Role.PLANNER, "hash-4", "seen it")
    await desk.records.decide(answer, Collected())
    desk.later(days=2)
    await desk.sender().bring_up()
    assert told(desk) == []


async def test_a_snoozed_case_is_woken_once_and_not_reminded_of_before(desk: Desk) -> None:
    case = await desk.ask(minutes=120)
    await desk.records.snooze(case, NOON + timedelta(minutes=90), "ada", "after the meeting")
    sender = desk.sender()
    desk.later(minutes=89)
    await sender.bring_up()
    assert told(desk) == []
    desk.later(minutes=1)
    await asyncio.gather(*(desk.sender().bring_up() for _ in range(3)))
    await sender.bring_up()
    assert told(desk) == [("woken", "planner")]
    with desk.database.read() as session:
        assert session.get_one(CaseRow, case).snoozed_until is None


async def test_after_a_standstill_a_late_reminder_is_left_out(desk: Desk) -> None:
    await desk.ask(minutes=120)
    desk.later(days=1)
    await desk.sender().bring_up()
    assert told(desk) == [("escalated", "controller")]


async def test_where_nobody_is_told_nothing_is_written(desk: Desk) -> None:
    desk.plant = plant_of()
    await desk.ask(minutes=60)
    desk.later(days=1)
    await desk.sender().bring_up()
    assert told(desk) == []


def question(minutes: int, **more: Any) -> Question:
    return Question(NOON, NOON + timedelta(minutes=minutes), "normal", "planner", **more)


def test_a_reminder_needs_time_before_it(desk: Desk) -> None:
    assert [one.topic for one in calls(question(60), desk.plant)] == [Topic.ESCALATED]
    assert [one.topic for one in calls(question(61), desk.plant)] == [
        Topic.REMINDER,
        Topic.ESCALATED,
    ]


def test_however_often_one_looks_each_call_is_owed_once(desk: Desk) -> None:
    asked, since, found = question(200), NOON, list[Topic]()
    for minute in range(0, 400, 7):
        now = NOON + timedelta(minutes=minute)
        found += [one.topic for one in owed(asked, desk.plant, since, now)]
        since = now + timedelta(microseconds=1)
    assert found == [Topic.REMINDER, Topic.ESCALATED]


def test_those_above_are_told_while_the_plant_works() -> None:
    early = {"start": "06:00", "end": "14:00"}
    plant = plant_of(calendar={"shifts": [early]})
    due = datetime(2026, 11, 24, 12, tzinfo=UTC)
    found = calls(Question(NOON, due, "normal", "supervisor"), plant)
    assert [one.at for one in found if one.topic is Topic.ESCALATED] == [
        due,
        datetime(2026, 11, 25, 12, tzinfo=UTC),
    ]


BERLIN = plant_of()


def quiet(*spans: tuple[str, str]) -> Calendar:
    told = [{"start": start, "end": end} for start, end in spans]
    return Calendar.model_validate({"quiet_hours": told})


def until(calendar: Calendar, at: datetime, plant: Plant = BERLIN) -> datetime | None:
    found = calendar.quiet_until(plant.local(at))
    return None if found is None else found.astimezone(UTC)


@pytest.mark.parametrize(
    ("spans", "at", "ends"),
    [
        ([("22:00", "06:00")], (2026, 11, 24, 20, 59), None),
        ([("22:00", "06:00")], (2026, 11, 24, 21, 0), (2026, 11, 25, 5, 0)),
        ([("22:00", "06:00")], (2026, 11, 25, 4, 59), (2026, 11, 25, 5, 0)),
        ([("22:00", "06:00")], (2026, 11, 25, 5, 0), None),
        ([("12:00", "13:00")], (2026, 11, 24, 11, 30), (2026, 11, 24, 12, 0)),
        ([("20:00", "00:00"), ("00:00", "06:00")], (2026, 11, 24, 20, 0), (2026, 11, 25, 5, 0)),
        # The night the clock goes forward is an hour shorter, and the other one longer.
        ([("22:00", "06:00")], (2026, 3, 28, 22, 0), (2026, 3, 29, 4, 0)),
        ([("22:00", "06:00")], (2026, 10, 24, 21, 0), (2026, 10, 25, 5, 0)),
        # 02:30 is skipped in March, and comes twice in October.
        ([("22:00", "02:30")], (2026, 3, 29, 0, 30), (2026, 3, 29, 1, 30)),
        ([("22:00", "02:30")], (2026, 10, 25, 0, 10), (2026, 10, 25, 0, 30)),
        ([("22:00", "02:30")], (2026, 10, 25, 1, 10), (2026, 10, 25, 1, 30)),
        ([], (2026, 11, 24, 23, 0), None),
    ],
)
def test_quiet_hours_end_by_the_plant_s_clock(
    spans: list[tuple[str, str]], at: tuple[int, ...], ends: tuple[int, ...] | None
) -> None:
    found = until(quiet(*spans), datetime(*at, tzinfo=UTC))
    wanted = None if ends is None else datetime(*ends, tzinfo=UTC)
    assert found == wanted


def test_a_day_that_is_quiet_throughout_does_not_hang() -> None:
    assert until(quiet(("10:00", "22:00"), ("22:00", "10:00")), NOON) is not None
