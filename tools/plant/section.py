"""What the sections of a plant file are made of: strict tables, codes as text, exact numbers.

A plant file holds SAP codes, and SAP codes lose their meaning as numbers (``0010``, ``1E5``). So
nothing is converted: text stays text, a number is exact, and an unknown key is refused.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

T = TypeVar("T")


class Section(BaseModel):
    """A table of the plant file: only the keys it declares, each exactly of its type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _exact(value: Any) -> Any:
    """Take whole numbers and decimals as they are; text and binary floats are no numbers here."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal) and not value.is_finite():
        raise PydanticCustomError("not_finite", "is not a number that can be compared")
    return value


def _waiting(value: Any) -> Any:
    """Take whole and decimal numbers; how long one waits is no quantity, so a float will do."""
    return float(value) if isinstance(value, Decimal) else value


def _money(value: Any) -> Any:
    """Take an amount written as text or as a number."""
    if not isinstance(value, str):
        return _exact(value)
    try:
        return _exact(Decimal(value.strip()))
    except ArithmeticError as error:
        raise PydanticCustomError("not_money", "is no amount of money") from error


def _clock_time(value: Any) -> Any:
    """Take ``"06:00"`` as well as TOML's own ``06:00:00``."""
    if not isinstance(value, str):
        return value
    try:
        found = time.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("not_a_time", "is no time of day") from error
    if found.tzinfo is not None:
        raise PydanticCustomError("not_local", "names an offset; times here are the plant's own")
    return found


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError("no_zone", "is no time zone") from error
    return name


Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S(.*\S)?$")]
"""Words for people: one line, no blanks around it."""

TimeZone = Annotated[Text, AfterValidator(_zone)]

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^\S(.*\S)?$")]
"""A code of one of the systems, kept as text."""

PlantCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,4}$")]
"""A plant or company code, as SAP writes it."""

ENV_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"

EnvName = Annotated[str, StringConstraints(pattern=ENV_NAME)]
"""The name of an environment variable; the value never stands in the file."""

URL = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
"""An address without query, fragment, user or password."""

Url = Annotated[str, StringConstraints(pattern=URL)]

PlaybookName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+/[a-z_]+$")]
"""A kind of conflict by family and file, such as ``production/confirmation_variance``."""

_NUMBER = WithJsonSchema({"type": "number", "minimum": 0})

Percent = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1000), _NUMBER]
"""A percentage; ``5`` and ``2.5`` are both exact."""

Seconds = Annotated[float, Field(ge=0, le=86400), BeforeValidator(_waiting)]

Positive = Annotated[int, Field(ge=1, le=1_000_000)]

Amount = Annotated[
    Decimal,
    BeforeValidator(_money),
    Field(ge=0, max_digits=18, decimal_places=4),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number", "minimum": 0}]}),
]
"""An amount of money in the plant's currency, as text (``"2500.00"``) or number."""

ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?$"}),
]
"""A local time of day."""

Listed = Annotated[tuple[T, ...], Field(strict=False)]
"""A TOML array; strictness is about what is in it."""


class Span(Section):
    """A part of the day. One that ends before it starts runs past midnight."""

    start: ClockTime = Field(description='Local time at which it starts, such as "22:00".')
    end: ClockTime = Field(description='Local time at which it ends, such as "06:00".')

    def contains(self, at: time) -> bool:
        """Return whether a local time of day lies in it; the end no longer does."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end
