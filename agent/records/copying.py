"""Copying the records into another database, every value as it lies there.

Rows are not read as what they mean and written anew: text stays text, digit for digit, so the
audit's hashes hold. What was copied is proved by a sum over every row of every table on both sides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from agent.records.all_tables import metadata
from agent.records.columns import Moment

AT_ONCE = 500


def counts(session: Session) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in _tables()
    }


def copy(source: Session, target: Session) -> dict[str, int]:
    """Copy all rows, those first that others point at; return how many of each table."""
    copied = dict[str, int]()
    for table in _tables():
        copied[table.name] = 0
        for some in _chunks(source, table):
            target.execute(insert(table), some)
            copied[table.name] += len(some)
    _count_on(target.connection())
    return copied


def sums(session: Session) -> dict[str, str]:
    """Return one sum over all values of each table, whatever order its rows lie in."""
    return {table.name: _sum(session, table) for table in _tables()}


def _sum(session: Session, table: Table) -> str:
    total = 0
    for some in _chunks(session, table):
        for row in some:
            said = repr(sorted(row.items())).encode("utf-8", "surrogatepass")
            total += int.from_bytes(hashlib.sha256(said).digest(), "big")
    return f"{total % 2**256:064x}"


def _chunks(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows = session.execute(select(table).execution_options(yield_per=AT_ONCE))
    for some in rows.mappings().partitions():
        yield [dict(row) for row in some]


def _tables() -> Sequence[Table]:
    """Return the tables with columns that leave values alone."""
    return [
        Table(
            table.name,
            MetaData(),
            *(Column(column.name, _plain(column.type)) for column in table.columns),
        )
        for table in metadata.sorted_tables
    ]


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type under a type; only moments stay, for databases write them differently."""
    if isinstance(kind, TypeDecorator) and not isinstance(kind, Moment):
        return kind.impl_instance
    return kind


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that came with a number."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        own = [column for column in table.primary_key.columns if column.autoincrement is not False]
        if len(own) != 1 or own[0].type.python_type is not int:
            continue
        name = own[0].name
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{name}'), "
                f"(SELECT max({name}) FROM {table.name}))"
                f" WHERE EXISTS (SELECT 1 FROM {table.name})"
            )
        )
