"""The database that holds the records: SQLite in a file, or PostgreSQL by its address.

There is one writer at a time on both. It makes sequences gapless, gates exclusive and the audit a
chain without a word about isolation anywhere else, and costs nothing that the commit does not cost
already. Readers never wait for it.

What is written is somebody's words, so no error repeats it: errors end up in logs and messages.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

FILE = "concord.db"
BUSY_TIMEOUT_MS = 30_000
CACHE_KIB = 256
"""What a connection to SQLite keeps of the file for itself; the system keeps it for all of them."""

WRITERS_LOCK = 0x434F4E43
"""The key of PostgreSQL's advisory lock that a writer holds until it commits."""

KEEPALIVES = {"idle": 5, "interval": 3, "count": 3}
"""After so many seconds of silence, and so many tries, the other end's machine is gone: 14 s."""

_WRITING: ContextVar[str | None] = ContextVar("writing", default=None)


class NestedWrite(RuntimeError):
    """A write was begun inside another and would wait for itself; a developer reacts."""


class Database:
    """One database; opens nothing before it is first used.

    Args:
        url: A database address, such as ``sqlite:///concord.db`` or ``postgresql://host/name``.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.drivername in {"postgres", "postgresql"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self._parsed = parsed
        # This process's writers stand in line here: SQLite lets them sleep and ask again and again,
        # and PostgreSQL lets each hold a connection that readers want.
        self._line = Lock()

    @classmethod
    def of_home(cls, home: Path, url: str | None = None) -> Database:
        """Return the database an address names, else the file in the folder for local state."""
        return cls(url or f"sqlite:///{home / FILE}")

    @property
    def url(self) -> str:
        """The address, password included, with the driver Concord uses."""
        return self._parsed.render_as_string(hide_password=False)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._parsed.get_backend_name()

    @cached_property
    def engine(self) -> Engine:
        """The engine; a transaction begun on it directly is a reader's."""
        if self.dialect == "sqlite":
            return _sqlite(self._parsed.database, self.url)
        noticing = _noticing(self._parsed)
        engine = create_engine(
            self._parsed, pool_pre_ping=True, connect_args=noticing, hide_parameters=True
        )
        event.listen(engine, "handle_error", _shorten)
        return engine

    @cached_property
    def _writing(self) -> Engine:
        return self.engine.execution_options(concord_writes=True)

    @contextmanager
    def write(self) -> Generator[Session]:
        """Begin a writing transaction: commit at the end, roll back on any error.

        Raises:
            NestedWrite: This thread of work is inside a write already.
        """
        if _WRITING.get() == self.url:
            raise NestedWrite("a write inside a write would wait for itself")
        mark = _WRITING.set(self.url)
        try:
            with (
                self._line,
                Session(self._writing, expire_on_commit=False) as session,
                session.begin(),
            ):
                if self.dialect == "postgresql":
                    session.connection().exec_driver_sql(
                        f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})"
                    )
                yield session
        finally:
            _WRITING.reset(mark)

    @contextmanager
    def read(self) -> Generator[Session]:
        """Begin a reading transaction, which waits for no writer."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close all connections; what a thread still holds, once it lets go of it."""
        if "engine" in self.__dict__:
            event.listen(self.engine, "checkin", _let_go)
            self.engine.dispose()


def _noticing(url: URL) -> dict[str, Any]:
    """Return by what both ends of a connection notice that the other one's machine is gone.

    A process that dies closes its connections; a machine that loses power, or its network, does
    not. Until the server noticed, it would keep that machine's locks, and nobody could write.
    """
    gone = {f"keepalives_{name}": value for name, value in KEEPALIVES.items()}
    at_the_server = [f"-c tcp_{name}={value}" for name, value in gone.items()]
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    millis = 1000 * (KEEPALIVES["idle"] + KEEPALIVES["interval"] * KEEPALIVES["count"])
    return {
        **gone,
        "tcp_user_timeout": millis,
        "options": " ".join(filter(None, [options, *at_the_server])),
    }


def _let_go(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.invalidate()


def _shorten(context: ExceptionContext) -> None:
    """Leave of an error its first line: in further ones the server repeats the row it refused."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error).partition("\n")[0], *error.args[1:])


def _sqlite(path: str | None, url: str) -> Engine:
    if path and path != ":memory:" and not path.startswith("file:"):
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """Leave transactions to us; make every commit survive a power failure."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Take the write lock first, not when the first row is written: a late one cannot wait."""
    writes = connection.get_execution_options().get("concord_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
