"""Where in a TOML text each key stands. ``tomllib`` tells values, but not their lines.

The text must be valid TOML: what is checked already is not checked again, only walked.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_BLANKS = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}\n#]*")
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:\\.|[^\\])*?"""(?:"{0,2})',
        r"'''.*?'''(?:'{0,2})",
        r'"(?:\\.|[^"\\\n])*"',
        r"'[^'\n]*'",
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column (from 1) of a key or array element. ``raw`` is a scalar as it was written."""

    line: int
    column: int
    raw: str = ""


class Places:
    """The places of a text's keys, by their path (``("systems", "erp", "url")``)."""

    def __init__(self, text: str) -> None:
        walk = _Walk(text)
        walk.document()
        self._places: Mapping[Path, Place] = walk.places

    def exact(self, path: Path) -> Place | None:
        """Return where a key stands; None if the text does not have it."""
        return self._places.get(path)

    def nearest(self, path: Path) -> Place:
        """Return where a key stands, else the table it is missing from."""
        for length in range(len(path), 0, -1):
            if (place := self._places.get(path[:length])) is not None:
                return place
        return Place(1, 1)


def table(value: Any) -> Mapping[str, Any]:
    """Return a value as a table; anything else has no keys."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def below(value: Any, part: str | int) -> Any:
    """Return what a table or array holds at a key or index; None where it holds nothing."""
    if isinstance(part, str):
        return table(value).get(part)
    elements = cast("list[Any]", value) if isinstance(value, list) else []
    return elements[part] if part < len(elements) else None


class _Walk:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.places: dict[Path, Place] = {}
        self._text = text
        self._at = 0
        self._lines = [0] + [found.end() for found in re.finditer("\n", text)]
        self._tables: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self._skip(_BLANKS)
        while self._at < len(self._text):
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANKS)

    def _header(self) -> Path:
        start, array = self._at, self._sees("[[")
        self._at += 2 if array else 1
        keys = self._keys()
        self._at += 2 if array else 1
        path: Path = ()
        for key in keys[:-1]:
            path = self._last(self._mark((*path, key), start))
        path = self._mark((*path, keys[-1]), start)
        if not array:
            return path
        self._tables[path] = self._tables.get(path, -1) + 1
        return self._mark(self._last(path), start)

    def _last(self, path: Path) -> Path:
        """Return the newest table of an array of tables; any other path as it is."""
        return (*path, self._tables[path]) if path in self._tables else path

    def _pair(self, table: Path) -> None:
        start = self._at
        keys = self._keys()
        self._at += 1
        self._skip(_BLANK)
        path = table
        for key in keys:
            path = self._mark((*path, key), start)
        self._value(path, start)

    def _keys(self) -> list[str]:
        keys = list[str]()
        while True:
            self._skip(_BLANK)
            keys.append(self._key())
            self._skip(_BLANK)
            if not self._sees("."):
                return keys
            self._at += 1

    def _key(self) -> str:
        if self._sees('"', "'"):
            return tomllib.loads(f"key = {self._string()}")["key"]
        return self._take(_BARE)

    def _value(self, path: Path, start: int) -> None:
        if self._sees("["):
            self._array(path)
        elif self._sees("{"):
            self._inline(path)
        else:
            raw = self._string() if self._sees('"', "'") else self._take(_PLAIN).rstrip()
            self.places[path] = self._place(start, raw)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        self._skip(_BLANKS)
        while not self._sees("]"):
            start = self._at
            element = self._mark((*path, index), start)
            self._value(element, start)
            self._separator()
            index += 1
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANKS)
        while not self._sees("}"):
            self._pair(path)
            self._separator()
        self._at += 1

    def _separator(self) -> None:
        self._skip(_BLANKS)
        if self._sees(","):
            self._at += 1
            self._skip(_BLANKS)

    def _string(self) -> str:
        for pattern in _STRINGS:
            if (found := pattern.match(self._text, self._at)) is not None:
                self._at = found.end()
                return found.group()
        raise AssertionError("the text is not valid TOML")

    def _sees(self, *starts: str) -> bool:
        return self._text.startswith(starts, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise AssertionError("the text is not valid TOML")
        self._at = found.end()
        return found.group()

    def _mark(self, path: Path, start: int) -> Path:
        self.places.setdefault(path, self._place(start))
        return path

    def _place(self, start: int, raw: str = "") -> Place:
        line = bisect_right(self._lines, start)
        return Place(line, start - self._lines[line - 1] + 1, raw)
