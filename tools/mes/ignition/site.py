"""A site's WebDev resources: asking, posting, and the forms all of its records share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from tools.connection import Connection
from tools.errors import Message, NotFound, NotOffered, ToolError
from tools.jsontext import Writable, read_json
from tools.objects import units
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity, plain
from tools.objects.reading import Reading, System
from tools.reply import Reply
from tools.shape import Shape, ShapeT, ending, shaped
from tools.verdict import verdict

RowT = TypeVar("RowT", bound=Shape)
T = TypeVar("T")
U = TypeVar("U")


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,12})?$")]


class Amount(Shape):
    """A quantity in the site's unit names."""

    value: Number
    unit: str


class Page(Shape, Generic[RowT]):
    """One page of a list."""

    items: tuple[RowT, ...]
    next: str | None


class _Written(Shape):
    number: str
    version: int
    at: Moment


class Site:
    """One site behind one connection.

    Args:
        connection: Leads to ``…/system/webdev/<project>/concord``.
        units: The site's names of units that are not SAP's English codes, by internal code.
        clock: Says when a reading was taken.
    """

    system = System.MES

    def __init__(
        self,
        connection: Connection,
        units: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self._connection, self.clock = connection, clock
        self._units = dict(units)
        self._names = {code: name for name, code in units.items()}

    async def one(self, resource: str, shape: type[ShapeT], **params: str) -> Reading[ShapeT]:
        """Ask a resource for one record."""
        asked = self.clock()
        reply = await self._connection.read("GET", resource, params=params, judge=judge)
        return Reading(shaped(reply, shape), self.system, asked, reply.headers.get("etag"))

    async def several(
        self, resource: str, shape: type[Page[RowT]], **params: str
    ) -> Reading[tuple[RowT, ...]]:
        """Ask a resource for all records of a list, page by page."""
        asked, rows, query, pages = self.clock(), list[RowT](), dict(params), 1
        while True:
            reply = await self._connection.read("GET", resource, params=query, judge=judge)
            page = shaped(reply, shape)
            rows += page.items
            if page.next is None:
                return Reading(tuple(rows), self.system, asked)
            if not page.items:
                raise reply.misread(f"an empty page of {resource} names a next one")
            pages += 1
            ending(reply, pages)
            query["cursor"] = page.next

    async def post(
        self, path: str, body: Mapping[str, Writable], *, etag: str | None = None
    ) -> Posted:
        """Have something done, once."""
        headers = {} if etag is None else {"If-Match": etag}
        reply = await self._connection.write("POST", path, body=body, headers=headers, judge=judge)
        done = shaped(reply, _Written)
        return Posted(self.system, done.number, done.at, f'"{done.version}"')

    def quantity(self, amount: Amount) -> Quantity:
        """Return a quantity in internal units.

        Raises:
            UnknownUnit: Neither the plant's aliases nor SAP's English codes have the unit.
        """
        return self.counted(Decimal(amount.value), amount.unit)

    def counted(self, value: Decimal, unit: str) -> Quantity:
        """Return a number of the site's units in internal units; raises as ``quantity`` does."""
        return units.quantity(value, unit, "en", aliases=self._units)

    def amount(self, quantity: Quantity) -> Mapping[str, Writable]:
        """Return a quantity in the site's unit names."""
        unit = units.unit(quantity.unit)
        return {"value": plain(quantity.amount), "unit": self._names.get(unit.code, unit.en)}


def translated(reading: Reading[T], into: Callable[[T], U]) -> Reading[U]:
    """Return a reading of the canonical record instead of the site's."""
    return Reading(into(reading.value), reading.system, reading.read_at, reading.etag)


def first(reading: Reading[tuple[T, ...]]) -> Reading[T | None]:
    """Return the reading of the first record of a list, or of none."""
    value = reading.value[0] if reading.value else None
    return Reading(value, reading.system, reading.read_at)


def judge(reply: Reply) -> ToolError | None:
    """Judge an answer: the contract's error body names code and field.

    A 404 that is not the contract's own comes from the gateway: the site lacks the resource.
    """
    if reply.ok:
        return None
    code, messages = _complaint(reply)
    error = verdict(reply, messages)
    if isinstance(error, NotFound) and code in {None, "unknown_resource"}:
        return NotOffered(reply.system, f"the resource {reply.url.path}", reply.exchange)
    return error


def _complaint(reply: Reply) -> tuple[str | None, tuple[Message, ...]]:
    try:
        body = read_json(reply.body)
    except ValueError:
        return None, ()
    match body:
        case {"error": {"code": str(code), "message": str(text), **rest}}:
            field = rest.get("field")
            named = f"{text} ({field})" if isinstance(field, str) and field not in text else text
            return code, (Message(code, "", named),)
        case _:
            return None, ()
