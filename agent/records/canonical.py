"""JSON in one spelling: equal content gives equal bytes, so that it can be hashed and signed.

The spelling of RFC 8785 with one widening: integers keep all their digits, whatever their size.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, cast

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FAR = re.compile("[\ud800-\U0010ffff]")
"""Characters that UTF-16 sorts elsewhere, or that no UTF-8 can hold."""

_NAMES = frozenset({str})
_SPELT_ALIKE = frozenset({str, int, bool, type(None)})
_alike = JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(value: Any) -> str:
    """Return JSON-plain data in its one spelling.

    Raises:
        TypeError: The value holds something that is no JSON, such as a Decimal or a NaN.
    """
    if _is_spelt_alike(value):
        text = _alike(value)
        if text.isascii() or not _FAR.search(text):
            return text
    return _spelt(value)


def _is_spelt_alike(value: Any) -> bool:
    """Return whether Python's own encoder, far quicker, knows only this spelling of a value."""
    if type(value) is dict:
        fields = cast("dict[Any, Any]", value)
        if not _NAMES.issuperset(map(type, fields)):
            return False
        inner = list(fields.values())
    elif type(value) is list:
        inner = cast("list[Any]", value)
    else:
        return type(value) in _SPELT_ALIKE
    return all(_is_spelt_alike(one) for one in inner if type(one) not in _SPELT_ALIKE)


def _spelt(value: Any) -> str:
    match value:
        case str():
            return _string(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(int(value))
        case float():
            return _number(value)
        case Mapping():
            return _object(value)  # pyright: ignore[reportUnknownArgumentType]
        case Sequence() if not isinstance(value, bytes | bytearray):
            items = cast("Sequence[Any]", value)
            return "[" + ",".join(_spelt(item) for item in items) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON")


def digest(value: Any) -> str:
    """Return the SHA-256 of JSON-plain data, in hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _object(value: Mapping[Any, Any]) -> str:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"{key!r} is no name of a JSON field")
    plain = "".join(value).isascii()
    names = sorted(value) if plain else sorted(value, key=_utf16)
    return "{" + ",".join(f"{_string(name)}:{_spelt(value[name])}" for name in names) + "}"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _string(value: str) -> str:
    """Escape as RFC 8785 does; a lone surrogate, which no UTF-8 can hold, stays an escape."""
    text = encode_basestring(value)
    if text.isascii():
        return text
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _number(value: float) -> str:
    """Write a float as ECMAScript does: shortest digits, an exponent only far from 1."""
    if not math.isfinite(value):
        raise TypeError(f"{value} is no JSON number")
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        plain = f"{Decimal(repr(value)):f}"
        return "0" if value == 0 else plain.removesuffix(".0")
    digits, _, power = repr(value).partition("e")
    return f"{digits.removesuffix('.0')}e{int(power):+d}"
