"""Values on their way from SAP: one small function per kind of property.

Each names entity and property when the answer is not what it should be. A property that is not
there at all is a ``Misread``: ``$select`` left it out, or the release has another name for it.
After a write, decode inside ``tools.errors.after_sending``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import cast

from tools.errors import Misread
from tools.jsontext import Json, Row
from tools.objects.identifiers import normal
from tools.objects.quantity import MOST_PLACES

_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{1,4})?\)/")
_TIME = re.compile(r"PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.(\d{1,7}))?S)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(row: Row, name: str) -> str:
    """Return a text; null counts as empty."""
    value = _value(row, name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(row, name, "a text")
    return value


def digits(row: Row, name: str) -> str:
    """Return a number that is a name, without zeros in front."""
    found = normal(text(row, name))
    if not (found.isascii() and found.isdecimal() and len(found) <= MOST_PLACES):
        raise _wrong(row, name, "a number")
    return found


def decimal(row: Row, name: str) -> Decimal:
    """Return an exact number, which OData V2 sends as text."""
    value = decimal_or_none(row, name)
    if value is None:
        raise _wrong(row, name, "a number")
    return value


def decimal_or_none(row: Row, name: str) -> Decimal | None:
    """Return an exact number, or None for null."""
    value = _value(row, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _wrong(row, name, "a number")
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation as error:
        raise _wrong(row, name, "a number") from error
    if not number.is_finite() or abs(number.adjusted()) > MOST_PLACES:
        raise _wrong(row, name, "a number")
    return number


def integer(row: Row, name: str) -> int:
    """Return a whole number."""
    number = decimal(row, name)
    if number != number.to_integral_value():
        raise _wrong(row, name, "a whole number")
    return int(number)


def flag(row: Row, name: str) -> bool:
    """Return an indicator, be it ``"X"``/``""`` or a real boolean."""
    match _value(row, name):
        case True | "X":
            return True
        case False | "" | " " | None:
            return False
        case _:
            raise _wrong(row, name, "an indicator")


def day(row: Row, name: str) -> date | None:
    """Return a day, None where SAP keeps none."""
    point = moment(row, name)
    return None if point is None else point.date()


def moment(row: Row, name: str) -> datetime | None:
    """Return a point in time in UTC, None where SAP keeps none."""
    value = _value(row, name)
    if value is None:
        return None
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong(row, name, "a date")
    try:
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError as error:
        raise _wrong(row, name, "a date") from error


def daytime(row: Row, name: str) -> time | None:
    """Return a time of day, None where SAP keeps none."""
    value = _value(row, name)
    if value is None:
        return None
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong(row, name, "a time of day")
    hours, minutes, seconds, fraction = found.groups(default="0")
    try:
        return time(int(hours), int(minutes), int(seconds), int(fraction.ljust(6, "0")[:6]))
    except ValueError as error:
        raise _wrong(row, name, "a time of day") from error


def stamp(row: Row, name: str) -> datetime | None:
    """Return a point in time that SAP keeps as 14 digits in UTC, such as ``LastChangeDateTime``."""
    value = text(row, name).strip()
    if not value.strip("0"):
        return None
    if len(value) != 14 or not value.isdecimal():
        raise _wrong(row, name, "a time stamp of 14 digits")
    try:
        return datetime.strptime(f"{value}+0000", "%Y%m%d%H%M%S%z")
    except ValueError as error:
        raise _wrong(row, name, "a time stamp of 14 digits") from error


def many(row: Row, name: str) -> list[Row]:
    """Return the expanded rows below a row."""
    value = _value(row, name)
    rows = value.get("results") if isinstance(value, dict) else value
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise _wrong(row, name, "expanded rows")
    return cast("list[Row]", rows)


def one(row: Row, name: str) -> Row | None:
    """Return the single expanded row below a row, None if there is none."""
    value = _value(row, name)
    if value is None:
        return None
    if not isinstance(value, dict) or "__deferred" in value:
        raise _wrong(row, name, "an expanded row")
    return value


def etag_of(row: Row) -> str | None:
    """Return a row's change marker, opaque, or None if it carries none."""
    metadata = row.get("__metadata")
    etag = metadata.get("etag") if isinstance(metadata, dict) else None
    return etag if isinstance(etag, str) and etag else None


def _value(row: Row, name: str) -> Json:
    try:
        return row[name]
    except KeyError as error:
        raise Misread("SAP", f"{_entity(row)} has no property {name}") from error


def _entity(row: Row) -> str:
    metadata = row.get("__metadata")
    kind = metadata.get("type") if isinstance(metadata, dict) else None
    return kind if isinstance(kind, str) else "the row"


def _wrong(row: Row, name: str, expected: str) -> Misread:
    return Misread("SAP", f"{_entity(row)}.{name} is {str(row.get(name))[:60]!r}, not {expected}")
