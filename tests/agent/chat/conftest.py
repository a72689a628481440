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
from tools.sandbox.template import Template

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
def opened_plant() -> Template:
    """A plant as it is opened, for everybody to have one alike."""
    return Template(opened(7, NOW))


@pytest.fixture
async def plain(
    empty_records: Path, opened_plant: Template, tmp_path: Path
) -> AsyncGenerator[Desk]:
    """A desk without a model."""
    async with desk(tmp_path / "home", empty_records, opened_plant) as opened:
        yield opened


@pytest.fixture
def talking(empty_records: Path, opened_plant: Template, tmp_path: Path) -> Opening:
    """Opens a desk with a model to talk to."""
    return lambda talk: desk(tmp_path / "home", empty_records, opened_plant, talk)


@pytest.fixture
def spoken(empty_records: Path, opened_plant: Template, tmp_path: Path) -> Spoken:
    """Opens a desk with the model that settings name."""
    return lambda settings: desk(tmp_path / "home", empty_records, opened_plant, None, settings)
