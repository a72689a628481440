"""DBOS's inserts on SQLite, compiled once.

SQLAlchemy keeps no compiled form of an insert with ``ON CONFLICT``. For PostgreSQL DBOS keeps them
itself, by table and columns; on SQLite it has two compiled for every workflow that is enqueued,
which took longer than all else that is written for a signal. So what it is about to execute on our
connection is replaced by its own text, kept the same way. What reaches the database is unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from sqlalchemy import JSON, Connection, Engine, TextClause, bindparam, event, text
from sqlalchemy.dialects import sqlite

BEFORE = "before_execute"
TABLES = frozenset({"workflow_status", "workflow_input"})
SPEAKS_OF_NOTHING = JSON
"""For such a column None is a value of its own; in all others it is NULL."""

_KNOWN: dict[tuple[str, tuple[str, ...], tuple[str, ...]], TextClause] = {}


def compile_once(engine: Engine) -> None:
    """Keep the compiled form of what DBOS inserts by way of an engine of ours."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, BEFORE, replaced):
        event.listen(engine, BEFORE, replaced, retval=True)


def replaced(
    connection: Connection,
    statement: Any,
    many: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    _options: Mapping[str, Any],
) -> tuple[Any, Sequence[Mapping[str, Any]], Mapping[str, Any]]:
    """Return what is executed: DBOS's insert as text, anything else as it is."""
    if not (isinstance(statement, sqlite.Insert) and statement.table.name in TABLES and values):
        return statement, many, values
    columns = statement.table.c
    given = {
        name: value
        for name, value in values.items()
        if value is not None or isinstance(columns[name].type, SPEAKS_OF_NOTHING)
    }
    key = statement.table.name, tuple(values), tuple(given)
    if key not in _KNOWN:
        _KNOWN[key] = _text(connection, statement, values.keys(), given.keys())
    return _KNOWN[key], many, given


def _text(
    connection: Connection, statement: sqlite.Insert, names: Set[str], given: Set[str]
) -> TextClause:
    """Return an insert as its text: what is not given stands there as NULL."""
    dialect = sqlite.dialect(paramstyle="named")
    dialect.default_schema_name = connection.dialect.default_schema_name
    schemas = connection.get_execution_options().get("schema_translate_map")
    compiled = statement.compile(
        dialect=dialect,
        column_keys=list(names),
        schema_translate_map=schemas,
        render_schema_translate=schemas is not None,
    )

    def spelt(found: re.Match[str]) -> str:
        return "NULL" if found.group(1) in names - given else found.group()

    binds = [bindparam(name, type_=compiled.binds[name].type) for name in given]
    return text(re.sub(r":(\w+)", spelt, str(compiled))).bindparams(*binds)
