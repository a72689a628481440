"""Where the index lies: in a folder of this process, or on a Chroma server that workers share.

A folder belongs to one process, the one that holds its lock; two writers lose entries without an
error. A server may be asked by many.
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from tools.secrecy import Secrets

HTTP, HTTPS = 80, 443
CACHE_PAGES = 64
"""So much of its database each of Chroma's connections keeps: 256 KiB, not 2 MB."""

SECONDS = 10.0
"""So long a server may take to answer; then a case is judged without precedents."""

TOLD = 300
"""So much of what a server answers in error is shown."""


class IndexUnusable(Exception):
    """The index cannot be used as it is; the integrator reindexes, or asks the service.

    ``held`` says that another process owns the folder: the index itself may be in order.
    """

    def __init__(self, why: str, *, held: bool = False) -> None:
        super().__init__(why)
        self.held = held


class Place(Protocol):
    """Where Chroma keeps its collections."""

    def open(self) -> Any:
        """Return a client.

        Raises:
            IndexUnusable: There is none to be had just now.
        """
        ...

    def said(self, error: Exception) -> str:
        """Return what went wrong in Chroma, as it may be shown."""
        ...

    def close(self) -> None:
        """Let go of what opening took."""
        ...


class Folder:
    """A folder of this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: IO[str] | None = None

    def open(self) -> Any:
        """Take the folder's lock, and open it."""
        self._lock = self._locked()
        from chromadb import PersistentClient

        self._spare_memory()
        return PersistentClient(str(self._folder), _quiet())

    def said(self, error: Exception) -> str:
        """Return it as it is."""
        return str(error)

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            self._lock.close()
        self._lock = None

    def _spare_memory(self) -> None:
        """Note in its database what a connection keeps: SQLite heeds it, Chroma cannot be told.

        A file that cannot take it is for Chroma to speak about.
        """
        file = self._folder / "chroma.sqlite3"
        with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as database, database:
            database.execute(f"PRAGMA default_cache_size = {CACHE_PAGES}")

    def _locked(self) -> IO[str]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (self._folder / "owner.lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise IndexUnusable(
                "another process holds the precedents' index; stop it, or ask the service",
                held=True,
            ) from error
        return lock


class Server:
    """A Chroma server. ``key`` goes with each request as a bearer token.

    Chroma's client waits for ever, and leaves its connections open; both are put right here.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        self._url, self._key = url, key
        self._sessions = list[Any]()

    def open(self) -> Any:
        """Connect."""
        from chromadb import HttpClient

        at = urlsplit(self._url)
        secure = at.scheme == "https"
        try:
            client: Any = HttpClient(
                host=at.hostname or "",
                port=at.port or (HTTPS if secure else HTTP),
                ssl=secure,
                headers={"Authorization": f"Bearer {self._key}"} if self._key else None,
                settings=_quiet(),
            )
        except ValueError as error:
            said = f"the Chroma server at {at.hostname} cannot be reached: {self.said(error)}"
            raise IndexUnusable(said) from None
        for one in (client, client._admin_client):
            session = one._server._session  # not to be had otherwise
            session.timeout = SECONDS
            self._sessions.append(session)
        return client

    def said(self, error: Exception) -> str:
        """Return how it begins, without our key: who breaks may repeat what it was sent."""
        return Secrets((self._key,) if self._key else ()).out_of(str(error))[:TOLD]

    def close(self) -> None:
        """Close the connections."""
        while self._sessions:
            self._sessions.pop().close()


def failures() -> tuple[type[Exception], ...]:
    """Return what Chroma, and the way to it, may raise; asked once something was raised."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    return ChromaError, HTTPError, OSError


def _quiet() -> Any:
    """Return settings that tell nobody anything."""
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)
