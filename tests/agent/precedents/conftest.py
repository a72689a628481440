from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.precedents.embedding import Hashing
from agent.precedents.index import ChromaIndex
from agent.precedents.precedents import Precedents
from agent.precedents.source import RecordedPrecedents
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.migrations import upgrade
from tools.sandbox.clock import SandboxClock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.of_home(tmp_path)
    upgrade(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def records(database: Database) -> CaseRecords:
    return CaseRecords(database, SandboxClock().now)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chroma"


@pytest.fixture
def index(folder: Path) -> Iterator[ChromaIndex]:
    index = ChromaIndex(folder, "two", 2)
    yield index
    index.close()


@pytest.fixture
def precedents(database: Database, folder: Path) -> Iterator[Precedents]:
    embedder = Hashing()
    index = ChromaIndex(folder, embedder.name, embedder.dimension)
    known = Precedents(RecordedPrecedents(database), index, embedder)
    yield known
    known.close()
