"""Rows written as a set: one statement for all of them, and no object for any.

Where signals come by the hundred, making an object of each row takes longer than writing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, insert, inspect
from sqlalchemy.orm import Session

from agent.records.tables import Row


def insert_all(session: Session, kind: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, each with the same columns; a column that none names stays empty."""
    if rows:
        table = cast(Table, inspect(kind).local_table)
        session.execute(insert(table), [dict(row) for row in rows])
