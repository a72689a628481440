"""The page of the interfaces: how they stand, who no longer tells, and what was refused."""

import re
from datetime import timedelta

import httpx

from agent.case.ruling import Role
from agent.records import interfaces, sessions, violations
from agent.records.interfaces import Fault, Health
from agent.records.sessions import Holder
from agent.records.violations import Violation
from tests.agent.pages.conftest import Floor


def tell(floor: Floor, process: str, ago: float, *, plant: str = "1010", **more: object) -> None:
    """Let a process have told of its ERP."""
    at = floor.machinery.context.clock() - timedelta(seconds=ago)
    fault = Fault(at, "sign_in_refused", "<b>the credentials</b>") if more.get("failed") else None
    health = Health(
        plant=plant,
        system="ERP",
        answered=1234,
        failed={"sign_in_refused": 5} if fault else {},
        answered_at=at - timedelta(hours=3),
        fault=fault,
        left_alone=bool(more.get("left_alone")),
    )
    with floor.machinery.database.write() as session:
        interfaces.note(session, process, [health], at)


async def rows(browser: httpx.AsyncClient) -> list[str]:
    """Return the rows of the page as text."""
    page = (await browser.get("/interfaces")).text
    found = re.findall(r"<tr><t[dh].*?</tr>", page.replace("<thead><tr>", ""))
    return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found]


async def test_how_a_system_stands_is_said_process_by_process(floor: Floor) -> None:
    tell(floor, "worker-1", 5)
    tell(floor, "worker-2", 5, failed=True)
    tell(floor, "worker-3", 5, failed=True, left_alone=True)
    tell(floor, "worker-4", 3000, left_alone=True)
    tom = await floor.signed_in("tom", Role.INTEGRATOR)
    first, second, third, fourth = (await rows(tom))[:4]
    assert "worker-1 answers" in first
    assert "1,234 0" in first
    assert "worker-2 failed last time" in second
    assert "does not accept the credentials" in second
    assert "&lt;b&gt;" in second
    assert "1,239 5" in second
    assert "worker-3 left alone after failures" in third
    assert "worker-4 not known any more" in fourth
    assert "50 min ago" in fourth


async def test_what_was_refused_is_summed_with_what_nobody_wrote_down_yet(floor: Floor) -> None:
    now = floor.machinery.context.clock()
    told = [
        Violation("/v1/signals", "schema", "key:<mes>", 7, now),
        Violation("/sign-in", "not_accepted", "", 2, now - timedelta(days=1, hours=1)),
    ]
    with floor.machinery.database.write() as session:
        violations.note(session, told, now)
    tom = await floor.signed_in("tom", Role.INTEGRATOR)
    for _ in range(3):
        await tom.get("/v1/cases", headers={"Authorization": "Bearer concord_wrong"})
    page = (await tom.get("/interfaces")).text
    assert "10 in all" in page
    assert "concord_wrong" not in page
    first, second = (await rows(tom))[-2:]
    assert first.startswith("7 not in the form it has to have /v1/signals key:&lt;mes&gt;")
    assert second.startswith(
        "3 key, token, signature or password not accepted /v1/cases a stranger"
    )


async def test_who_has_one_plant_sees_its_interfaces_and_nothing_of_the_whole(floor: Floor) -> None:
    tell(floor, "worker-1", 5)
    tell(floor, "worker-1", 5, plant="2020")
    browser = await floor.browser()
    with floor.machinery.database.write() as session:
        holder = Holder(
            "ines", frozenset({Role.INTEGRATOR}), frozenset({"1010"}), "en", local=False
        )
        opened = sessions.begin(session, holder, "test", floor.machinery.context.clock())
    browser.cookies.set("concord_session", opened.token)
    page = (await browser.get("/interfaces")).text
    assert "Plant 1010" in page
    assert "2020" not in page
    assert "Requests refused" not in page


async def test_it_speaks_german(floor: Floor) -> None:
    tell(floor, "worker-1", 5, failed=True)
    tom = await floor.signed_in("tom", Role.INTEGRATOR, language="de")
    page = (await tom.get("/interfaces")).text
    assert "Schnittstellen" in page
    assert "nimmt die Anmeldedaten nicht an" in page
