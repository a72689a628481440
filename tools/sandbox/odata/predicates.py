"""Filters at work: a tree becomes a function of a row, and every type is checked beforehand."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, product
from typing import Any, assert_never

from tools.sandbox.odata.edm import INTEGERS, EdmType, EntityType
from tools.sandbox.odata.errors import MALFORMED, UNKNOWN_PROPERTY, WRONG_VALUE, SapError, wrong
from tools.sandbox.odata.filters import Call, Comparison, Logic, Member, Node, Not, read_filter
from tools.sandbox.odata.literals import Literal, utc

Row = Mapping[str, Any]
Of = Callable[[Row], Any]
Values = Mapping[str, Any]

ANYTHING: tuple[Values, ...] = ({},)
MANY = 100
"""A filter of more alternatives is not looked into: every row is tested."""

NUMBERS = frozenset({EdmType.DECIMAL, EdmType.DOUBLE, *INTEGERS})
_MOMENTS = frozenset({EdmType.DATE_TIME, EdmType.DATE_TIME_OFFSET})
_INDEXED = frozenset({EdmType.STRING, EdmType.GUID})
_S, _B, _I = EdmType.STRING, EdmType.BOOLEAN, EdmType.INT32


@dataclass(frozen=True, slots=True)
class Typed:
    """A part of a filter, ready to be evaluated; type None is null."""

    type: EdmType | None
    of: Of


@dataclass(frozen=True, slots=True)
class Condition:
    """A whole filter.

    Args:
        test: Whether a row passes.
        either: What rows that pass have: all that stands in one of these.
        names: The properties it looks at.
    """

    test: Callable[[Row], bool]
    either: tuple[Values, ...]
    names: frozenset[str]

    @property
    def equals(self) -> Values:
        """What every row that passes has."""
        first, *others = self.either
        return {
            name: value
            for name, value in first.items()
            if all(name in one and one[name] == value for one in others)
        }


def condition(entity: EntityType, text: str) -> Condition:
    """Read a filter on an entity."""
    tree = read_filter(text)
    typed = _typed(entity, tree)
    if typed.type is not _B:
        raise wrong(MALFORMED, "Invalid filter: it is no condition")
    return Condition(typed.of, _either(tree), frozenset(_names(tree)))


def _names(node: Node) -> Iterator[str]:
    match node:
        case Member(name):
            yield name
        case Literal():
            return
        case Call(_, arguments):
            for argument in arguments:
                yield from _names(argument)
        case Comparison(_, left, right) | Logic(_, left, right):
            yield from _names(left)
            yield from _names(right)
        case Not(inner):
            yield from _names(inner)
        case _:
            assert_never(node)


def _either(node: Node) -> tuple[Values, ...]:
    match node:
        case Logic("and", left, right):
            pairs = product(_either(left), _either(right))
            found = tuple({**one, **other} for one, other in islice(pairs, MANY + 1))
        case Logic("or", left, right):
            found = _either(left) + _either(right)
        case Comparison("eq", Member(name), Literal(kind, value)) if kind in _INDEXED:
            found = ({name: value},)
        case _:
            found = ANYTHING
    return found if len(found) <= MANY else ANYTHING


def _typed(entity: EntityType, node: Node) -> Typed:
    match node:
        case Member(name):
            return _member(entity, name)
        case Literal(kind, value):
            return Typed(kind, lambda _: value)
        case Call(name, arguments):
            return _call(name, [_typed(entity, argument) for argument in arguments])
        case Comparison(sign, left, right):
            return _comparison(sign, _typed(entity, left), _typed(entity, right))
        case Logic(sign, left, right):
            return _logic(sign, _condition(entity, left), _condition(entity, right))
        case Not(inner):
            of = _condition(entity, inner)
            return Typed(_B, lambda row: not of(row))
        case _:
            assert_never(node)


def _member(entity: EntityType, name: str) -> Typed:
    prop = entity.by_name.get(name)
    if prop is None:
        raise wrong(UNKNOWN_PROPERTY, f"Property '{name}' not found in type '{entity.name}'")
    initial = prop.initial
    if prop.type in _MOMENTS:
        return Typed(prop.type, lambda row: _moment(row.get(name, initial)))
    return Typed(prop.type, lambda row: row.get(name, initial))


def _moment(value: date | None) -> datetime | None:
    return None if value is None else utc(value)


def _condition(entity: EntityType, node: Node) -> Of:
    typed = _typed(entity, node)
    if typed.type is not _B:
        raise wrong(MALFORMED, "Invalid filter: and, or and not join conditions")
    return typed.of


def _logic(sign: str, left: Of, right: Of) -> Typed:
    if sign == "and":
        return Typed(_B, lambda row: left(row) and right(row))
    return Typed(_B, lambda row: left(row) or right(row))


_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def _comparison(sign: str, left: Typed, right: Typed) -> Typed:
    if not _comparable(left.type, right.type):
        raise wrong(WRONG_VALUE, f"Invalid filter: {left.type} cannot be compared to {right.type}")
    a, b, compare = _as_written(left, right), _as_written(right, left), _SIGNS[sign]
    if sign in {"eq", "ne"}:
        return Typed(_B, lambda row: compare(a(row), b(row)))

    def ordered(row: Row) -> bool:
        one, other = a(row), b(row)
        return one is not None and other is not None and compare(one, other)

    return Typed(_B, ordered)


def _comparable(left: EdmType | None, right: EdmType | None) -> bool:
    if left is None or right is None or left is right:
        return True
    return left in NUMBERS and right in NUMBERS


def _as_written(side: Typed, other: Typed) -> Of:
    """Compare a double to a decimal by its digits: 1.1 is 1.1, whatever binary makes of it."""
    if side.type is not EdmType.DOUBLE or other.type is not EdmType.DECIMAL:
        return side.of
    of = side.of

    def digits(row: Row) -> Decimal | None:
        value = of(row)
        return None if value is None else Decimal(str(value))

    return digits


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _on_text(of: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of texts see an initial text where there is none."""

    def on_text(*values: Any) -> Any:
        return of(*map(_text, values))

    return on_text


def _from(whole: str | None, start: int | None) -> str:
    return _text(whole)[max(start or 0, 0) :]


def _contains(part: str, whole: str) -> bool:
    return part in whole


_FUNCTIONS: dict[str, tuple[tuple[EdmType, ...], EdmType, Callable[..., Any]]] = {
    "substringof": ((_S, _S), _B, _on_text(_contains)),
    "startswith": ((_S, _S), _B, _on_text(str.startswith)),
    "endswith": ((_S, _S), _B, _on_text(str.endswith)),
    "indexof": ((_S, _S), _I, _on_text(str.find)),
    "concat": ((_S, _S), _S, _on_text(operator.add)),
    "length": ((_S,), _I, _on_text(len)),
    "tolower": ((_S,), _S, _on_text(str.lower)),
    "toupper": ((_S,), _S, _on_text(str.upper)),
    "trim": ((_S,), _S, _on_text(str.strip)),
    "substring": ((_S, _I), _S, _from),
}
_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second"})


def _call(name: str, arguments: list[Typed]) -> Typed:
    if name in _PARTS:
        return _part(name, arguments)
    if name not in _FUNCTIONS:
        raise wrong(MALFORMED, f"Invalid filter: there is no function '{name}'")
    takes, returns, function = _FUNCTIONS[name]
    if len(arguments) != len(takes):
        raise _misused(name)
    for argument, kind in zip(arguments, takes, strict=True):
        if argument.type is not kind:
            raise _misused(name)
    inner = [argument.of for argument in arguments]
    return Typed(returns, lambda row: function(*(of(row) for of in inner)))


def _part(name: str, arguments: list[Typed]) -> Typed:
    if len(arguments) != 1 or arguments[0].type not in _MOMENTS:
        raise _misused(name)
    of = arguments[0].of

    def part(row: Row) -> int | None:
        at = of(row)
        return None if at is None else getattr(at, name)

    return Typed(_I, part)


def _misused(name: str) -> SapError:
    return wrong(WRONG_VALUE, f"Invalid filter: wrong arguments for '{name}'")
