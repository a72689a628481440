"""Rows written and read as a set: one statement for all of them, and no object for any.

Where signals come by the hundred, making an object of each row takes longer than writing it; and so
does putting a statement together, where it is short. Those that every signal needs are made once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, insert, inspect
from sqlalchemy.orm import Session

from agent.records.tables import Row


def insert_all(session: Session, kind: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, each with the same columns; a column that none names stays empty."""
    if rows:
        session.execute(_insert_into(table_of(kind)), [dict(row) for row in rows])


def table_of(kind: type[Row]) -> Table:
    """Return the table of a kind of row: what is read by it comes as plain values."""
    return cast(Table, inspect(kind).local_table)


@cache
def _insert_into(table: Table) -> Insert:
    return insert(table)
