"""Deciding over HTTP: once, about what was looked at, in a role that one's account has."""

from typing import Any

import httpx

from agent.bootstrap import Machinery
from agent.case.ruling import Role
from tests.agent.service.conftest import session_of
from tests.agent.service.waiting import waiting_case
from tools.sandbox.world import World


async def as_(client: httpx.AsyncClient, machinery: Machinery, name: str, *roles: Role) -> Any:
    opened = session_of(machinery, name, *roles)
    client.cookies.clear()
    client.cookies.set("concord_session", opened.token)
    client.headers["X-CSRF-Token"] = opened.csrf
    return client


def answer(remedy: str, **more: Any) -> dict[str, Any]:
    return {"answer": "approve", "remedy": remedy, "reason": "counted", **more}


async def test_a_decision_is_taken_once_in_the_visitors_role(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    case, remedy = await waiting_case(machinery, world)
    await as_(client, machinery, "anna", Role.PLANNER)
    page = (await client.get("/v1/cases", params={"status": "waiting"})).json()
    assert [one["id"] for one in page["cases"]] == [case]
    first = await client.post(f"/v1/cases/{case}/decisions", json=answer(remedy))
    again = await client.post(f"/v1/cases/{case}/decisions", json=answer(remedy))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json() == again.json()
    assert (first.json()["by"], first.json()["role"]) == ("anna", "planner")
    await as_(client, machinery, "ben", Role.PLANNER)
    late = await client.post(f"/v1/cases/{case}/decisions", json=answer(remedy))
    assert (late.status_code, late.json()["by"]) == (409, "anna")


async def test_a_role_in_the_body_is_refused(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    case, remedy = await waiting_case(machinery, world)
    await as_(client, machinery, "anna", Role.SUPERVISOR)
    for claimed in ({"role": "controller"}, {"by": "chief"}):
        sent = await client.post(f"/v1/cases/{case}/decisions", json=answer(remedy, **claimed))
        assert sent.status_code == 422


async def test_another_remedy_than_the_one_looked_at_is_not_decided(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    case, remedy = await waiting_case(machinery, world)
    await as_(client, machinery, "anna", Role.PLANNER)
    sent = await client.post(f"/v1/cases/{case}/decisions", json=answer("0" * 64))
    assert (sent.status_code, sent.json()["remedy"]) == (409, remedy)
    view = await machinery.records.case(case)
    assert view is not None
    assert view.status.value == "waiting"


async def test_a_question_is_claimed_by_one_and_given_back(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    case, _ = await waiting_case(machinery, world)
    await as_(client, machinery, "anna", Role.PLANNER)
    assert (await client.put(f"/v1/cases/{case}/claim")).status_code == 204
    await as_(client, machinery, "ben", Role.PLANNER)
    assert (await client.put(f"/v1/cases/{case}/claim")).status_code == 409
    await as_(client, machinery, "anna", Role.PLANNER)
    assert (await client.delete(f"/v1/cases/{case}/claim")).status_code == 204
    await as_(client, machinery, "ben", Role.PLANNER)
    assert (await client.put(f"/v1/cases/{case}/claim")).status_code == 204


async def test_a_phase_is_shown_then_changed_and_followed(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    case, remedy = await waiting_case(machinery, world)
    await as_(client, machinery, "ines", Role.INTEGRATOR)
    wanted = {"playbook": "*", "phase": "observe", "reason": "the count is off"}
    shown = (await client.post("/v1/plants/1010/phases", json=wanted)).json()
    assert shown["done"] is False
    assert shown["changes"]
    done = await client.post("/v1/plants/1010/phases", json={**wanted, "seen": shown["set"]})
    assert (done.status_code, done.json()["set"]) == (200, {"*": "observe"})
    plant = machinery.context.plants["1010"]
    assert (await machinery.records.in_force(plant)).phase.default.value == "observe"
    looser = {**wanted, "phase": "act", "seen": done.json()["set"]}
    assert (await client.post("/v1/plants/1010/phases", json=looser)).status_code == 403
    stale: dict[str, Any] = {**wanted, "phase": None, "seen": {}}
    assert (await client.post("/v1/plants/1010/phases", json=stale)).status_code == 409
    await as_(client, machinery, "anna", Role.PLANNER)
    sent = await client.post(f"/v1/cases/{case}/decisions", json=answer(remedy))
    assert (sent.status_code, "set to observe" in sent.json()["detail"]) == (403, True)
