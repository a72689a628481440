"""A story: changes in their order, written as plain data, with names for what they produce.

``as`` names a change; later ones, and the signal, refer to what it produced as
``${name.what}``. Names that were given from outside are referred to as ``${what}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tools.sandbox.changes.catalog import verbs
from tools.sandbox.changes.change import Change, Names
from tools.sandbox.dm.refusal import Refused as DmRefused
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.ignition.refusal import Refused as IgnitionRefused
from tools.sandbox.s4.refusal import Refused as S4Refused
from tools.sandbox.world import World

T = TypeVar("T")

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_ENVELOPE = frozenset({"do", "as"})


class Unreadable(ValueError):
    """What is written is no change; who wrote it reacts. It names the change and the field."""


@dataclass(frozen=True)
class Step:
    """One change as it was written, its placeholders still open."""

    place: str
    kind: type[Change]
    given: Mapping[str, Any]
    called: str | None


@dataclass(frozen=True)
class Story:
    """Changes that can be made to happen, as often as there are worlds."""

    steps: tuple[Step, ...] = field(default=())

    def play(self, world: World, names: Names | None = None) -> dict[str, str]:
        """Let everything happen in its order and return all names.

        Raises:
            Unreadable: A placeholder names nothing, or what it stands for does not fit.
            Impossible: The world is not such that it could have happened.
        """
        known = dict(names or {})
        for step in self.steps:
            produced = _happen(world, step, known)
            if step.called is not None:
                known |= {f"{step.called}.{what}": value for what, value in produced.items()}
        return known


def read(rows: Iterable[Mapping[str, Any]]) -> Story:
    """Read a story.

    Raises:
        Unreadable: A verb or field is unknown, missing or malformed.
    """
    steps = list[Step]()
    called = set[str]()
    for position, row in enumerate(rows, start=1):
        step = _step(position, row)
        if step.called in called:
            raise Unreadable(f"{step.place}: another change is called '{step.called}' already")
        called |= {step.called} if step.called else set()
        steps.append(step)
    return Story(tuple(steps))


def filled(data: T, names: Names, place: str = "") -> T:
    """Return data with every placeholder in its texts replaced.

    Raises:
        Unreadable: A placeholder names nothing.
    """
    return cast(T, _filled(data, names, place))


def _filled(data: Any, names: Names, place: str) -> Any:
    match data:
        case str():
            return _PLACEHOLDER.sub(lambda found: _named(found.group(1), names, place), data)
        case Mapping():
            rows = cast(Mapping[str, Any], data)
            return {key: _filled(value, names, place) for key, value in rows.items()}
        case list() | tuple():
            return [_filled(value, names, place) for value in cast(list[Any], data)]
        case _:
            return data


def _named(name: str, names: Names, place: str) -> str:
    if name not in names:
        known = ", ".join(sorted(names)) or "nothing"
        raise Unreadable(f"{place}: ${{{name}}} names nothing; known here: {known}".lstrip(": "))
    return names[name]


def _step(position: int, row: Mapping[str, Any]) -> Step:
    verb, called = row.get("do"), row.get("as")
    place = f"change {position}" + (f" ({verb})" if isinstance(verb, str) else "")
    if not isinstance(verb, str) or verb not in verbs():
        known = ", ".join(sorted(verbs()))
        raise Unreadable(f"{place}: do: there is no verb {verb!r}; there are {known}")
    if called is not None and (not isinstance(called, str) or not called.isidentifier()):
        raise Unreadable(f"{place}: as: {called!r} is no name")
    given = {name: value for name, value in row.items() if name not in _ENVELOPE}
    step = Step(place, verbs()[verb], given, called)
    try:
        step.kind.model_validate(given)
    except ValidationError as error:
        faults = [fault for fault in error.errors(include_url=False) if not _open(fault)]
        faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
        if faults:
            raise _unreadable(step, faults[0]) from error
    return step


def _open(fault: ErrorDetails) -> bool:
    """Return whether a fault may vanish once the placeholders are replaced."""
    return isinstance(fault["input"], str) and bool(_PLACEHOLDER.search(fault["input"]))


def _unreadable(step: Step, fault: ErrorDetails) -> Unreadable:
    where = ".".join(str(part) for part in fault["loc"])
    said = f"{where}: {fault['msg']}" if where else fault["msg"]
    if fault["type"] == "extra_forbidden":
        known = ", ".join(step.kind.model_fields)
        said = f"{where}: no such field; {step.kind.__name__} takes {known}"
    return Unreadable(f"{step.place}: {said}")


def _happen(world: World, step: Step, names: Names) -> Names:
    try:
        change = step.kind.model_validate(filled(step.given, names, step.place))
    except ValidationError as error:
        raise _unreadable(step, error.errors(include_url=False)[0]) from error
    try:
        return change.apply(world)
    except Impossible as error:
        raise Impossible(f"{step.place}: {error}") from error
    except (S4Refused, DmRefused, IgnitionRefused) as error:
        raise Impossible(f"{step.place}: {error}") from error
