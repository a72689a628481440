"""Values on their way to SAP: as OData V2 literals in an address, and as JSON in a body.

The two notations differ (``5.1M`` here, ``"5.1"`` there), the Python values are the same. Floats
and times without a zone have no place in either and are refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import quote
from uuid import UUID

from tools.jsontext import Writable


class Long(int):
    """An ``Edm.Int64``: ``5L`` in an address, ``"5"`` in a body."""


Value: TypeAlias = str | bool | int | Decimal | date | time | UUID | None
"""What a property or parameter may hold. ``datetime`` (aware) and ``Long`` are among them.

A ``date`` is an ``Edm.DateTime`` at midnight, the way SAP sends days; a ``datetime`` is an
``Edm.DateTimeOffset``.
"""

Payload: TypeAlias = Mapping[str, "Value | Payload | Sequence[Payload]"]
"""The body of a create or update; nested rows are a deep insert."""

Key: TypeAlias = "Value | Mapping[str, Value]"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY_SAFE = "'=,"
_QUERY_SAFE = "'(),/:$*"


def literal(value: Value) -> str:
    """Write a value as an OData V2 literal, not yet percent-encoded.

    Raises:
        ValueError: The value has no literal, such as a time without a zone or an endless number.
    """
    match value:
        case None | bool():
            return json.dumps(value)
        case Long():
            return f"{int(value)}L"
        case int():
            return str(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
        case Decimal():
            return f"{_plain(value)}M"
        case datetime():
            return f"datetimeoffset'{_utc(value).isoformat().removesuffix('+00:00')}Z'"
        case date():
            return f"datetime'{value.isoformat()}T00:00:00'"
        case time():
            return f"time'{duration(value)}'"
        case UUID():
            return f"guid'{value}'"


def duration(value: time) -> str:
    """Write a time of day as ``PT12H26M00S``.

    Raises:
        ValueError: The time has a zone, which SAP's times of day never have.
    """
    if value.tzinfo is not None:
        raise ValueError(f"{value} has a zone, a time of day has none")
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"PT{value.hour:02d}H{value.minute:02d}M{value.second:02d}{fraction}S"


def json_value(value: Value) -> Writable:
    """Write a single value the way OData V2 has it in a JSON body."""
    match value:
        case None | bool() | str():
            return value
        case Long():
            return str(int(value))
        case int():
            return value
        case Decimal():
            return _plain(value)
        case datetime():
            return f"/Date({_milliseconds(value)}+0000)/"
        case date():
            midnight = datetime(value.year, value.month, value.day, tzinfo=UTC)
            return f"/Date({_milliseconds(midnight)})/"
        case time():
            return duration(value)
        case UUID():
            return str(value)


def json_payload(payload: Payload) -> dict[str, Writable]:
    """Write a row, with the rows below it, the way OData V2 has them in a JSON body."""
    return {name: _json_part(part) for name, part in payload.items()}


def _json_part(part: Value | Payload | Sequence[Payload]) -> Writable:
    if isinstance(part, Mapping):
        return json_payload(part)
    if isinstance(part, Sequence) and not isinstance(part, str):
        return [json_payload(row) for row in part]
    return json_value(part)


def key_predicate(key: Key) -> str:
    """Write a key as ``('100')`` or ``(Order='100',Item='1')``, percent-encoded for a path."""
    if isinstance(key, Mapping):
        inside = ",".join(f"{name}={literal(value)}" for name, value in key.items())
    else:
        inside = literal(key)
    return f"({quote(inside, safe=_KEY_SAFE)})"


def query_string(options: Mapping[str, str]) -> str:
    """Write query options, percent-encoded; a space never becomes a plus sign."""
    return "&".join(f"{name}={quote(text, safe=_QUERY_SAFE)}" for name, text in options.items())


def _plain(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is no amount")
    return f"{value:f}"


def _utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no zone")
    return value.astimezone(UTC)


def _milliseconds(value: datetime) -> int:
    since = _utc(value) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
