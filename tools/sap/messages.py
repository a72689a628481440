"""What SAP's messages mean for us, by class and number; the table is ``messages.toml``.

Texts change with the language and are never matched. What the table does not list goes to a
person: guessing at a refusal is how wrong corrections begin.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from tools.errors import Message, Severity


class Kind(StrEnum):
    """What sort of message it is."""

    SUCCESS = "success"
    BUSINESS = "business"
    CONFIGURATION = "configuration"
    TRANSIENT = "transient"
    GENERIC = "generic"
    UNKNOWN = "unknown"


class Reaction(StrEnum):
    """What is to be done about it."""

    NONE = "none"
    CORRECT = "correct"
    REPEAT = "repeat"
    REPLAN = "replan"
    LOOK_INSIDE = "look_inside"
    PERSON = "person"


class Evidence(StrEnum):
    """Where class and number were seen."""

    SAP_SAMPLE = "sap_sample"
    VENDOR_PAGE = "vendor_page"
    LIVE_SYSTEM = "live_system"
    PUBLIC_CODE = "public_code"
    NONE = "none"


class Meaning(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message_class: str = Field(alias="class")
    message_number: str = Field(alias="number", pattern=r"^\d{3}$")
    kind: Kind
    reaction: Reaction
    role: str | None = None
    evidence: Evidence
    en: str
    de: str


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    message: tuple[Meaning, ...]


@cache
def message_table() -> Mapping[tuple[str, str], Meaning]:
    """Return the table, read once.

    Raises:
        ValueError: A message is listed twice, or a line is malformed.
    """
    source = files("tools.sap").joinpath("messages.toml").read_text(encoding="utf-8")
    lines = _Table.model_validate(tomllib.loads(source)).message
    table = {(line.message_class, line.message_number): line for line in lines}
    if len(table) != len(lines):
        raise ValueError("messages.toml lists a message twice")
    return table


def meaning(message: Message) -> Meaning:
    """Return what a message means; an unlisted one goes to a person."""
    key = (message.message_class, message.message_number.zfill(3))
    return message_table().get(key) or Meaning.model_construct(
        message_class=message.message_class,
        message_number=message.message_number,
        kind=Kind.UNKNOWN,
        reaction=Reaction.PERSON,
        role=None,
        evidence=Evidence.NONE,
        en="Concord does not know this message.",
        de="Concord kennt diese Meldung nicht.",
    )


def cause(messages: Iterable[Message]) -> tuple[Message, Meaning] | None:
    """Return the message that says why, wrappers and mere remarks set aside.

    A message nobody listed comes before those that are: one unknown reason is enough to ask a
    person. None if there is no message at all.
    """
    said = list(messages)
    errors = [message for message in said if message.severity is Severity.ERROR]
    weighed = [(message, meaning(message)) for message in errors or said]
    telling = [
        pair for pair in weighed if pair[1].kind not in {Kind.GENERIC, Kind.SUCCESS}
    ] or weighed
    unknown = [pair for pair in telling if pair[1].kind is Kind.UNKNOWN]
    return next(iter(unknown or telling), None)
