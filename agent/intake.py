"""Intake: bytes that claim to be a signal, read strictly, with a reason for every no.

A signal is a CloudEvent (1.0, structured JSON). Its ``data`` names the plant and the business keys
the conflict is about; identifiers are normalised here, so that no later part compares padded ones.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from agent.case.conflict import Signal
from tools.jsontext import whole
from tools.objects.identifiers import normal, operation_number

LONGEST = 256 * 1024
LONGEST_TEXT = 20_000
LONGEST_KEY = 100
LONGEST_NUMBER = 20
DEEPEST = 32
EARLIEST = timedelta(days=400)
LATEST = timedelta(hours=1)
KEYS = frozenset(
    {
        "order",
        "operation",
        "material",
        "location",
        "batch",
        "confirmation",
        "document",
        "message",
        "equipment",
        "work_center",
        "lot",
        "nonconformance",
        "downtime",
        "cost_center",
        "task",
        "hold",
        "version",
    }
)

ModelT = TypeVar("ModelT", bound=BaseModel)
Short = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Malformed(ValueError):
    """What arrived is no signal; the sender, or who replays the dead letter, reacts."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


class _Event(BaseModel):
    """A CloudEvent's attributes as far as Concord needs them; extensions are let through."""

    model_config = ConfigDict(extra="allow", strict=True)

    specversion: Literal["1.0"]
    id: Short
    source: Short
    type: Short
    time: Annotated[AwareDatetime, Field(strict=False)]
    data: dict[str, Any]


class _Data(BaseModel):
    """What every signal's data has."""

    model_config = ConfigDict(extra="allow", strict=True)

    plant: Short
    text: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""
    message_class: Short | None = None
    message_number: Short | None = None


@dataclass(frozen=True)
class Letter:
    """Who sent something and what they called it, as far as that can be told."""

    source: str
    id: str


def parse(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that arrived.

    Raises:
        Malformed: It is too long, no JSON, no object, or nested beyond reason.
    """
    if len(raw) > LONGEST:
        raise Malformed("body", f"{len(raw)} bytes are more than the {LONGEST} a signal may have")
    try:
        event = _read(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Malformed("body", f"is no JSON: {error}") from error
    if not isinstance(event, dict):
        raise Malformed("body", "is no JSON object")
    found = cast(dict[str, Any], event)
    if _deeper(found, DEEPEST):
        raise Malformed("body", f"is nested deeper than {DEEPEST} levels")
    return found


def _read(text: str) -> object:
    """Return JSON that whoever keeps it or hands it on can write down again.

    Raises:
        ValueError: It is none, or holds a number that others could not read.
    """
    text = whole(text) if "\\u" in text else text
    return json.loads(text, parse_constant=_no_number, parse_float=_number, parse_int=_integer)


def letter_of(event: Mapping[str, Any]) -> Letter | None:
    """Return source and id of an event whose other attributes may be wrong."""
    source, identifier = event.get("source"), event.get("id")
    if isinstance(source, str) and isinstance(identifier, str) and source and identifier:
        return Letter(source[:200], identifier[:200])
    return None


def read_signal(event: Mapping[str, Any], now: datetime) -> Signal:
    """Return the signal a CloudEvent carries.

    Raises:
        Malformed: An attribute is missing or not what it should be; it names the field.
    """
    envelope = _valid(_Event, event, "")
    data = _valid(_Data, envelope.data, "data.")
    if envelope.time < now - EARLIEST or envelope.time > now + LATEST:
        raise Malformed("time", f"{envelope.time.isoformat()} is too long ago or lies ahead")
    return Signal(
        id=envelope.id,
        source=envelope.source,
        type=envelope.type,
        time=envelope.time.astimezone(UTC),
        plant=normal(data.plant) if data.plant.isdecimal() else data.plant,
        keys=_keys(envelope.data),
        message=_message(data),
        text=data.text,
        data=envelope.data,
    )


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _number(digits: str) -> float:
    """Return a number; one too large for it would become infinite, which is none."""
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits[:40])


def _integer(digits: str) -> int:
    """Return a whole number, as far as 64 bits hold it: a case's state is kept in such."""
    if len(digits) > LONGEST_NUMBER or abs(int(digits)) >= 2**63:
        _no_number(digits[:40])
    return int(digits)


def _deeper(value: dict[str, Any] | list[Any], levels: int) -> bool:
    """Return whether an object or list is nested deeper than so many levels."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if levels == 0:
        return bool(inner)
    return any(
        _deeper(cast("dict[str, Any] | list[Any]", item), levels - 1)
        for item in inner
        if isinstance(item, dict | list)
    )


def _valid(kind: type[ModelT], raw: Any, prefix: str) -> ModelT:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "data"
        raise Malformed(f"{prefix}{field}", first["msg"]) from error


def _keys(data: Mapping[str, Any]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for name in sorted(KEYS & data.keys()):
        value = data[name]
        if value is None:
            continue
        if not isinstance(value, str) or not value.strip():
            raise Malformed(f"data.{name}", "is to be written as text, and not empty")
        if len(value) > LONGEST_KEY or not value.isprintable():
            raise Malformed(f"data.{name}", f"is no key: {value[:40]!r}")
        keys[name] = operation_number(value) if name == "operation" else _key(name, value)
    return keys


def _key(name: str, value: str) -> str:
    """Return a key as it is compared; locations, batches and work centres keep their zeros."""
    padded_codes = {"location", "batch", "work_center", "message", "confirmation", "document"}
    return value.strip() if name in padded_codes else normal(value)


def _message(data: _Data) -> str | None:
    if data.message_class is None or data.message_number is None:
        return None
    return f"{data.message_class}/{data.message_number}"
