"""The audit's guards: triggers that refuse to change, delete or empty it.

Rebuilding a table on SQLite drops its triggers silently, so they are raised again after every
migration, and their presence is asserted at every start. Only a purge lowers one, for the length of
its transaction.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, text

TABLE = "audit"
REFUSAL = "the audit is append-only"

_SQLITE = {
    "audit_no_update": "UPDATE",
    "audit_no_delete": "DELETE",
}
_POSTGRESQL = {
    "audit_no_update": ("UPDATE OR DELETE", "ROW"),
    "audit_no_truncate": ("TRUNCATE", "STATEMENT"),
}


class Unguarded(RuntimeError):
    """Somebody has taken the audit's guards away; an operator verifies it before going on."""


MOVED = "the records were moved to another database"

_CLOSED = "audit_closed"


def close(connection: Connection) -> None:
    """Let nothing be written any more: every change of the records writes into the audit."""
    connection.execute(
        text(
            f"CREATE TRIGGER IF NOT EXISTS {_CLOSED} BEFORE INSERT ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{MOVED}'); END"
        )
    )


@contextmanager
def lowered(connection: Connection) -> Generator[None]:
    """Let a purge empty entries, within its transaction; nobody else ever sees the guard down."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER audit_no_update"))
        yield
        raise_guards(connection)
        return
    connection.execute(text(f"ALTER TABLE {TABLE} DISABLE TRIGGER audit_no_update"))
    yield
    connection.execute(text(f"ALTER TABLE {TABLE} ENABLE TRIGGER audit_no_update"))


def raise_guards(connection: Connection) -> None:
    """Put the guards up, whether or not they stand."""
    if connection.dialect.name == "sqlite":
        for name, event in _SQLITE.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
            )
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
    )
    for name, (event, level) in _POSTGRESQL.items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}"))
        connection.execute(
            text(
                f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} "
                f"FOR EACH {level} EXECUTE FUNCTION audit_refuse()"
            )
        )


def assert_guards(connection: Connection) -> None:
    """Make sure that the guards stand.

    Raises:
        Unguarded: One is missing or switched off.
    """
    if connection.dialect.name == "sqlite":
        wanted = set(_SQLITE)
        found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    else:
        wanted = set(_POSTGRESQL)
        found = text(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND tgenabled = 'O'"
        )
    missing = wanted - set(connection.execute(found, {"table": TABLE}).scalars())
    if missing:
        raise Unguarded(f"the audit is not guarded: {', '.join(sorted(missing))} missing")
