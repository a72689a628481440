"""Values as OData V2 writes them in JSON, and as clients send them.

Decimal, Int64 and Double travel as text, moments as ``/Date(ms)/``, times as ``PT12H26M00S``. What
is sent is checked against its property: type, length, size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from tools.sandbox.odata.edm import EdmType, EntityType, Navigation, Property
from tools.sandbox.odata.errors import UNKNOWN_PROPERTY, WRONG_VALUE, SapError, wrong
from tools.sandbox.odata.literals import (
    check_size,
    duration,
    guid,
    hours,
    moment,
    moment_with_zone,
    plain,
    utc,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DATE = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
_NUMERAL = re.compile(r"-?\d{1,40}(\.\d{1,40})?")
_DOUBLE = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")


def milliseconds(value: date) -> int:
    """Return an instant as milliseconds since 1970."""
    return (utc(value) - _EPOCH) // _MILLISECOND


_WRITERS: dict[EdmType, Callable[[Any], Any]] = {
    EdmType.DECIMAL: plain,
    EdmType.INT64: str,
    EdmType.DOUBLE: str,
    EdmType.GUID: str,
    EdmType.DATE_TIME: lambda value: f"/Date({milliseconds(value)})/",
    EdmType.DATE_TIME_OFFSET: lambda value: f"/Date({milliseconds(value)}+0000)/",
    EdmType.TIME: hours,
}


def written(prop: Property, value: Any) -> Any:
    """Return a value as it stands in an answer."""
    write = _WRITERS.get(prop.type)
    return value if write is None or value is None else write(value)


def body_values(
    entity: EntityType, body: Mapping[str, Any], read_below: Callable[[Navigation, Any], Any]
) -> dict[str, Any]:
    """Read what was sent for an entity; its navigation properties are read by ``read_below``."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        if name == "__metadata" or (isinstance(value, dict) and "__deferred" in value):
            continue
        if prop := entity.by_name.get(name):
            found[name] = read(prop, value)
        elif way := entity.ways.get(name):
            found[name] = read_below(way, value)
        else:
            raise wrong(
                UNKNOWN_PROPERTY, f"Property '{name}' is invalid: type '{entity.name}' has no such"
            )
    return found


def read(prop: Property, sent: Any) -> Any:
    """Read one value; what does not suit its property is refused by the property's name.

    Null becomes initial, as in ABAP: empty, zero; only moments and GUIDs can be missing.
    """
    if sent is None:
        if not prop.nullable:
            raise _unsuited(prop, sent)
        return prop.initial
    try:
        value = _READERS[prop.type](sent)
    except (TypeError, ValueError, OverflowError, InvalidOperation) as error:
        raise _unsuited(prop, sent) from error
    check_size(prop, value)
    return value


def _unsuited(prop: Property, sent: Any) -> SapError:
    shown = repr(sent)[:60]
    return wrong(WRONG_VALUE, f"Property '{prop.name}' ({prop.type}) has invalid value {shown}")


def _string(sent: Any) -> str:
    if not isinstance(sent, str):
        raise TypeError("no text")
    sent.encode()  # half a character is none, and could not be answered
    return sent


def _decimal(sent: Any) -> Decimal:
    if not isinstance(sent, str) or not _NUMERAL.fullmatch(sent):
        raise ValueError("a decimal travels as text")
    return Decimal(sent)


def _double(sent: Any) -> float:
    if isinstance(sent, str) and not _DOUBLE.fullmatch(sent):
        raise ValueError("no number")
    if isinstance(sent, bool) or not isinstance(sent, str | int | float):
        raise TypeError("no number")
    number = float(sent)
    if not isfinite(number):
        raise ValueError("too large")
    return number


def _integer(sent: Any) -> int:
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise TypeError("no whole number")
    return sent


def _long(sent: Any) -> int:
    if not re.fullmatch(r"-?\d{1,19}", _string(sent)):
        raise ValueError("a 64-bit number travels as text")
    return int(sent)


def _boolean(sent: Any) -> bool:
    if not isinstance(sent, bool):
        raise TypeError("neither true nor false")
    return sent


def _moment(sent: Any) -> datetime:
    match = _DATE.fullmatch(_string(sent))
    return moment(sent) if match is None else _EPOCH + int(match[1]) * _MILLISECOND


def _moment_with_zone(sent: Any) -> datetime:
    match = _DATE.fullmatch(_string(sent))
    return moment_with_zone(sent) if match is None else _EPOCH + int(match[1]) * _MILLISECOND


def _time(sent: Any) -> timedelta:
    return duration(_string(sent))


def _guid(sent: Any) -> str:
    return guid(_string(sent))


_READERS: dict[EdmType, Callable[[Any], Any]] = {
    EdmType.STRING: _string,
    EdmType.DECIMAL: _decimal,
    EdmType.DOUBLE: _double,
    EdmType.BYTE: _integer,
    EdmType.INT16: _integer,
    EdmType.INT32: _integer,
    EdmType.INT64: _long,
    EdmType.BOOLEAN: _boolean,
    EdmType.DATE_TIME: _moment,
    EdmType.DATE_TIME_OFFSET: _moment_with_zone,
    EdmType.TIME: _time,
    EdmType.GUID: _guid,
}
