"""JSON without floats: numbers are read as ``int`` or ``Decimal`` and written exactly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NoReturn, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | Decimal | bool | None"
Row: TypeAlias = dict[str, Json]
Writable: TypeAlias = (
    "Mapping[str, Writable] | Sequence[Writable] | str | int | Decimal | bool | None"
)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Escapes, and among them those that name half of a character without the other half beside it.
_HIGH, _LOW = r"u[dD][89abAB][0-9a-fA-F]{2}", r"u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(rf"\\(?:{_HIGH}\\{_LOW}|({_HIGH}|{_LOW})|.)", re.DOTALL)
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def read_json(text: bytes | str) -> Json:
    """Parse JSON text.

    Raises:
        ValueError: The text is not JSON, not UTF-8, or nested beyond reason.
    """
    plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    try:
        return _DECODER.decode(whole(plain) if "\\u" in plain else plain)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def whole(text: str) -> str:
    """Return JSON text with a mark where a character was cut in half.

    Systems cut texts at a length, emoji or not. Half a character can be neither stored nor sent,
    and would fail only there.
    """
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)


def write_json(value: Writable) -> str:
    """Write JSON text; a ``Decimal`` becomes a plain number with all its digits.

    Raises:
        TypeError: The value holds something that is not JSON, such as a float.
    """
    match value:
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            if not value.is_finite():
                raise TypeError(f"{value} is no JSON number")
            return f"{value:f}"
        case Mapping():
            pairs = (f"{json.dumps(key)}:{write_json(item)}" for key, item in value.items())
            return "{" + ",".join(pairs) + "}"
        case Sequence() if not isinstance(value, bytes | bytearray):
            return "[" + ",".join(write_json(item) for item in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written as JSON")
