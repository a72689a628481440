"""Frozen values to JSON-plain data and back: the one way anything enters or leaves the state."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from pydantic import TypeAdapter

from agent.actions.catalog import from_plain as action_from_plain
from agent.actions.catalog import to_plain as action_to_plain
from agent.case.remedy import Change, Derivation, Remedy, Unsettled, fingerprint
from agent.case.text import Text
from tools.objects.money import Money

T = TypeVar("T")


def dump(value: Any) -> Any:
    """Return a frozen value as JSON-plain data."""
    return adapter(cast(Any, type(value))).dump_python(value, mode="json")


def load(kind: type[T], plain: Any) -> T:
    """Return the frozen value that plain data describes."""
    return adapter(kind).validate_python(plain)


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the adapter of a type, made once."""
    return TypeAdapter(kind)


def dump_plan(plan: Remedy | Unsettled) -> dict[str, Any]:
    """Return a remedy or a question as plain data; ``settles`` tells which."""
    if isinstance(plan, Unsettled):
        return {
            "settles": False,
            "cause": plan.cause,
            "question": dump(plan.question),
            "soft": [action_to_plain(action) for action in plan.soft],
        }
    return {
        "settles": True,
        "cause": plan.cause,
        "summary": dump(plan.summary),
        "hard": [action_to_plain(action) for action in plan.hard],
        "soft": [action_to_plain(action) for action in plan.soft],
        "changes": [dump(change) for change in plan.changes],
        "derivations": [dump(derivation) for derivation in plan.derivations],
        "rests_on": list(plan.rests_on),
        "reversible": plan.reversible,
        "value": None if plan.value is None else dump(plan.value),
        "into_closed_period": plan.into_closed_period,
        "unread_note": plan.unread_note,
    }


def pin_of(plan: Mapping[str, Any]) -> str:
    """Return the hash a decision names: what would be done, not how it is told.

    A stock that moved without changing what would be done leaves it as it was.
    """
    if plan["settles"]:
        return fingerprint({"cause": plan["cause"], "hard": plan["hard"]})
    return fingerprint({"cause": plan["cause"], "question": plan["question"]})


def load_plan(plain: Mapping[str, Any]) -> Remedy | Unsettled:
    """Return the remedy or question that plain data describes."""
    soft = tuple(action_from_plain(action) for action in plain["soft"])
    if not plain["settles"]:
        return Unsettled(plain["cause"], load(Text, plain["question"]), soft)
    return Remedy(
        cause=plain["cause"],
        summary=load(Text, plain["summary"]),
        hard=tuple(action_from_plain(action) for action in plain["hard"]),
        soft=soft,
        changes=tuple(load(Change, change) for change in plain["changes"]),
        derivations=tuple(load(Derivation, row) for row in plain["derivations"]),
        rests_on=tuple(plain["rests_on"]),
        reversible=plain["reversible"],
        value=None if plain["value"] is None else load(Money, plain["value"]),
        into_closed_period=plain["into_closed_period"],
        unread_note=plain.get("unread_note", False),
    )


def load_facts(kind: type[T], values: Mapping[str, Any]) -> T:
    """Return a playbook's typed facts from their plain values."""
    fields = {name: adapter(hint).validate_python(values.get(name)) for name, hint in _fields(kind)}
    return kind(**fields)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(kind))
