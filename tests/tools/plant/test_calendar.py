"""The plant's week: what is worked, and when what must wait may go on. By the plant's clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tools.plant.calendar import Calendar
from tools.plant.section import Span

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2026, 11, 20)
EARLY = Span(start=time(6), end=time(14))
LATE = Span(start=time(14), end=time(22))
NIGHT = Span(start=time(22), end=time(6))
WEEK = ("mon", "tue", "wed", "thu", "fri")


def calendar(**said: Any) -> Calendar:
    return Calendar.model_validate(said)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def due(of: Calendar, asked: str, hours: float) -> str:
    found = of.worked(local(asked), timedelta(hours=hours))
    assert found.tzinfo is UTC
    return found.astimezone(BERLIN).strftime("%a %d.%m. %H:%M")


def test_a_plant_that_says_nothing_works_always() -> None:
    assert due(calendar(), "2026-11-21T23:00", 8) == "Sun 22.11. 07:00"


def test_saturday_is_not_worked_where_the_plant_says_so() -> None:
    assert calendar(working_days=WEEK).works(FRIDAY)
    assert not calendar(working_days=WEEK).works(FRIDAY + timedelta(days=1))
    assert not calendar(holidays=[FRIDAY]).works(FRIDAY)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2026-11-19T06:00", "Thu 19.11. 14:00"),
        ("2026-11-19T10:00", "Fri 20.11. 10:00"),
        ("2026-11-20T13:00", "Tue 24.11. 13:00"),
        ("2026-11-21T03:00", "Tue 24.11. 14:00"),
    ],
)
def test_eight_hours_are_eight_hours_of_shifts(asked: str, expected: str) -> None:
    own = calendar(working_days=WEEK, shifts=[EARLY], holidays=[date(2026, 11, 23)])
    assert due(own, asked, 8) == expected


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    own = calendar(working_days=WEEK, shifts=[NIGHT, EARLY])
    assert due(own, "2026-11-21T02:00", 3) == "Sat 21.11. 05:00"
    assert due(own, "2026-11-21T02:00", 5) == "Mon 23.11. 07:00"


def test_shifts_that_overlap_are_worked_once() -> None:
    own = calendar(shifts=[EARLY, Span(start=time(13), end=time(15))])
    assert due(own, "2026-11-20T12:00", 4) == "Sat 21.11. 07:00"


def test_an_hour_the_clock_skips_is_not_worked() -> None:
    own = calendar(shifts=[NIGHT])
    assert due(own, "2026-03-28T22:00", 7) == "Sun 29.03. 06:00"
    assert due(own, "2026-10-24T22:00", 7) == "Sun 25.10. 04:00"


def test_batch_jobs_that_follow_one_another_are_waited_for_together() -> None:
    own = calendar(
        erp_batch_windows=[
            Span(start=time(23, 30), end=time(1)),
            Span(start=time(1), end=time(2, 30)),
        ]
    )
    assert own.opens_again(local("2026-11-20T23:29")) is None
    assert own.opens_again(local("2026-11-20T23:30")) == local("2026-11-21T02:30")
    assert own.opens_again(local("2026-11-21T01:00")) == local("2026-11-21T02:30")
    assert own.opens_again(local("2026-11-21T02:30")) is None
    assert calendar().opens_again(local("2026-11-20T23:30")) is None


def test_quiet_hours_keep_no_posting_back() -> None:
    own = calendar(quiet_hours=[NIGHT])
    assert own.opens_again(local("2026-11-20T23:30")) is None
    assert own.quiet_until(local("2026-11-20T23:30")) == local("2026-11-21T06:00")
