"""When the plant works, and when people and the ERP want to be left alone. Local times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tools.plant.section import Listed, Section, Span


class Weekday(StrEnum):
    """The days of the week, Monday first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"

    @classmethod
    def of(cls, day: date) -> Weekday:
        """Return the weekday of a date."""
        return tuple(cls)[day.weekday()]


Day: TypeAlias = Annotated[Weekday, Field(strict=False)]

_ALL_DAY = Span(start=time(), end=time())


class Calendar(Section):
    """The plant's week."""

    working_days: Listed[Day] = Field(
        default=tuple(Weekday),
        min_length=1,
        description="Weekdays that are worked; a question's deadline counts no others.",
    )
    holidays: Listed[date] = Field(
        default=(), description="Dates that are not worked; deadlines leave them out."
    )
    shifts: Listed[Span] = Field(
        default=(),
        description="Times that are worked, on days that are; without any, all day. A deadline "
        "counts the time in them.",
    )
    quiet_hours: Listed[Span] = Field(
        default=(), description="Times at which people are told of urgent cases only."
    )
    erp_batch_windows: Listed[Span] = Field(
        default=(),
        description="Times at which routine postings keep clear of the ERP's batch jobs.",
    )
    posting_period: Literal["erp", "open", "closed"] = Field(
        default="erp",
        description="Whether anything may be posted to a date: as the ERP says; open where the "
        "ERP cannot be asked; or closed, whatever the ERP says.",
    )

    def works(self, day: date) -> bool:
        """Return whether a date is worked."""
        return Weekday.of(day) in self.working_days and day not in self.holidays

    def worked(self, local: datetime, wanted: timedelta) -> datetime:
        """Return when so much time will have been worked since a local time, in UTC."""
        at, left = local.astimezone(UTC), wanted
        for start, end in self._work(local):
            at = max(at, start)
            if end - at >= left:
                return at + left
            left -= max(end - at, timedelta())
            at = max(at, end)
        raise OverflowError("the calendar ends before that")

    def quiet_until(self, local: datetime) -> datetime | None:
        """Return when people may be told again of what is not urgent; None: they may be now."""
        return _past(self.quiet_hours, local)

    def opens_again(self, at: datetime) -> datetime | None:
        """Return when the ERP's batch jobs are over, as the plant's clock shows it.

        Args:
            at: A moment as the plant's clock shows it (``Plant.local``).

        Returns:
            None where routine postings may be sent at once.
        """
        return _past(self.erp_batch_windows, at)

    def _work(self, local: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Walk the times that are worked, by their start, from the night before a local time."""
        day = local.date() - timedelta(days=1)
        spans = sorted(self.shifts, key=lambda span: span.start) or (_ALL_DAY,)
        while True:
            if self.works(day):
                for span in spans:
                    start = datetime.combine(day, span.start, local.tzinfo)
                    yield start.astimezone(UTC), _end(span, start).astimezone(UTC)
            day += timedelta(days=1)


def _past(spans: Sequence[Span], local: datetime) -> datetime | None:
    """Return when none of the spans holds any more; None: none does at this local time.

    Spans that follow one another are one. The answer is right across a change of the clock.
    """
    end = local
    for _ in (*spans, None):
        ends = [_end(span, end) for span in spans if span.contains(end.time())]
        if not ends:
            break
        end = max(ends, key=lambda moment: moment.astimezone(UTC))
    return None if end is local else end


def _end(span: Span, local: datetime) -> datetime:
    """Return the next moment at which the clock shows a span's end."""
    end = datetime.combine(local.date(), span.end, local.tzinfo).replace(fold=local.fold)
    if end.time() <= local.time():
        end = (end + timedelta(days=1)).replace(fold=0)
    # A time that the clock skips is said as the clock shows that moment.
    return end.astimezone(UTC).astimezone(local.tzinfo)
