"""The buffer: signals on disk at the plant, in their order, until the core has them.

A signal is on disk (``synchronous=FULL``) before anybody is told so, and goes only after the core
has said what became of it. What the core refuses for good is a dead letter here, with its reason;
it leaves its lane, so that what comes after it goes on.

The file has an end. Long before the disk is full, and once the file has reached its size, a signal
is refused, and whoever sent it keeps it: a buffer that fails silently would lose what it took.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

FILE = "edge.db"
BUSY_SECONDS = 30.0
FREE_BYTES = 32 * 1024 * 1024
"""So much of the disk is left alone, for whoever has to tidy up."""

ROW_BYTES = 600
"""What a signal takes beside its body: its name, its lane, and its places in two indexes."""

HEADROOM = 1.25
"""The file may outgrow its limit by this much: marking what was refused takes room as well."""

_TABLES = """
CREATE TABLE IF NOT EXISTS held (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    signal TEXT NOT NULL,
    lane TEXT NOT NULL,
    body BLOB NOT NULL,
    sender TEXT NOT NULL,
    correlation TEXT,
    held_at TEXT NOT NULL,
    status INTEGER,
    reason TEXT,
    UNIQUE (source, signal)
);
CREATE INDEX IF NOT EXISTS held_lanes ON held (lane, place) WHERE status IS NULL;
CREATE INDEX IF NOT EXISTS held_letters ON held (place) WHERE status IS NOT NULL;
"""


class Full(Exception):
    """There is no room; the sender keeps the signal, and whoever runs the edge mends the line."""


class NoSuchLetter(LookupError):
    """No dead letter has this number; whoever asked is told."""


@dataclass(frozen=True)
class Incoming:
    """A signal on its way in. With a ``reason`` it is kept as a dead letter from the first."""

    source: str
    signal: str
    lane: str
    body: bytes
    sender: str
    correlation: str | None = None
    status: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Kept:
    """Where a signal lies; ``again`` means that it lay there already."""

    place: int
    again: bool = False


@dataclass(frozen=True)
class Held:
    """A signal that waits for the core."""

    place: int
    lane: str
    body: bytes
    correlation: str | None


@dataclass(frozen=True)
class Letter:
    """A signal the core, or the edge itself, refused for good."""

    number: int
    source: str
    signal: str
    sender: str
    held_at: datetime
    status: int
    reason: str
    body: str


@dataclass(frozen=True)
class Figures:
    """How full it is."""

    waiting: int
    oldest: datetime | None
    letters: int
    used: int
    limit: int


class Buffer:
    """The signals of one edge.

    Args:
        folder: The folder of local state.
        limit: Bytes the file may have.
        clock: Tells the time.
        free: Tells how many bytes of the disk are free.
    """

    def __init__(
        self,
        folder: Path,
        limit: int,
        clock: Callable[[], datetime],
        free: Callable[[Path], int] | None = None,
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._limit, self._clock = folder, limit, clock
        self._free = free or _free_bytes
        self._line = Lock()
        self._connection = sqlite3.connect(
            folder / FILE, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        (folder / FILE).chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_TABLES)
        [page] = self._one("PRAGMA page_size")
        self._page: int = page
        self._connection.execute(f"PRAGMA max_page_count={int(limit * HEADROOM) // page}")

    def close(self) -> None:
        """Let go of the file."""
        with self._line:
            self._connection.close()

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        """Write signals down, all or none; when this returns they survive a power cut.

        One that was refused before and is sent again, mended, waits at the end of its lane.

        Raises:
            Full: There is no room for them.
        """
        with self._writing():
            self._room(sum(len(one.body) + ROW_BYTES for one in incoming))
            return [self._keep(one) for one in incoming]

    def heads(self, most: int, but: Collection[str] = ()) -> list[Held]:
        """Return the first signal of each lane, the oldest first, except for some lanes."""
        rows = self._all(
            "SELECT held.place, held.lane, held.body, held.correlation FROM held JOIN ("
            "SELECT min(place) AS place FROM held WHERE status IS NULL GROUP BY lane"
            ") AS first USING (place) ORDER BY held.place LIMIT ?",
            (most + len(but),),
        )
        return [Held(*row) for row in rows if row[1] not in but][:most]

    def delivered(self, places: Sequence[int]) -> None:
        """Let signals go that the core has."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM held WHERE place = ?", [(one,) for one in places])

    def bury(self, place: int, status: int, reason: str) -> None:
        """Keep a signal as a dead letter: the core will never take it."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE held SET status = ?, reason = ? WHERE place = ?", (status, reason, place)
            )

    def letters(self) -> list[Letter]:
        """Return the dead letters, the oldest first."""
        rows = self._all(
            "SELECT place, source, signal, sender, held_at, status, reason, body FROM held "
            "WHERE status IS NOT NULL ORDER BY place"
        )
        return [_letter(row) for row in rows]

    def replay(self, number: int) -> int:
        """Let a dead letter wait for the core once more, at the end; return its new number.

        Raises:
            NoSuchLetter: There is none.
        """
        with self._writing() as connection:
            found = connection.execute(
                "DELETE FROM held WHERE place = ? AND status IS NOT NULL "
                "RETURNING source, signal, lane, body, sender, correlation",
                (number,),
            ).fetchone()
            if found is None:
                raise NoSuchLetter(f"there is no dead letter {number}")
            return self._insert(Incoming(*found))

    def discard(self, number: int) -> None:
        """Throw a dead letter away.

        Raises:
            NoSuchLetter: There is none.
        """
        with self._writing() as connection:
            gone = connection.execute(
                "DELETE FROM held WHERE place = ? AND status IS NOT NULL", (number,)
            )
            if not gone.rowcount:
                raise NoSuchLetter(f"there is no dead letter {number}")

    def figures(self) -> Figures:
        """Return how full it is."""
        waiting, oldest = self._one("SELECT count(*), min(held_at) FROM held WHERE status IS NULL")
        [letters] = self._one("SELECT count(*) FROM held WHERE status IS NOT NULL")
        since = datetime.fromisoformat(oldest) if oldest else None
        return Figures(waiting, since, letters, self._used(), self._limit)

    def check(self) -> None:
        """Make sure that one more signal could be taken.

        Raises:
            Full: There is no room.
            sqlite3.Error: The file cannot be written.
        """
        with self._writing():
            self._room(ROW_BYTES)

    def _keep(self, one: Incoming) -> Kept:
        row = self._connection.execute(
            "SELECT place, status FROM held WHERE source = ? AND signal = ?",
            (one.source, one.signal),
        ).fetchone()
        if row is None:
            return Kept(self._insert(one))
        place, status = row
        if status is None or one.status is not None:
            return Kept(place, again=True)
        self._connection.execute("DELETE FROM held WHERE place = ?", (place,))
        return Kept(self._insert(one))

    def _insert(self, one: Incoming) -> int:
        made = self._connection.execute(
            "INSERT INTO held (source, signal, lane, body, sender, correlation, held_at, status, "
            "reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.source,
                one.signal,
                one.lane,
                one.body,
                one.sender,
                one.correlation,
                self._clock().isoformat(),
                one.status,
                one.reason,
            ),
        )
        return int(made.lastrowid or 0)

    def _room(self, wanted: int) -> None:
        if self._used() + wanted > self._limit:
            raise Full(f"the buffer holds {self._used()} of {self._limit} bytes")
        if self._free(self._folder) < FREE_BYTES + wanted:
            raise Full("the disk is nearly full")

    def _used(self) -> int:
        [pages], [free] = self._one("PRAGMA page_count"), self._one("PRAGMA freelist_count")
        return (pages - free) * self._page

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        with self._line:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()

    def _all(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._line:
            return self._connection.execute(query, parameters).fetchall()


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _letter(row: Any) -> Letter:
    number, source, signal, sender, held_at, status, reason, body = row
    text = body.decode("utf-8", "replace")
    at = datetime.fromisoformat(held_at)
    return Letter(number, source, signal, sender, at, status, reason, text)
