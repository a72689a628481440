"""``$filter`` conditions, built so that no value can become part of the language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.sap.literals import Value, literal

_PROPERTY = re.compile(r"[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition in OData V2's own words."""

    text: str

    def __str__(self) -> str:
        """Show the condition as it is sent, before percent-encoding."""
        return self.text


def eq(name: str, value: Value) -> Filter:
    """The property equals the value."""
    return _compare(name, "eq", value)


def ne(name: str, value: Value) -> Filter:
    """The property differs from the value."""
    return _compare(name, "ne", value)


def gt(name: str, value: Value) -> Filter:
    """The property is greater than the value."""
    return _compare(name, "gt", value)


def ge(name: str, value: Value) -> Filter:
    """The property is at least the value."""
    return _compare(name, "ge", value)


def lt(name: str, value: Value) -> Filter:
    """The property is less than the value."""
    return _compare(name, "lt", value)


def le(name: str, value: Value) -> Filter:
    """The property is at most the value."""
    return _compare(name, "le", value)


def startswith(name: str, value: str) -> Filter:
    """The text begins with the value."""
    return Filter(f"startswith({_property(name)},{literal(value)})")


def endswith(name: str, value: str) -> Filter:
    """The text ends with the value."""
    return Filter(f"endswith({_property(name)},{literal(value)})")


def contains(name: str, value: str) -> Filter:
    """The text contains the value; V2 writes it ``substringof``, arguments turned round."""
    return Filter(f"substringof({literal(value)},{_property(name)})")


def and_(*conditions: Filter) -> Filter:
    """All conditions hold."""
    return _join("and", conditions)


def or_(*conditions: Filter) -> Filter:
    """At least one condition holds."""
    return _join("or", conditions)


def any_of(name: str, values: Iterable[Value]) -> Filter:
    """The property equals one of the values, of which there must be at least one."""
    return or_(*(eq(name, value) for value in values))


def _compare(name: str, operator: str, value: Value) -> Filter:
    return Filter(f"{_property(name)} {operator} {literal(value)}")


def _property(name: str) -> str:
    if not _PROPERTY.fullmatch(name):
        raise ValueError(f"{name!r} is no property")
    return name


def _join(operator: str, conditions: tuple[Filter, ...]) -> Filter:
    if not conditions:
        raise ValueError(f"nothing to join by {operator!r}")
    if len(conditions) == 1:
        return conditions[0]
    return Filter(f" {operator} ".join(f"({condition.text})" for condition in conditions))
