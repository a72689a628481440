"""Both databases, for real: SQLite in a file, and PostgreSQL."""

import shutil
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Answer, Role
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, Pin
from agent.records.database import FILE, Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from tests.agent.postgres import new_database
from tests.agent.records.copying import Asked, Bundle, Here
from tools.fakes.audit import FakeAuditCopies
from tools.fakes.desk import Desk
from tools.objects.reading import System
from tools.sandbox.clock import OPENING, SandboxClock


@pytest.fixture(scope="session")
def postgresql_with_tables(postgresql: str) -> Iterator[str]:
    """The name of a database with tables, to be copied: quicker than migrating each."""
    with new_database(postgresql) as url:
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
    with new_database(postgresql, postgresql_with_tables) as url:
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
def cases(database: Database, clock: SandboxClock, arriving: Callable[..., Arrived]) -> CaseRecords:
    """The records, which understand a signal that comes in once more as they did at first."""

    def reread(body: Any) -> Arrived:
        return arriving(body["id"])

    return CaseRecords(database, clock.now, reread=reread)


@pytest.fixture
def bundle(
    clock: SandboxClock,
    asked: Asked,
    arriving: Callable[..., Arrived],
    answering: Callable[..., Answered],
) -> Bundle:
    port = FakeAuditCopies(Desk(System.ERP, clock.now))
    return lambda database: Here(database, clock, asked, arriving, answering, port)


@pytest.fixture
def here(database: Database, bundle: Bundle) -> Here:
    return bundle(database)


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
