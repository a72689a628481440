from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from agent.reasoning.chat.conversation import Talk
from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from agent.settings import Settings
from tests.agent.chat.desk import NOW, Desk, desk
from tools.sandbox.opening import opened
from tools.sandbox.world import World

Opening = Callable[[Talk | None], AbstractAsyncContextManager[Desk]]
Spoken = Callable[[Settings], AbstractAsyncContextManager[Desk]]


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, to be copied: that is faster than making each anew."""
    folder = tmp_path_factory.mktemp("empty")
    database = Database.of_home(folder)
    upgrade(database.engine)
    database.dispose()
    return folder / FILE


@pytest.fixture(scope="session")
def shared_world() -> World:
    """A plant as it is opened, for everybody who only looks."""
    return opened(7, NOW)


@pytest.fixture
async def plain(empty_records: Path, shared_world: World, tmp_path: Path) -> AsyncGenerator[Desk]:
    """A desk without a model."""
    async with desk(tmp_path / "home", empty_records, shared_world) as opened:
        yield opened


@pytest.fixture
def talking(empty_records: Path, shared_world: World, tmp_path: Path) -> Opening:
    """Opens a desk with a model to talk to."""
    return lambda talk: desk(tmp_path / "home", empty_records, shared_world, talk)


@pytest.fixture
def spoken(empty_records: Path, shared_world: World, tmp_path: Path) -> Spoken:
    """Opens a desk with the model that settings name."""
    return lambda settings: desk(tmp_path / "home", empty_records, shared_world, None, settings)
