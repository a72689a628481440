"""Addresses inside a service: ``A_Order('1')/to_Item(Order='1',Item='2')/Material``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from tools.sandbox.odata.edm import EntityType
from tools.sandbox.odata.errors import MALFORMED, UNKNOWN_PROPERTY, SapError, wrong
from tools.sandbox.odata.literals import value_for

DEEPEST = 10
_SEGMENT = re.compile(r"([$A-Za-z_][\w.]*)(?:\((.*)\))?", re.DOTALL)
_PAIR = re.compile(r"\s*(?:(\w+)\s*=\s*)?((?:[A-Za-z]*'(?:[^']|'')*')|[^',=\s]+)\s*(,|$)")


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of an address; ``key`` is what stands in its parentheses, None without any."""

    name: str
    key: str | None


def decoded(text: str) -> str:
    """Take percent-encoding away; what is no UTF-8 is refused."""
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong(MALFORMED, "The address is not UTF-8") from error


def segments(path: str) -> list[Segment]:
    """Split an address, still percent-encoded, into its steps."""
    parts = [decoded(part) for part in path.split("/") if part]
    if len(parts) > DEEPEST:
        raise wrong(MALFORMED, f"An address has at most {DEEPEST} steps")
    return [_segment(part) for part in parts]


def _segment(text: str) -> Segment:
    match = _SEGMENT.fullmatch(text)
    if match is None:
        raise wrong(MALFORMED, f"Invalid address segment {text[:80]!r}")
    return Segment(match[1], match[2])


def key_values(entity: EntityType, text: str) -> dict[str, Any]:
    """Read a key; it must name every key property once, or be the only one's value."""
    pairs = _pairs(text)
    if len(pairs) == 1 and pairs[0][0] is None and len(entity.key) == 1:
        return {entity.key[0]: value_for(entity.by_name[entity.key[0]], pairs[0][1])}
    names = [name for name, _ in pairs]
    for name in names:
        if name not in entity.key:
            raise wrong(UNKNOWN_PROPERTY, f"'{name or text[:40]}' is no key of '{entity.name}'")
    if sorted(filter(None, names)) != sorted(entity.key):
        raise wrong(MALFORMED, f"The key of '{entity.name}' is {', '.join(entity.key)}")
    return {name: value_for(entity.by_name[name], value) for name, value in pairs if name}


def _pairs(text: str) -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = []
    at, comma = 0, ","
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None:
            raise _malformed(text)
        found.append((match[1], match[2]))
        at, comma = match.end(), match[3]
    if not found or (comma == "," and text.rstrip().endswith(",")):
        raise _malformed(text)
    return found


def _malformed(text: str) -> SapError:
    return wrong(MALFORMED, f"Invalid key ({text[:80]})")
