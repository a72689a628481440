"""When the plant works, when it is serviced, and when it wants to be left alone. Local times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tools.plant.section import Code, Listed, Section, Span, Text


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

_WORKING_WEEK = tuple(Weekday)[:5]


class ShiftSpan(Span):
    """One shift of a working day."""

    name: Text = Field(description='What the shift is called, such as "early".')


class MaintenanceSpan(Span):
    """A time of the week that maintenance may have a work centre."""

    days: Listed[Day] = Field(min_length=1, description="Weekdays on which it starts.")
    work_centers: Listed[Code] = Field(
        default=(), description="Work centres concerned; without them, all."
    )


class Calendar(Section):
    """The plant's week."""

    working_days: Listed[Day] = Field(
        default=_WORKING_WEEK, description="Weekdays that are worked."
    )
    holidays: Listed[date] = Field(default=(), description="Dates that are not worked.")
    shifts: Listed[ShiftSpan] = Field(default=(), description="Shifts, where the MES knows none.")
    maintenance_windows: Listed[MaintenanceSpan] = Field(
        default=(), description="Weekly windows, beside those of the maintenance system."
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
        description="Whether goods movements may be posted: ask the ERP, or say so here.",
    )

    def works(self, day: date) -> bool:
        """Return whether a date is worked."""
        return Weekday.of(day) in self.working_days and day not in self.holidays

    def shift(self, local: datetime) -> str | None:
        """Return the name of the shift that runs at a local time, by the plant file."""
        found = (shift.name for shift in self.shifts if shift.contains(local.time()))
        return next(found, None)

    def quiet(self, local: datetime) -> bool:
        """Return whether only urgent cases are told at a local time."""
        return any(span.contains(local.time()) for span in self.quiet_hours)

    def quiet_until(self, local: datetime) -> datetime | None:
        """Return when people may be told again of what is not urgent; None: they may be now.

        Spans that follow one another are one. The answer is right across a change of the clock.
        """
        end = local
        for _ in (*self.quiet_hours, None):
            ends = [_end(span, end) for span in self.quiet_hours if span.contains(end.time())]
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
