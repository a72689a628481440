"""What goes into a prompt: of the declared kinds, every text dressed so that it stays a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from registry.errors import InputsRefused
from registry.fencing import fenced, one_line
from registry.laying_out import sheet
from registry.schema import Element, Head, Property


def dressed(head: Head, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs as the template may use them.

    Sheets are laid out, foreign texts fenced, pages stay as they are, any other text becomes one
    line.

    Raises:
        InputsRefused: One is missing, unknown, or of another kind; all of them are named.
    """
    sheets = {name for name in head.metadata.sheets if isinstance(inputs.get(name), Mapping)}
    blank: dict[str, Any] = {name: {} for name in sheets}
    given = {**inputs, **blank}
    if problems := [*_fields(head.inputs, given, "")]:
        raise InputsRefused(f"{head.name} {head.metadata.version}", problems)
    wardrobe = _Wardrobe(frozenset(head.metadata.pages), frozenset(head.metadata.foreign))
    texts = wardrobe.record(head.inputs, given, "")
    return texts | {name: sheet(name, inputs[name]) for name in sheets}


def _fields(declared: Iterable[Property], given: Mapping[str, Any], before: str) -> Iterator[str]:
    known = {one.name: one for one in declared}
    for name in given:
        if name not in known:
            yield f"'{before}{name}' is no input"
    for name, one in known.items():
        if name in given:
            yield from _value(one, given[name], f"{before}{name}", one.nullable or not one.required)
        elif one.required:
            yield f"'{before}{name}' is missing"


def _value(one: Property | Element, value: Any, path: str, nullable: bool = False) -> Iterator[str]:
    if value is None and nullable:
        return
    if not _fits(one, value):
        yield f"'{path}' is no {one.kind}"
    elif one.kind == "object":
        yield from _fields(one.properties or (), cast("Mapping[str, Any]", value), f"{path}.")
    elif one.kind == "array" and one.items is not None:
        for index, item in enumerate(cast("Sequence[Any]", value)):
            yield from _value(one.items, item, f"{path}.{index}")
    elif one.enum_values is not None and value not in one.enum_values:
        yield f"'{path}' is none of {', '.join(one.enum_values)}"


def _fits(one: Property | Element, value: Any) -> bool:
    match one.kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, Sequence) and not isinstance(value, str | bytes)
        case "object":
            return isinstance(value, Mapping)


@dataclass(frozen=True)
class _Wardrobe:
    """How texts are dressed, by their dotted names."""

    pages: frozenset[str]
    foreign: frozenset[str]

    def record(
        self, declared: Iterable[Property], given: Mapping[str, Any], before: str
    ) -> dict[str, Any]:
        return {
            one.name: self._value(one, given.get(one.name), f"{before}{one.name}")
            for one in declared
        }

    def _value(self, one: Property | Element, value: Any, path: str) -> Any:
        if value is None:
            return None
        if one.kind == "object":
            return self.record(one.properties or (), value, f"{path}.")
        if one.kind == "array" and one.items is not None:
            items = cast("Sequence[Any]", value)
            return [self._value(one.items, item, path) for item in items]
        return self._text(value, path) if one.kind == "string" else value

    def _text(self, value: str, path: str) -> str:
        if path in self.foreign:
            return fenced(value) if value else ""
        return value if path in self.pages else one_line(value)
