"""The site database behind the gateway: the two views agreed for reading consumption and stock.

A served plant mirrors them into an SQLite file; a world in process offers them in memory, filled
afresh from the state for each connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from tools.sandbox.ignition import wire
from tools.sandbox.ignition.state import IgnitionState

Rows: TypeAlias = list[dict[str, str | int | None]]

_CONSUMPTION = (
    "number",
    "line",
    "posting_date",
    "reported_at",
    "reference",
    "text",
    "reverses",
    "reversed_by",
    "kind",
    "material",
    "plant",
    "quantity",
    "unit",
    "location",
    "batch",
    "order_number",
    "operation",
    "reservation",
    "item",
    "to_location",
    "to_batch",
    "cost_center",
    "reason",
    "line_text",
)
_STOCK = (
    "plant",
    "material",
    "location",
    "stock_type",
    "quantity",
    "unit",
    "batch",
    "special",
)


class Mirror:
    """Keeps a database file in step with a site.

    Args:
        path: The SQLite file; it is made when first needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._shown: tuple[Rows, Rows] | None = None

    @property
    def url(self) -> str:
        """The SQLAlchemy URL a plant file names."""
        return f"sqlite:///{self._path}"

    def refresh(self, state: IgnitionState) -> None:
        """Write what changed, in one transaction; nothing if nothing did."""
        rows = (_consumption(state), _stock(state))
        if rows == self._shown:
            return
        with closing(sqlite3.connect(self._path)) as connection:
            _fill(connection, *rows)
        self._shown = rows


def in_memory(site: Callable[[], IgnitionState]) -> Engine:
    """Return an engine whose every connection sees the site as it is at that moment.

    Args:
        site: Returns the site's present state, which a world may exchange.
    """

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        state = site()
        _fill(connection, _consumption(state), _stock(state))
        connection.execute("PRAGMA query_only = ON")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _fill(connection: sqlite3.Connection, consumption: Rows, stock: Rows) -> None:
    with connection:
        _replace(connection, "consumption", _CONSUMPTION, consumption)
        _replace(connection, "line_stock", _STOCK, stock)


def _replace(
    connection: sqlite3.Connection, name: str, columns: tuple[str, ...], rows: Rows
) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    named = ", ".join(f":{column}" for column in columns)
    connection.execute(f'CREATE TABLE IF NOT EXISTS "site_{name}" ({listed})')
    connection.execute(
        f'CREATE VIEW IF NOT EXISTS "concord_{name}" AS SELECT {listed} FROM "site_{name}"'
    )
    connection.execute(f'DELETE FROM "site_{name}"')
    connection.executemany(f'INSERT INTO "site_{name}" ({listed}) VALUES ({named})', rows)


def _consumption(state: IgnitionState) -> Rows:
    return [
        {
            "number": document.number,
            "line": position,
            "posting_date": wire.day(document.posting_date),
            "reported_at": wire.moment(document.entered_at),
            "reference": wire.key(document.reference),
            "text": document.header_text,
            "reverses": document.reverses,
            "reversed_by": document.reversed_by,
            "kind": wire.KINDS[line.type],
            "material": line.material,
            "plant": line.plant,
            "quantity": f"{line.quantity.amount:f}",
            "unit": wire.unit_name(line.quantity.unit),
            "location": line.location,
            "batch": line.batch,
            "order_number": line.order,
            "operation": line.operation,
            "reservation": line.reservation,
            "item": line.item,
            "to_location": line.to_location,
            "to_batch": line.to_batch,
            "cost_center": line.cost_center,
            "reason": line.reason,
            "line_text": line.text,
        }
        for document in tuple(state.documents.values())
        for position, line in enumerate(document.lines, start=1)
    ]


def _stock(state: IgnitionState) -> Rows:
    return [
        {
            "plant": line.plant,
            "material": line.material,
            "location": line.location,
            "stock_type": line.type.value,
            "quantity": f"{line.quantity.amount:f}",
            "unit": wire.unit_name(line.quantity.unit),
            "batch": line.batch,
            "special": line.special,
        }
        for line in tuple(state.stock.values())
        if line.quantity
    ]
