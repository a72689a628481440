"""What DBOS writes to start workflows, written as sets: one statement a table, however many start.

DBOS writes two rows for a workflow, one after the other, by statements that SQLAlchemy compiles
anew every time: that took longer than all else that is written for a signal. So it is given a
``Listener`` in place of the connection, which keeps what it would execute. What is kept is then
executed by DBOS's own statements, compiled once, each for all of its rows. What reaches the
database is unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self, cast

from sqlalchemy import Connection, Dialect, Insert
from sqlalchemy.orm import Session

Values = Mapping[str, Any]
Key = tuple[str, tuple[str, ...]]


class Listener:
    """Stands for a connection, as far as DBOS needs one to start a workflow."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.options = dict[str, Any]()
        self.said = dict[Key, tuple[Insert, list[Values]]]()

    def get_execution_options(self) -> Mapping[str, Any]:
        """Return what is to be known when statements are executed."""
        return self.options

    def execution_options(self, **options: Any) -> Self:
        """Let something be known when statements are executed: where DBOS's tables lie."""
        self.options |= options
        return self

    def execute(self, statement: Insert, values: Values) -> Self:
        """Keep what is to be written."""
        key = statement.table.name, tuple(values)
        self.said.setdefault(key, (statement, []))[1].append(values)
        return self

    def fetchone(self) -> None:
        """Return no row: whether a workflow is known already, the database finds when it writes.

        DBOS would only see whether it bears another function's name; ours all bear the same.
        """


@dataclass(frozen=True)
class _Prepared:
    """A statement compiled, and what turns values into what the driver takes."""

    sql: str
    order: tuple[str, ...] | None
    spelt: Mapping[str, Callable[[Any], Any]]

    def row(self, values: Values) -> Any:
        """Return one row as the driver takes it: by place, or by name."""
        row = {**values, **{name: spell(values[name]) for name, spell in self.spelt.items()}}
        return row if self.order is None else tuple(row[name] for name in self.order)


class Sets:
    """Writes what DBOS says to one database, and remembers how."""

    def __init__(self) -> None:
        self._known = dict[Key, _Prepared]()

    @contextmanager
    def written(self, session: Session) -> Generator[Connection]:
        """Yield what DBOS takes for the session's connection; in the end all is written to that."""
        connection = session.connection()
        listener = Listener(connection.dialect)
        yield cast(Connection, listener)
        for key, (statement, rows) in listener.said.items():
            if key not in self._known:
                self._known[key] = _prepared(listener, statement, rows[0])
            known = self._known[key]
            connection.exec_driver_sql(known.sql, [known.row(values) for values in rows])


def _prepared(listener: Listener, statement: Insert, values: Values) -> _Prepared:
    dialect, schemas = listener.dialect, listener.options.get("schema_translate_map")
    compiled = statement.compile(
        dialect=dialect,
        column_keys=list(values),
        schema_translate_map=schemas,
        render_schema_translate=schemas is not None,
    )
    found = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    }
    spelt = {name: spell for name, spell in found.items() if spell is not None}
    order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
    return _Prepared(str(compiled), order, spelt)
