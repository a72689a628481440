"""Two web processes on one database are one service: what is made at one is good at the other."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.records.gates import Collected
from agent.service.application import application
from agent.service.who.signing import link_for
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tests.agent.pages.conftest import csrf_of
from tests.agent.service.conftest import PASSWORD, account
from tests.agent.service.waiting import waiting_case
from tools.sandbox.world import World


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture(params=["sqlite", "postgresql"])
async def both(
    request: pytest.FixtureRequest, tmp_path: Path, world: World
) -> AsyncIterator[tuple[Machinery, Machinery]]:
    """Two installations wired by themselves: on one machine, or on two around one server."""
    plants = plant_files(tmp_path / "plants", alone=False)
    url, homes = None, ("home", "home")
    if request.param == "postgresql":
        url, homes = request.getfixturevalue("empty_postgresql"), ("here", "there")
    async with AsyncExitStack() as stack:
        here, there = [
            await stack.enter_async_context(
                concord(settings_of(tmp_path / home, plants, url), wires_of(world))
            )
            for home in homes
        ]
        yield here, there


@pytest.fixture
async def sites(
    both: tuple[Machinery, Machinery],
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """A browser at each of them, as if it had met the one or the other by chance."""
    async with AsyncExitStack() as stack:
        here, there = [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(application(one, Collected())),
                    base_url="http://localhost",
                    headers={"Accept": "text/html"},
                    follow_redirects=True,
                )
            )
            for one in both
        ]
        yield here, there


async def test_who_signed_in_at_one_decides_at_the_other_with_a_form_of_the_first(
    both: tuple[Machinery, Machinery],
    sites: tuple[httpx.AsyncClient, httpx.AsyncClient],
    world: World,
) -> None:
    here, there = sites
    account(both[0], "clara", Role.CONTROLLER)
    case, remedy = await waiting_case(both[0], world)
    await here.post("/sign-in", data={"name": "clara", "password": PASSWORD, "next": "/"})
    there.cookies = here.cookies
    form = {"csrf": await csrf_of(here), "remedy": remedy, "answer": "approve"}
    assert (await there.post(f"/cases/{case}/decide", data=form)).status_code == 200
    assert (await here.post(f"/cases/{case}/decide", data=form)).status_code == 200
    with_another = {"answer": "reject", "remedy": remedy, "reason": "no"}
    headers = {"X-CSRF-Token": form["csrf"]}
    path = f"/v1/cases/{case}/decisions"
    late = await here.post(path, json=with_another, headers=headers)
    assert (late.status_code, late.json()["by"]) == (409, "clara")
    await there.post("/sign-out", data={"csrf": form["csrf"]})
    assert (await here.get("/inbox")).url.path == "/sign-in"


async def test_a_link_made_at_one_signs_in_at_the_other_and_at_neither_again(
    both: tuple[Machinery, Machinery], sites: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    account(both[0], "clara", Role.CONTROLLER)
    with both[0].database.write() as session:
        link = link_for(session, "clara", "test", both[0].context.clock())
    here, there = sites
    token = {"token": link.path.partition("token=")[2]}
    assert (await there.post("/sign-in/link", data=token)).url.path == "/inbox"
    assert (await here.post("/sign-in/link", data=token)).status_code == 401
    here.cookies = there.cookies
    assert (await here.get("/inbox")).url.path == "/inbox"
