"""A plant with a case that waits, people with accounts, and their browsers."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.foreground import settle
from agent.records import accounts, sessions
from agent.records.accounts import Rights
from agent.records.gates import Collected
from agent.records.sessions import Holder
from agent.records.tracing import Trace
from agent.service.application import application
from tests.agent.dispatch.deficits import (
    concord,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tools.sandbox.world import World

PASSWORD = "one rainy tuesday"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Floor:
    """Concord on a plant where one case waits for a person."""

    machinery: Machinery
    case: str
    remedy: str
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def account(self, name: str, *roles: Role, plants: list[str] | None = None) -> None:
        at = self.machinery.context.clock()
        with self.machinery.database.write() as session:
            accounts.add(session, name, Rights(roles, plants), "test", at)
            accounts.set_password(session, name, PASSWORD, "test", at)

    async def browser(self, language: str = "en") -> httpx.AsyncClient:
        """Open a browser that nobody has signed in with."""
        app = application(self.machinery, Collected())
        return await self.stack.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://localhost",
                headers={"Accept": "text/html", "Accept-Language": language},
                follow_redirects=True,
            )
        )

    async def signed_in(
        self, name: str, *roles: Role, language: str = "en", plants: frozenset[str] | None = None
    ) -> httpx.AsyncClient:
        """Open a browser that somebody is signed in with."""
        browser = await self.browser(language)
        holder = Holder(name, frozenset(roles), plants, language, local=False)
        with self.machinery.database.write() as session:
            opened = sessions.begin(session, holder, "test", self.machinery.context.clock())
        browser.cookies.set("concord_session", opened.token)
        return browser


async def csrf_of(browser: httpx.AsyncClient) -> str:
    """Return what a form of this session must carry."""
    found = CSRF.search((await browser.get("/account")).text)
    assert found is not None
    return found.group(1)


@dataclass(frozen=True)
class Prepared:
    """A home folder with a case that waits, and the world it is about."""

    home: Path
    plants: Path
    world: World
    case: str
    remedy: str


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Let a case come about once; each test works on a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    return asyncio.run(_prepared(folder))


async def _prepared(folder: Path) -> Prepared:
    world = new_world()
    plants = plant_files(folder / "plants", alone=False)
    settings = settings_of(folder / "home", plants)
    async with concord(settings, wires_of(world)) as machinery:
        [deficit] = await run_dry(world, machinery.plants["1010"], takable(world)[:1])
        trace = await settle(machinery, deficit.raw, 60)
    assert isinstance(trace, Trace)
    return Prepared(settings.home, plants, world, trace.case.id, trace.case.remedy_hash or "")


@pytest.fixture
async def floor(prepared: Prepared, tmp_path: Path) -> AsyncIterator[Floor]:
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    settings = settings_of(home, prepared.plants)
    async with AsyncExitStack() as stack:
        machinery = await stack.enter_async_context(concord(settings, wires_of(prepared.world)))
        floor = Floor(machinery, prepared.case, prepared.remedy)
        await stack.enter_async_context(floor.stack)
        yield floor
