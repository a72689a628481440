"""What a model may answer, and everything that is checked before it counts for anything.

The schema tells the model; nothing rests on its being kept. What comes back is read by pydantic and
then held against the case: a cause from the list, reasons that cite facts there are, and no
identifier that nobody reported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from agent.reasoning.identifiers import invented

NAME = "diagnosis"
UNCLEAR = "unclear"
"""The cause a model names when none of the list explains the facts."""

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Path = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Given(BaseModel):
    """One reason, with the facts it cites."""

    model_config = ConfigDict(frozen=True)

    says: Said
    cites: Annotated[tuple[Path, ...], Field(min_length=1, max_length=12)]


class Opinion(BaseModel):
    """A model's diagnosis. ``confidence`` is kept for the record; nothing is decided by it."""

    model_config = ConfigDict(frozen=True)

    cause: str
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    reasons: Annotated[tuple[Given, ...], Field(max_length=8)]


class NotUsable(Exception):
    """The answer is no opinion on this case; ``problems`` tell the model what to mend."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class NoJson(NotUsable):
    """There is no JSON object in the answer at all."""


@dataclass(frozen=True)
class Bounds:
    """What an opinion on one case may name: causes, facts by path, identifiers."""

    causes: tuple[str, ...]
    sheet: Mapping[str, Any]
    known: frozenset[str]

    def has(self, path: str) -> bool:
        """Return whether a fact is at a path (``order.components.0.quantity``)."""
        value: Any = self.sheet
        for step in path.split("."):
            if isinstance(value, Mapping):
                fields = cast("Mapping[str, Any]", value)
                if step not in fields:
                    return False
                value = fields[step]
            elif isinstance(value, Sequence) and not isinstance(value, str):
                items = cast("Sequence[Any]", value)
                if not step.isdecimal() or int(step) >= len(items):
                    return False
                value = items[int(step)]
            else:
                return False
        return True


def schema_of(causes: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of an opinion on these causes."""
    reason = {
        "type": "object",
        "additionalProperties": False,
        "required": ["says", "cites"],
        "properties": {
            "says": {"type": "string"},
            "cites": {"type": "array", "items": {"type": "string"}},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["cause", "confidence", "reasons"],
        "properties": {
            "cause": {"type": "string", "enum": [*causes, UNCLEAR]},
            "confidence": {"type": "number"},
            "reasons": {"type": "array", "items": reason},
        },
    }


def opinion_of(text: str | None, bounds: Bounds) -> Opinion:
    """Read a model's answer and hold it against the case.

    Raises:
        NoJson: The answer holds no JSON object.
        NotUsable: It does, and something about it is wrong.
    """
    plain = json_object(text or "")
    if plain is None:
        raise NoJson("the answer is not one JSON object")
    try:
        opinion = Opinion.model_validate(plain)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise NotUsable(*(_problem(detail["loc"], detail["msg"]) for detail in details)) from None
    problems = list(_problems(opinion, bounds))
    if problems:
        raise NotUsable(*problems)
    return opinion


def json_object(text: str) -> dict[str, Any] | None:
    """Return the first JSON object in a text, fenced or not; None where there is none."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        plain, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", plain)


def _problems(opinion: Opinion, bounds: Bounds) -> list[str]:
    problems: list[str] = []
    if opinion.cause not in (*bounds.causes, UNCLEAR):
        names = ", ".join((*bounds.causes, UNCLEAR))
        problems.append(f"cause: not one of {names}")
    if not opinion.reasons and opinion.cause != UNCLEAR:
        problems.append("reasons: there is none")
    for index, reason in enumerate(opinion.reasons):
        unknown = [path for path in reason.cites if not bounds.has(path)]
        if unknown:
            problems.append(f"reasons.{index}.cites: no such fact: {', '.join(unknown)}")
        names = invented(_without(reason.says, reason.cites), bounds.known)
        if names:
            problems.append(f"reasons.{index}.says: in no fact: {', '.join(names)}")
        if "://" in reason.says:
            problems.append(f"reasons.{index}.says: holds an address")
        if not reason.says.isprintable():
            problems.append(f"reasons.{index}.says: holds signs that nobody sees")
    return problems


def _without(says: str, paths: Sequence[str]) -> str:
    for path in sorted(paths, key=len, reverse=True):
        says = says.replace(path, " ")
    return says


def _problem(place: Sequence[int | str], message: str) -> str:
    return f"{'.'.join(str(step) for step in place) or 'answer'}: {message}"
