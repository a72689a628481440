"""Literals of OData V2 URIs: ``'text'``, ``5M``, ``datetime'2026-03-17T00:00:00'``, ``guid'...'``.

They occur in keys, function parameters, filters and ETags.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tools.sandbox.odata.edm import INTEGERS, EdmType, Property
from tools.sandbox.odata.errors import TOO_LONG, WRONG_VALUE, SapError, wrong


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal and the type its spelling has; whole numbers are Int32, null has none."""

    type: EdmType | None
    value: Any


_WHOLE = re.compile(r"[+-]?\d{1,19}")
_DECIMAL = re.compile(r"([+-]?(?:\d{1,40})(?:\.\d{1,40})?)[mM]")
_LONG = re.compile(r"([+-]?\d{1,19})[lL]")
_DOUBLE = re.compile(r"([+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?)[dDfF]?")
_PREFIXED = re.compile(r"([A-Za-z]+)'([^']*)'")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?")
_DURATION = re.compile(
    r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})(?:\.(\d{1,7}))?S)?)?"
)


def literal(text: str) -> Literal:
    """Read a literal; one that is malformed is refused."""
    if text.startswith("'"):
        return Literal(EdmType.STRING, _quoted(text))
    if text == "null":
        return Literal(None, None)
    if text in {"true", "false"}:
        return Literal(EdmType.BOOLEAN, text == "true")
    if match := _PREFIXED.fullmatch(text):
        return _prefixed(match[1], match[2])
    return _numeral(text)


def _quoted(text: str) -> str:
    inner = text[1:-1]
    if len(text) < 2 or not text.endswith("'") or "'" in inner.replace("''", ""):
        raise _malformed(text)
    return inner.replace("''", "'")


def _numeral(text: str) -> Literal:
    if _WHOLE.fullmatch(text):
        return Literal(EdmType.INT32, int(text))
    if match := _DECIMAL.fullmatch(text):
        return Literal(EdmType.DECIMAL, Decimal(match[1]))
    if match := _LONG.fullmatch(text):
        return Literal(EdmType.INT64, int(match[1]))
    if match := _DOUBLE.fullmatch(text):
        return Literal(EdmType.DOUBLE, float(match[1]))
    raise _malformed(text)


def _prefixed(prefix: str, inner: str) -> Literal:
    if prefix not in _READERS:
        raise _malformed(f"{prefix}'{inner}'")
    kind, read = _READERS[prefix]
    try:
        return Literal(kind, read(inner))
    except (ValueError, OverflowError) as error:
        raise _malformed(f"{prefix}'{inner}'") from error


def moment(text: str) -> datetime:
    """Read the inside of ``datetime'...'``; it has no zone and is taken as UTC."""
    if not _DATE_TIME.fullmatch(text):
        raise ValueError(f"{text!r} is no date and time")
    whole, _, fraction = text.partition(".")
    at = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    return at + timedelta(microseconds=int(f"{fraction or 0:0<6}"[:6]))


def moment_with_zone(text: str) -> datetime:
    """Read the inside of ``datetimeoffset'...'``."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or "T" not in text:
        raise ValueError(f"{text!r} names no zone")
    return at.astimezone(UTC)


def duration(text: str) -> timedelta:
    """Read the inside of ``time'...'``, such as ``PT12H26M00S``."""
    match = _DURATION.fullmatch(text)
    if match is None or len(text) < 3 or text.endswith("T"):
        raise ValueError(f"{text!r} is no time")
    days, hours, minutes, seconds = (int(match[n] or 0) for n in range(1, 5))
    micros = int(f"{match[5] or 0:0<6}"[:6])
    return timedelta(days, seconds, micros, minutes=minutes, hours=hours)


def guid(text: str) -> str:
    """Read a GUID with or without hyphens, as lower-case text with them."""
    return str(UUID(text))


_READERS: dict[str, tuple[EdmType, Callable[[str], Any]]] = {
    "datetime": (EdmType.DATE_TIME, moment),
    "datetimeoffset": (EdmType.DATE_TIME_OFFSET, moment_with_zone),
    "time": (EdmType.TIME, duration),
    "guid": (EdmType.GUID, guid),
}
_SMALLER: dict[EdmType, frozenset[EdmType]] = {
    EdmType.DECIMAL: frozenset({EdmType.DECIMAL}),
    EdmType.DOUBLE: frozenset({EdmType.DOUBLE, EdmType.DECIMAL, EdmType.INT32}),
    EdmType.INT64: frozenset({EdmType.INT64, EdmType.INT32}),
}


def value_for(prop: Property, text: str) -> Any:
    """Read the literal of a key or a parameter; its type must be the property's own."""
    found = literal(text)
    if found.value is None:
        if not prop.nullable:
            raise wrong(WRONG_VALUE, f"Property '{prop.name}' may not be null")
        return prop.initial
    allowed = _SMALLER.get(prop.type, frozenset({prop.type}))
    if prop.type in INTEGERS and prop.type is not EdmType.INT64:
        allowed = frozenset({EdmType.INT32})
    if found.type not in allowed:
        raise wrong(WRONG_VALUE, f"Property '{prop.name}' is {prop.type}; {text} is not")
    value = float(found.value) if prop.type is EdmType.DOUBLE else found.value
    check_size(prop, value)
    return value


def check_size(prop: Property, value: Any) -> None:
    """Refuse a value that is longer, larger or finer than its property holds."""
    if prop.type is EdmType.STRING and len(value) > (prop.max_length or len(value)):
        raise wrong(TOO_LONG, f"Property '{prop.name}' holds at most {prop.max_length} characters")
    if prop.type is EdmType.DECIMAL and prop.precision is not None:
        _check_decimal(prop, value)
    if prop.type in INTEGERS:
        low, high = INTEGERS[prop.type]
        if not low <= value <= high:
            raise wrong(WRONG_VALUE, f"Property '{prop.name}': {value} is out of range")


def _check_decimal(prop: Property, value: Decimal) -> None:
    whole, scale = (prop.precision or 0) - (prop.scale or 0), prop.scale or 0
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > scale or abs(value) >= Decimal(10) ** whole:
        said = f"Property '{prop.name}': {value} does not fit ({prop.precision},{scale})"
        raise wrong(WRONG_VALUE, said)


def spelled(prop: Property, value: Any) -> str:
    """Spell a value as a literal, for keys in addresses and for ETags."""
    if value is None:
        return "null"
    match prop.type:
        case EdmType.STRING:
            return "'" + str(value).replace("'", "''") + "'"
        case EdmType.GUID:
            return f"guid'{value}'"
        case EdmType.DECIMAL:
            return f"{plain(value)}M"
        case EdmType.INT64:
            return f"{value}L"
        case EdmType.BOOLEAN:
            return "true" if value else "false"
        case EdmType.DATE_TIME:
            return f"datetime'{_iso(value)}'"
        case EdmType.DATE_TIME_OFFSET:
            return f"datetimeoffset'{_iso(value)}Z'"
        case EdmType.TIME:
            return f"time'{hours(value)}'"
        case _:
            return str(value)


def _iso(value: datetime | date) -> str:
    at = utc(value)
    return at.replace(tzinfo=None).isoformat(timespec="microseconds" if at.microsecond else "auto")


def utc(value: datetime | date) -> datetime:
    """Return an instant in UTC; what names no zone is UTC, a date is its midnight."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plain(value: Decimal | int) -> str:
    """Write a number without exponent and without needless zeros."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def hours(value: timedelta) -> str:
    """Write a time as ``PT12H26M00S``."""
    total = int(value.total_seconds())
    return f"PT{total // 3600:02d}H{total // 60 % 60:02d}M{total % 60:02d}S"


def _malformed(text: str) -> SapError:
    return wrong(WRONG_VALUE, f"Invalid literal {text[:80]!r}")
