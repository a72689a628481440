"""JSON-plain values laid out for a model to read: short, and every line named by its path.

A record is one line of ``field=value``; a list of records a table with numbered rows, what is equal
in all of them said once. A path (``order.components.5.required``) is what an answer cites. What is
empty or false is left out, a quantity is ``70 ST``, and any text that is not a plain code stands
fenced on lines of its own, so nothing that somebody wrote can pass for structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard, cast

from registry.fencing import fenced, one_line

Row: TypeAlias = dict[str, Any]

_CODE = re.compile(r"[\w.,:/+\-#%*'\"]{1,40}|-?\d{1,15}(\.\d{1,9})? \w{1,5}")
_NAME = re.compile(r"[A-Za-z]\w{0,39}")
_UNIQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FULL_MINUTE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):00(?:Z|\+00:00)")
_PAIRS = ({"amount", "unit"}, {"amount", "currency"})
_FACT = {"system", "read_at", "value"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d)")
_ROWS = 40


def sheet(name: str, value: Any) -> str:
    """Return records laid out; facts, each with its system and time of reading, one by one."""
    if not _are_facts(value):
        return laid_out(name, value)
    return "\n".join(
        laid_out(each, fact["value"], f"{fact['system']} {_time(str(fact['read_at']))}")
        for each, fact in value.items()
    )


def laid_out(name: str, value: Any, origin: str = "") -> str:
    """Return a fact's lines, its origin (``MES, read 08:00``) in the first."""
    head = f"{_named(name)} ({one_line(origin, 80)})" if origin else _named(name)
    if _empty(value):
        return f"{head}: none"
    if (plain := _plain(value)) is not None:
        return f"{head}: {plain}"
    return "\n".join((f"# {head}", *_lines(_named(name), value)))


def _are_facts(value: Any) -> TypeGuard[Mapping[str, Mapping[str, Any]]]:
    if not isinstance(value, Mapping):
        return False
    rows = [*cast("Mapping[str, Any]", value).values()]
    return bool(rows) and all(isinstance(row, Mapping) and set(row) >= _FACT for row in rows)  # pyright: ignore[reportUnknownArgumentType]


def _time(read_at: str) -> str:
    """Return the time of day, where it is a time."""
    found = _MOMENT.match(read_at)
    return found.group(1) if found else read_at


def _lines(path: str, value: Any) -> Iterator[str]:
    if _empty(value):
        return
    if isinstance(value, Mapping):
        yield from _record(path, _shown(cast("Mapping[Any, Any]", value)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from _list(path, cast("Sequence[Any]", value))
    elif (plain := _plain(value)) is not None:
        yield f"{path}: {plain}"
    else:
        yield f"{path} ="
        yield fenced(str(value))


def _record(path: str, fields: Row) -> Iterator[str]:
    """Lay out a record: what is plain in one line, the rest below it."""
    plain = {name: said for name, one in fields.items() if (said := _plain(one)) is not None}
    if plain:
        yield f"{path}: " + " ".join(f"{name}={said}" for name, said in plain.items())
    for name, one in fields.items():
        if name not in plain:
            yield from _lines(f"{path}.{name}", one)


def _list(path: str, items: Sequence[Any]) -> Iterator[str]:
    if all(_plain(item) is not None for item in items):
        yield f"{path}: " + ", ".join(str(_plain(item)) for item in items)
        return
    rows = items[:_ROWS]
    if len(rows) > 1 and all(isinstance(row, Mapping) for row in rows):
        yield from _table(path, [_shown(cast("Mapping[Any, Any]", row)) for row in rows])
    else:
        for index, item in enumerate(rows):
            yield from _lines(f"{path}.{index}", item)
    if len(items) > _ROWS:
        yield f"{path}: and {len(items) - _ROWS} more, not shown"


def _table(path: str, rows: Sequence[Row]) -> Iterator[str]:
    """Lay out records as a table; what rows have beyond plain values follows below."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    told = [{name: _plain(row.get(name)) for name in names} for row in rows]
    same = {
        name: told[0][name]
        for name in names
        if told[0][name] is not None and len({row[name] for row in told}) == 1
    }
    columns = [
        name for name in names if name not in same and any(row[name] is not None for row in told)
    ]
    if same:
        yield f"{path}, all {len(rows)} rows: " + " ".join(
            f"{name}={said}" for name, said in same.items()
        )
    if columns:
        yield f"{path}, numbered rows: " + "; ".join(columns)
        for index, said in enumerate(told):
            yield f"{index}: " + "; ".join(said[name] or "-" for name in columns)
    for index, (row, said) in enumerate(zip(rows, told, strict=True)):
        for name, one in row.items():
            if said[name] is None:
                yield from _lines(f"{path}.{index}.{name}", one)


def _plain(value: Any) -> str | None:
    """Return a value as one word or two; None where it is more than that."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case str():
            if _UNIQUE.fullmatch(value):
                return f"{value[:8]}…"
            if found := _FULL_MINUTE.fullmatch(value):
                return f"{found.group(1)}Z"
            return value if _CODE.fullmatch(value) else None
        case Mapping():
            return _pair(cast("Mapping[Any, Any]", value))
        case _:
            return None


def _pair(value: Mapping[Any, Any]) -> str | None:
    """Return a quantity or an amount of money as people write it."""
    if set(value) not in _PAIRS:
        return None
    words = [_plain(word) for word in value.values() if not isinstance(word, Mapping)]
    said = [word for word in words if word is not None]
    return " ".join(said) if len(said) == len(value) else None


def _shown(value: Mapping[Any, Any]) -> Row:
    """Return the fields worth showing, under names that are names."""
    return {_named(str(name)): one for name, one in value.items() if not _empty(one)}


def _named(name: str) -> str:
    return name if _NAME.fullmatch(name) else "unnamed"


def _empty(value: Any) -> bool:
    if value is None or value is False or value == "":
        return True
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return not value
    return False
