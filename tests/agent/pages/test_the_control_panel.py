"""A phase is changed after its difference was shown, by whoever may, once, and with a reason."""

import re

import httpx
from sqlalchemy import select
from sqlmodel import col

from agent.case.ruling import Role
from agent.records import phases
from agent.records.tables import AuditRow
from tests.agent.pages.conftest import Floor
from tools.plant.authority import Phase

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
ASKED = {"plant": "1010", "playbook": "materials/stock_deficit"}


def offered(page: str) -> dict[str, str]:
    """Return the form that carries out what is shown, as a browser would send it."""
    found = re.search(r'<form method="post" action="/control/phases".*?</form>', page, re.S)
    assert found is not None
    pairs = HIDDEN.findall(found.group())
    return {name: value.replace("&#34;", '"') for name, value in pairs}


def set_now(floor: Floor) -> dict[str, Phase]:
    with floor.machinery.database.read() as session:
        return dict(phases.set_phases(session, "1010"))


async def shown(browser: httpx.AsyncClient, phase: str) -> str:
    return (await browser.get("/control", params={**ASKED, "phase": phase})).text


async def test_what_changes_is_shown_and_nothing_changed_by_looking(floor: Floor) -> None:
    clara = await floor.signed_in("clara", Role.CONTROLLER)
    page = await shown(clara, "observe")
    assert "What this changes" in page
    assert "the agent may do less" in page
    assert set_now(floor) == {}


async def test_a_change_is_carried_out_as_shown_and_audited(floor: Floor) -> None:
    clara = await floor.signed_in("clara", Role.CONTROLLER)
    form = offered(await shown(clara, "observe")) | {"reason": "a strange week"}
    answer = await clara.post("/control/phases", data=form)
    assert answer.url.path == "/control"
    assert "set here" in answer.text
    assert set_now(floor) == {"materials/stock_deficit": Phase.OBSERVE}
    with floor.machinery.database.read() as session:
        last = session.scalars(select(AuditRow).order_by(col(AuditRow.sequence).desc())).first()
    assert last is not None
    assert (last.who, last.what) == ("clara", "phase changed")


async def test_what_was_changed_meanwhile_is_not_overwritten(floor: Floor) -> None:
    clara = await floor.signed_in("clara", Role.CONTROLLER)
    form = offered(await shown(clara, "observe")) | {"reason": "a strange week"}
    await clara.post("/control/phases", data=form)
    again = await clara.post("/control/phases", data=form | {"phase": "advise"})
    assert again.status_code == 409
    assert "changed meanwhile" in again.text
    assert set_now(floor) == {"materials/stock_deficit": Phase.OBSERVE}


async def test_a_supervisor_reins_in_but_does_not_let_off_the_lead(floor: Floor) -> None:
    bela = await floor.signed_in("bela", Role.SUPERVISOR)
    form = offered(await shown(bela, "observe")) | {"reason": "a strange week"}
    await bela.post("/control/phases", data=form)
    page = await shown(bela, "act")
    assert "You may not" in page
    assert 'action="/control/phases"' not in page
    now = '{"materials/stock_deficit": "observe"}'
    forced = await bela.post("/control/phases", data=form | {"phase": "act", "seen": now})
    assert forced.status_code == 403
    assert set_now(floor) == {"materials/stock_deficit": Phase.OBSERVE}


async def test_a_change_needs_a_reason_and_a_planner_changes_nothing(floor: Floor) -> None:
    clara = await floor.signed_in("clara", Role.CONTROLLER)
    form = offered(await shown(clara, "observe"))
    assert (await clara.post("/control/phases", data=form)).status_code == 422
    anna = await floor.signed_in("anna", Role.PLANNER)
    page = (await anna.get("/control")).text
    assert "Show what changes" not in page
    assert (await anna.post("/control/phases", data=form)).status_code == 403
    assert set_now(floor) == {}
