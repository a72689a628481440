"""The key of a posting: the same action of the same case always has the same one.

It is not the remedy's hash. A later remedy of the case that contains an action which was carried
out already finds that action's row, whatever else it contains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from agent.actions.action import Action
from agent.plain import adapter
from agent.records.canonical import canonical
from tools.objects.quantity import plain
from tools.objects.reference import Reference


def reference_of(case: str, action: Action, ordinal: int) -> Reference:
    """Return the reference under which a case's action travels.

    Args:
        case: The case's id.
        action: What is carried out.
        ordinal: Which one among equal actions of the remedy this is, from 0.
    """
    content = adapter(type(action)).dump_python(action)
    return Reference.of(case, action.kind, canonical(_spelled(content)), str(ordinal))


def numbered(actions: Iterable[Action]) -> tuple[tuple[Action, int], ...]:
    """Return each action with its ordinal: two equal actions of a remedy are two postings."""
    result = list[tuple[Action, int]]()
    for action in actions:
        result.append((action, sum(1 for earlier, _ in result if earlier == action)))
    return tuple(result)


def _spelled(value: Any) -> Any:
    """Return JSON-plain data in which equal values are spelled alike: 5, 5.0 and 5E+0 are one."""
    match value:
        case Enum():
            return value.value
        case Decimal():
            return plain(value)
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case None | bool() | int() | str():
            return value
        case Mapping():
            fields = cast(Mapping[str, Any], value)
            return {name: _spelled(each) for name, each in fields.items()}
        case Sequence():
            return [_spelled(each) for each in cast(Sequence[Any], value)]
        case _:
            return str(value)
