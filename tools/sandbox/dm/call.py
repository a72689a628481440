"""One request as the services see it, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus

from tools.jsontext import Json, Row, Writable
from tools.objects.quantity import Quantity
from tools.objects.units import UnknownUnit, unit
from tools.sandbox.dm.refusal import wrong
from tools.sandbox.dm.state import DmState

DEFAULT_PAGE = 20
LARGEST_PAGE = 500


@dataclass(frozen=True)
class Written:
    """What a write did, for the journal.

    Args:
        reference: The mark its sender gave it, if there was one.
        record: The kind of record.
        number: The record made or changed.
    """

    reference: str | None
    record: str
    number: str


@dataclass(frozen=True)
class Answer:
    """A successful answer; ``written`` is what it changed, None for a read."""

    body: Writable = None
    status: HTTPStatus = HTTPStatus.OK
    written: Written | None = None


@dataclass(frozen=True)
class Call:
    """One request, authorised and parsed."""

    state: DmState
    now: datetime
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Json = None

    def asked(self, name: str) -> str | None:
        """Return a query parameter, None where it is missing or empty."""
        values = self.query.get(name) or ("",)
        return values[-1].strip() or None

    def need(self, name: str) -> str:
        """Return a query parameter that has to be there."""
        value = self.asked(name)
        if value is None:
            raise wrong("parameter.missing", f"the parameter {name} is missing")
        return value

    def several(self, name: str) -> frozenset[str]:
        """Return a list parameter, repeated or separated by commas."""
        return frozenset(
            part for value in self.query.get(name, ()) for part in value.split(",") if part
        )

    @property
    def row(self) -> Row:
        """The posted object."""
        if not isinstance(self.body, dict):
            raise wrong("body.malformed", "the body is not a JSON object")
        return self.body


Handler = Callable[[Call], Answer]


def text(row: Row, name: str) -> str:
    """Return a text field that has to be there."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise wrong("field.missing", f"the field {name} is missing or no text")
    return value.strip()


def optional(row: Row, name: str) -> str | None:
    """Return a text field, None where it is missing or empty."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise wrong("field.malformed", f"the field {name} is no text")
    return value.strip() or None


def flag(row: Row, name: str) -> bool:
    """Return a yes or no, no where it is missing."""
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise wrong("field.malformed", f"the field {name} is neither true nor false")
    return value


def number(row: Row, name: str) -> Decimal | None:
    """Return a number, None where it is missing."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise wrong("field.malformed", f"the field {name} is no number above or equal to zero")
    return Decimal(value)


def rows(row: Row, name: str) -> list[Row]:
    """Return a list of objects, empty where it is missing."""
    value = row.get(name, [])
    if not isinstance(value, list):
        raise wrong("field.malformed", f"the field {name} is no list")
    found = [entry for entry in value if isinstance(entry, dict)]
    if len(found) != len(value):
        raise wrong("field.malformed", f"the field {name} holds something that is no object")
    return found


def texts(row: Row, name: str) -> list[str]:
    """Return a list of texts that has to hold something."""
    value = row.get(name)
    if not isinstance(value, list) or not value:
        raise wrong("field.missing", f"the field {name} is missing or empty")
    found = [entry for entry in value if isinstance(entry, str)]
    if len(found) != len(value):
        raise wrong("field.malformed", f"the field {name} holds something that is no text")
    return found


def amount(value: Decimal, code: str | None, dialect: str, base_unit: str) -> Quantity:
    """Return a quantity in the unit it was posted in; without one it is the base unit."""
    if code is None:
        return Quantity(value, base_unit)
    try:
        return Quantity(value, unit(code, "iso" if dialect == "iso" else "internal").code)
    except UnknownUnit as error:
        raise wrong("unitOfMeasure.notFound", f"{code} is no {dialect} unit of measure") from error


def moment(at: datetime) -> str:
    """Write a time as DM does: UTC, milliseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed_moment(value: str) -> datetime:
    """Read a time that names its zone."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise wrong("dateTime.malformed", f"{value} is no date and time") from error
    if at.tzinfo is None:
        raise wrong("dateTime.malformed", f"{value} names no time zone")
    return at.astimezone(UTC)


def paged(call: Call, found: Iterable[Writable], default: int = DEFAULT_PAGE) -> Answer:
    """Answer one page of what was found, in DM's envelope [spec]."""
    entries = list(found)
    page, size = _whole(call, "page", 0), _whole(call, "size", default)
    if not 1 <= size <= LARGEST_PAGE:
        raise wrong("size.outOfRange", f"a page holds 1 to {LARGEST_PAGE} entries, not {size}")
    shown = entries[page * size : (page + 1) * size]
    pages = -(-len(entries) // size)
    return Answer(
        {
            "content": shown,
            "number": page,
            "size": size,
            "numberOfElements": len(shown),
            "totalElements": len(entries),
            "totalPages": pages,
            "first": page == 0,
            "last": page >= pages - 1,
            "empty": not shown,
        }
    )


def _whole(call: Call, name: str, default: int) -> int:
    value = call.asked(name)
    if value is None:
        return default
    if not value.isdecimal():
        raise wrong("parameter.malformed", f"{name} is no whole number")
    return int(value)
