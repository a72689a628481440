"""The forms DM's records share, and what Concord writes into its free texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ValidationError

from tools.jsontext import Writable, write_json
from tools.objects import units
from tools.objects.identifiers import operation_number
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.reply import Reply
from tools.shape import Shape, ShapeT

RowT = TypeVar("RowT", bound=Shape)

_MARK = re.compile(r"\s*\[?CONCORD-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]?")
_OPERATION = re.compile(r"(?:.*-)?(\d{1,4})$")


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]


class Page(Shape, Generic[RowT]):
    """One page of a list."""

    content: tuple[RowT, ...]
    totalPages: int


class Named(Shape):
    """A unit of measure by its names; DM's APIs spell the same two names in two ways."""

    internalUom: str | None = None
    internalUnitOfMeasure: str | None = None
    isoUnitOfMeasure: str | None = None

    @property
    def internal(self) -> str:
        """SAP's internal code, by name or by the ISO code where that is all there is.

        Raises:
            UnknownUnit: No table has the code.
        """
        code = self.internalUnitOfMeasure or self.internalUom
        if code is None and self.isoUnitOfMeasure:
            return units.unit(self.isoUnitOfMeasure, "iso").code
        return units.unit(code or "").code


class Measured(Shape):
    """A quantity as the public APIs write it."""

    value: Decimal
    unitOfMeasure: Named

    @property
    def quantity(self) -> Quantity:
        """The quantity it states; raises ``UnknownUnit``."""
        return Quantity(self.value, self.unitOfMeasure.internal)


class Amount(Shape):
    """A quantity as the desk's processes write it, in SAP's internal unit."""

    value: Decimal
    unit: str

    @property
    def quantity(self) -> Quantity:
        """The quantity it states; raises ``UnknownUnit``."""
        return units.quantity(self.value, self.unit)


class MaterialName(Shape):
    """A material with its version."""

    material: str


def amount(quantity: Quantity) -> Mapping[str, Writable]:
    """Return a quantity as the desk's processes take it."""
    return {"value": quantity.amount, "unit": units.unit(quantity.unit).code}


def marked(text: str, reference: Reference) -> str:
    """Return a free text that carries a reference."""
    return f"{text} [CONCORD-{reference.guid}]".strip()


def mark_in(text: str | None) -> str | None:
    """Return the reference (as a GUID) a free text carries."""
    found = _MARK.search(text or "")
    return found.group(1) if found else None


def unmarked(text: str | None) -> str:
    """Return a free text without the reference in it."""
    return _MARK.sub("", text or "").strip()


def short(guid: str | None) -> str | None:
    """Return a reference as the ERP's material documents carry it, so that both sides compare."""
    if guid is None:
        return None
    try:
        return Reference(UUID(guid).hex).short
    except ValueError:
        return guid


def operation_of(activity: str) -> str:
    """Return the ERP's operation behind an operation activity such as ``1000000-0-0010``.

    One that was made in DM has no such number and keeps its name.
    """
    found = _OPERATION.fullmatch(activity)
    return operation_number(found.group(1)) if found else activity


def rows(reply: Reply, kind: type[ShapeT]) -> tuple[ShapeT, ...]:
    """Return an answer that is a bare list.

    Raises:
        Misread: It is none, or one of its rows has another shape; the first fault is named.
    """
    body = reply.json()
    if not isinstance(body, list):
        raise reply.misread("the answer is no list")
    try:
        return tuple(kind.model_validate_json(write_json(row)) for row in body)
    except RecursionError as error:
        raise reply.misread("a row is nested too deeply") from error
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in fault["loc"]) or "a row"
        raise reply.misread(f"{where}: {fault['msg']}") from error
