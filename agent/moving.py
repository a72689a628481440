"""Moving the records from a SQLite file to PostgreSQL, once, with nothing lost on the way.

Only the records go. Which turns run and where the graph's threads stand is worked out from them, as
after a crash: the first worker finds turns that no workflow runs and starts them again, and a
thread that is gone is planned anew, taking over what is pinned.

Everything is copied in one transaction, so what is broken off has not begun, and can be run again.
The file is closed for writing as soon as its copy is proved: whoever still runs on it can change
nothing that the new database would not know.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from agent.dispatch.enqueue import DurableEnqueuer
from agent.dispatch.owner import owning
from agent.records.audit import AuditTrail
from agent.records.copying import copy, counts, sums
from agent.records.database import WRITERS_LOCK, Database
from agent.records.guards import close
from agent.records.migrations import MOVED, VERSION_TABLE, upgrade
from agent.records.seal import Seal

MOVER = "migrate"
_WORKERS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
    "WHERE datname = current_database() AND locktype = 'advisory' AND granted "
    "AND classid = :ours AND objsubid = 2"
)


class CannotMove(Exception):
    """The records stay where they are; the integrator reads why."""


@dataclass(frozen=True)
class Moved:
    """What was moved: rows of each table, and entries of the audit among them."""

    rows: Mapping[str, int]
    again: bool

    @property
    def entries(self) -> int:
        """Entries of the audit."""
        return self.rows["audit"]


def prepare(database: Database) -> None:
    """Bring a database up to date: tables of the records, and those of DBOS."""
    upgrade(database.engine)
    DurableEnqueuer(database).close()


def move(source: Database, target: Database, home: Path) -> Moved:
    """Move all records into an empty database, and close the file they came from.

    Args:
        source: The SQLite file.
        target: A PostgreSQL database.
        home: The folder of local state: its lock, and the checkpoints the audit is held to.

    Raises:
        CannotMove: Somebody works on either of them, the target is not empty, or the audit of the
            source does not hold.
        CannotRun: A worker runs on the folder.
        Moved: They were moved before.
    """
    if (source.dialect, target.dialect) != ("sqlite", "postgresql"):
        raise CannotMove("records are moved from a SQLite file to PostgreSQL")
    with _at_rest(source, target, home):
        upgrade(source.engine)
        prepare(target)
        _sound(source, home, "the file")
        with source.write() as old, target.write() as new:
            moved = _copied(old, new)
            _close(old)  # committed after the copy is: there is no moment without records
        _sound(target, home, "the copy")
    return moved


@contextmanager
def _at_rest(source: Database, target: Database, home: Path) -> Generator[None]:
    """Keep workers away, of both."""
    file = Path(source.engine.url.database or "")
    with ExitStack() as held:
        for folder in {home.resolve(), file.resolve().parent}:
            held.enter_context(owning(folder, MOVER))
        with target.read() as session:
            if session.scalar(_WORKERS, {"ours": WRITERS_LOCK}):
                raise CannotMove("a worker runs on the database they are to go to; stop it first")
        yield


def _copied(old: Session, new: Session) -> Moved:
    """Copy, and prove it; a target that holds exactly these records already is proved as well."""
    found = counts(new)
    again = any(found.values())
    rows = found if again else copy(old, new)
    if counts(old) != counts(new) or sums(old) != sums(new):
        raise CannotMove(
            "the database they are to go to holds other records; give it an empty one"
            if again
            else "the copy is not the same; nothing was kept of it"
        )
    return Moved(rows, again)


def _sound(database: Database, home: Path, what: str) -> None:
    findings = AuditTrail(database, Seal(home)).verify()
    if findings:
        first = findings[0]
        raise CannotMove(
            f"the audit of {what} does not hold: entry {first.sequence}: {first.what} "
            "(concord audit verify)"
        )


def _close(session: Session) -> None:
    close(session.connection())
    session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :moved"), {"moved": MOVED})
