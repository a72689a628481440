"""A service on a plant, people with accounts, and a small resource and page of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Request, Response

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.records import accounts, keys, sessions
from agent.records.accounts import Rights
from agent.records.gates import Collected
from agent.records.sessions import Holder, Opened
from agent.service.application import application
from agent.service.who.door import Admitted
from agent.service.who.needs import needs, page_needs, visitor
from agent.service.who.signing import remember, sign_in, sign_in_by_link, sign_out
from agent.service.who.visitor import Visitor
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tools.sandbox.world import World

PASSWORD = "one rainy tuesday"


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
async def machinery(tmp_path: Path, world: World) -> AsyncIterator[Machinery]:
    plants = plant_files(tmp_path / "plants", alone=False)
    settings = settings_of(tmp_path / "home", plants)
    async with concord(settings, wires_of(world)) as machinery:
        yield machinery


@pytest.fixture
def app(machinery: Machinery) -> FastAPI:
    made = application(machinery, Collected())
    _with_a_door_of_its_own(made)
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        yield client


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """Return new browsers, each with a cookie jar of its own."""
    async with AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = [
            await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
            )
            for _ in range(4)
        ]
        yield opened.pop


def account(machinery: Machinery, name: str, *roles: Role, plants: list[str] | None = None) -> None:
    """Make an account with a password."""
    at = machinery.context.clock()
    with machinery.database.write() as session:
        accounts.add(session, name, Rights(roles, plants), "test", at)
        accounts.set_password(session, name, PASSWORD, "test", at)


def key(
    machinery: Machinery, *scopes: Deed, plants: list[str] | None = None, name: str = "line"
) -> dict[str, str]:
    """Make a key and return the header that carries it."""
    purpose = keys.Purpose(name, [scope.value for scope in scopes], plants)
    with machinery.database.write() as session:
        _, text = keys.add(session, purpose, "test", machinery.context.clock())
    return {"Authorization": f"Bearer {text}"}


def session_of(
    machinery: Machinery, name: str, *roles: Role, plants: frozenset[str] | None = None
) -> Opened:
    """Sign somebody in without a word."""
    holder = Holder(name, frozenset(roles), plants, "en", local=False)
    with machinery.database.write() as session:
        return sessions.begin(session, holder, "test", machinery.context.clock())


def _with_a_door_of_its_own(app: FastAPI) -> None:
    """Add what pages do with the functions of the door, and one guarded thing of each kind."""

    @app.post("/test/sign-in")
    async def signing_in(request: Request, response: Response) -> str:
        form = await request.form()
        opened = await sign_in(request, str(form["name"]), str(form["password"]))
        remember(request, response, opened)
        return opened.csrf

    @app.post("/test/sign-in/link")
    async def by_link(request: Request, response: Response, token: str) -> str:
        opened = await sign_in_by_link(request, token)
        remember(request, response, opened)
        return opened.csrf

    @app.post("/test/sign-out")
    async def signing_out(
        request: Request, response: Response, who: Annotated[Visitor, Depends(visitor)]
    ) -> str:
        await sign_out(request, response)
        return who.name

    @app.get("/test/cases")
    @app.post("/test/cases")
    async def cases(who: Annotated[Admitted, Depends(needs(Deed.READ_CASES))]) -> dict[str, object]:
        return {"name": who.name, "plants": sorted(who.plants), "whole": who.whole}

    @app.get("/test/page")
    async def page(who: Annotated[Admitted, Depends(page_needs(Deed.READ_CASES))]) -> str:
        return who.name
