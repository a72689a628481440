"""Consumption and line-side stock from the site's database, by two agreed views, read only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from tools.errors import Exchange, Misread, NotOffered, Unavailable
from tools.mes.ignition.consumption import IgnitionConsumption
from tools.mes.ignition.site import Moment, Site
from tools.mes.ignition.stock import IgnitionStock
from tools.mes.ignition.words import MOVEMENTS, Kind
from tools.objects.identifiers import normal, operation_number
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.stock import StockLine, StockType

RowT = TypeVar("RowT", bound="ViewRow")

_STATEMENT_TIMEOUT_MS = 30_000
_NUMBERS = "number IN (SELECT number FROM concord_consumption WHERE "
_OF_ORDER = _NUMBERS + "order_number = :order)"
_OF_MATERIAL = _NUMBERS + "material = :material AND plant = :plant)"


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("a floating point number is no exact quantity")
    return value


class ViewRow(BaseModel):
    """A row of a view; dates and times may come as such or as ISO text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    quantity: Annotated[Decimal, BeforeValidator(_exact)]
    unit: str


class ConsumptionView(ViewRow):
    """One line of a document in ``concord_consumption``."""

    number: str
    line: int
    posting_date: date
    reported_at: Moment
    reference: str | None
    text: str
    reverses: str | None
    reversed_by: str | None
    kind: Kind
    material: str
    plant: str
    location: str | None
    batch: str | None
    order_number: str | None
    operation: str | None
    reservation: str | None
    item: str | None
    to_location: str | None
    to_batch: str | None
    cost_center: str | None
    reason: str | None
    line_text: str


class StockView(ViewRow):
    """One place in ``concord_line_stock``."""

    plant: str
    material: str
    location: str
    stock_type: StockType
    batch: str | None
    special: str


class Views:
    """A site's database, of which only the two views are read.

    Args:
        system: The name by which errors call the site.
        database: An SQLAlchemy URL, opened read-only, or an engine that is.
    """

    def __init__(self, system: str, database: str | Engine) -> None:
        self._system = system
        self._engine = read_only(database) if isinstance(database, str) else database

    async def consumption(self, where: str, **params: str) -> list[ConsumptionView]:
        """Return whole documents, newest first, each line in its place."""
        order = "reported_at DESC, number DESC, line"
        return await self._select("concord_consumption", ConsumptionView, where, order, params)

    async def stock(self, material: str, plant: str) -> list[StockView]:
        """Return all line-side stock of a material."""
        where = "material = :material AND plant = :plant"
        params = {"material": material, "plant": plant}
        return await self._select("concord_line_stock", StockView, where, "location", params)

    async def _select(
        self, view: str, shape: type[RowT], where: str, order: str, params: Mapping[str, str]
    ) -> list[RowT]:
        columns = ", ".join(shape.model_fields)
        statement = f"SELECT {columns} FROM {view} WHERE {where} ORDER BY {order}"
        rows = await asyncio.to_thread(self._rows, view, statement, params)
        try:
            return [shape.model_validate(row) for row in rows]
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            column = ".".join(str(step) for step in fault["loc"])
            exchange = Exchange(f"SELECT … FROM {view}", f"{len(rows)} rows")
            why = f"{view}.{column}: {fault['msg']}"
            raise Misread(self._system, why, exchange) from error

    def _rows(
        self, view: str, statement: str, params: Mapping[str, str]
    ) -> Sequence[Mapping[str, Any]]:
        try:
            with self._engine.connect() as connection:
                found = connection.execute(text(statement), params)
                return [dict(row) for row in found.mappings()]
        except DBAPIError as error:
            why = str(error.orig).strip().splitlines()[0] if str(error.orig) else "no reason given"
            exchange = Exchange(f"SELECT … FROM {view}", why)
            if isinstance(error, ProgrammingError) or "no such" in why:
                raise NotOffered(self._system, f"the view {view} as agreed", exchange) from error
            raise Unavailable(self._system, "the database cannot be read", exchange) from error


class ViewedConsumption(IgnitionConsumption):
    """Lists come from the view; single documents and writes go through WebDev."""

    def __init__(self, site: Site, views: Views) -> None:
        super().__init__(site)
        self._views = views

    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        return await self._listed(_OF_ORDER, order=normal(order))

    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        return await self._listed(_OF_MATERIAL, material=normal(material), plant=plant)

    async def _listed(self, where: str, **params: str) -> Reading[tuple[MaterialDocument, ...]]:
        asked = self._site.clock()
        rows = await self._views.consumption(where, **params)
        documents = tuple(
            self._assembled(list(lines)) for _, lines in groupby(rows, lambda row: row.number)
        )
        return Reading(documents, self.system, asked)

    def _assembled(self, rows: list[ConsumptionView]) -> MaterialDocument:
        head = rows[0]
        mark = Reference.read(head.reference)
        return MaterialDocument(
            number=head.number,
            posting_date=head.posting_date,
            entered_at=head.reported_at,
            lines=tuple(map(self._movement, rows)),
            reference=mark.short if mark else head.reference,
            header_text=head.text,
            reverses=head.reverses,
            reversed_by=head.reversed_by,
        )

    def _movement(self, row: ConsumptionView) -> GoodsMovement:
        return GoodsMovement(
            type=MOVEMENTS[row.kind],
            material=normal(row.material),
            plant=row.plant,
            quantity=self._site.counted(row.quantity, row.unit),
            location=row.location,
            batch=row.batch,
            order=None if row.order_number is None else normal(row.order_number),
            operation=None if row.operation is None else operation_number(row.operation),
            reservation=row.reservation,
            item=row.item,
            to_location=row.to_location,
            to_batch=row.to_batch,
            cost_center=row.cost_center,
            reason=row.reason,
            text=row.line_text,
        )


class ViewedStock(IgnitionStock):
    """Line-side stock comes from the view."""

    def __init__(self, site: Site, views: Views) -> None:
        super().__init__(site)
        self._views = views

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        asked = self._site.clock()
        rows = await self._views.stock(normal(material), plant)
        return Reading(tuple(map(self._place, rows)), self.system, asked)

    def _place(self, row: StockView) -> StockLine:
        return StockLine(
            material=normal(row.material),
            plant=row.plant,
            location=row.location,
            type=row.stock_type,
            quantity=self._site.counted(row.quantity, row.unit),
            batch=row.batch,
            special=row.special,
        )


def read_only(url: str) -> Engine:
    """Return an engine whose connections cannot write, one per read; nothing is opened yet."""
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite":
            return create_engine(_sqlite(address), poolclass=NullPool, hide_parameters=True)
        case "postgresql":
            options = (
                f"-c default_transaction_read_only=on -c statement_timeout={_STATEMENT_TIMEOUT_MS}"
            )
            connecting = {"options": options}
            return create_engine(
                address, poolclass=NullPool, connect_args=connecting, hide_parameters=True
            )
        case other:
            raise ValueError(f"the views are read from sqlite or postgresql, not {other}")


def _sqlite(address: URL) -> URL:
    if not address.database or address.database == ":memory:":
        raise ValueError("an SQLite view is read from a file")
    return address.set(database=f"file:{address.database}", query={"mode": "ro", "uri": "true"})
