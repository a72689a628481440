"""What a person does about a case that is left to them, over HTTP: once, and in a role that may."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
from rich.console import Console

from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.foreground import trace_of
from agent.records import audit
from agent.records.byhand import BY_HAND
from agent.records.cases import CaseStatus
from agent.records.postings import Mark
from agent.records.states import PostingState
from agent.telling import tell
from tests.agent.service.conftest import session_of
from tests.agent.service.left import give_up, leave_to_a_person
from tests.agent.service.waiting import waiting_case
from tools.sandbox.world import World

Browsing = Callable[[], httpx.AsyncClient]
SETTLED = {"reason": "told maintenance by telephone", "document": "10000042"}
LOOK = {"reason": "the CMMS is back"}


@pytest.fixture
async def left(machinery: Machinery, world: World) -> str:
    case, _ = await waiting_case(machinery, world)
    await leave_to_a_person(machinery, case)
    return case


def as_(
    client: httpx.AsyncClient, machinery: Machinery, name: str, *roles: Role, **more: Any
) -> httpx.AsyncClient:
    opened = session_of(machinery, name, *roles, **more)
    client.cookies.clear()
    client.cookies.set("concord_session", opened.token)
    client.headers["X-CSRF-Token"] = opened.csrf
    return client


async def test_a_case_is_settled_by_hand_once(
    client: httpx.AsyncClient, machinery: Machinery, left: str
) -> None:
    as_(client, machinery, "sam", Role.SUPERVISOR)
    first = await client.post(f"/v1/cases/{left}/settlements", json=SETTLED)
    again = await client.post(f"/v1/cases/{left}/settlements", json=SETTLED)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json() == again.json()
    assert (first.json()["by"], first.json()["role"]) == ("sam", "supervisor")
    other = await client.post(f"/v1/cases/{left}/settlements", json={"reason": "so"})
    assert other.status_code == 409
    assert await status(machinery, left) is CaseStatus.SETTLED
    with machinery.database.read() as session:
        entries = [one for one in audit.entries_of(session, left) if one.what == BY_HAND]
    assert [(one.who, one.details["role"]) for one in entries] == [("sam", "supervisor")]


async def test_of_two_at_once_one_settles_it(
    browser: Browsing, machinery: Machinery, left: str
) -> None:
    anna = as_(browser(), machinery, "anna", Role.PLANNER)
    ben = as_(browser(), machinery, "ben", Role.CONTROLLER)
    path = f"/v1/cases/{left}/settlements"
    sent = [anna.post(path, json=SETTLED), ben.post(path, json=SETTLED)]
    assert sorted(one.status_code for one in await asyncio.gather(*sent)) == [201, 409]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTEGRATOR])
async def test_who_may_not_decide_settles_nothing(
    client: httpx.AsyncClient, machinery: Machinery, left: str, role: Role
) -> None:
    as_(client, machinery, "otto", role)
    for path, body in (("settlements", SETTLED), ("looks", LOOK)):
        assert (await client.post(f"/v1/cases/{left}/{path}", json=body)).status_code == 403
    as_(client, machinery, "eve", Role.CONTROLLER, plants=frozenset({"1710"}))
    sent = await client.post(f"/v1/cases/{left}/settlements", json=SETTLED)
    assert sent.status_code in {403, 404}
    assert await status(machinery, left) is CaseStatus.NEEDS_PERSON


async def test_a_case_that_waits_for_a_decision_is_not_settled_past_it(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    case, _ = await waiting_case(machinery, world)
    as_(client, machinery, "clara", Role.CONTROLLER)
    for path, body in (("settlements", SETTLED), ("looks", LOOK)):
        sent = await client.post(f"/v1/cases/{case}/{path}", json=body)
        assert (sent.status_code, "it is waiting" in sent.json()["detail"]) == (409, True)


async def test_what_was_given_up_is_told_of_before_the_case_is_settled(
    client: httpx.AsyncClient, machinery: Machinery, left: str
) -> None:
    key = await give_up(machinery, left)
    as_(client, machinery, "sam", Role.SUPERVISOR)
    early = await client.post(f"/v1/cases/{left}/settlements", json=SETTLED)
    assert (early.status_code, "of each posting" in early.json()["detail"]) == (409, True)
    path = f"/v1/cases/{left}/postings/{key}/findings"
    seen = {"document": "4900000012", "reason": "looked it up in MB03"}
    first, again = await client.post(path, json=seen), await client.post(path, json=seen)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert (first.json()["state"], first.json()["document"]) == ("confirmed", "4900000012")
    for other in ({**seen, "document": "4900000013"}, {**seen, "document": None}):
        sent = await client.post(path, json=other)
        assert (sent.status_code, "4900000012" in sent.json()["detail"]) == (409, True)
    done = await client.post(f"/v1/cases/{left}/settlements", json=SETTLED)
    assert done.status_code == 201
    with machinery.database.read() as session:
        entries = audit.entries_of(session, left)
    assert [one.who for one in entries if one.what == "posting confirmed"] == ["sam"]


async def test_what_is_not_there_is_not_posted_afterwards_unasked(
    client: httpx.AsyncClient, machinery: Machinery, left: str
) -> None:
    key = await give_up(machinery, left)
    as_(client, machinery, "sam", Role.SUPERVISOR)
    seen = {"document": None, "reason": "nothing in MB51"}
    path = f"/v1/cases/{left}/postings/{key}/findings"
    assert (await client.post(path, json=seen)).status_code == 201
    assert (await client.post(path, json=seen)).status_code == 200
    assert (await client.post(f"/v1/cases/{left}/looks", json=LOOK)).status_code == 204
    await machinery.advance.turn(left, None)
    assert await status(machinery, left) is CaseStatus.WAITING
    posting = await machinery.postings.get(key)
    assert posting is not None
    assert posting.state is PostingState.INTENDED


async def test_what_may_still_turn_up_is_not_said_to_be_missing(
    client: httpx.AsyncClient, machinery: Machinery, left: str
) -> None:
    key = await give_up(machinery, left, PostingState.UNKNOWN)
    soon = machinery.context.clock() + timedelta(minutes=5)
    mark = Mark(look_again_at=soon)
    await machinery.postings.move(key, PostingState.UNKNOWN, PostingState.UNKNOWN, mark)
    as_(client, machinery, "sam", Role.SUPERVISOR)
    path = f"/v1/cases/{left}/postings/{key}/findings"
    missing = await client.post(path, json={"document": None, "reason": "nothing in MB51"})
    assert (missing.status_code, "still turn up" in missing.json()["detail"]) == (409, True)
    there = await client.post(path, json={"document": "49/2026", "reason": "MB03"})
    assert there.status_code == 201


async def test_a_posting_of_another_case_is_not_spoken_of(
    client: httpx.AsyncClient, machinery: Machinery, left: str
) -> None:
    as_(client, machinery, "sam", Role.SUPERVISOR)
    seen = {"document": None, "reason": "nothing there"}
    path = f"/v1/cases/{left}/postings/nothing/findings"
    assert (await client.post(path, json=seen)).status_code == 404
    assert (await client.post("/v1/cases/c-0/settlements", json=SETTLED)).status_code == 404


async def test_the_command_line_says_that_a_person_looks(machinery: Machinery, left: str) -> None:
    console = Console(file=StringIO(), width=200)
    tell(trace_of(machinery, left), console)
    assert isinstance(console.file, StringIO)
    assert "Next: a person looks. This was not carried out" in console.file.getvalue()


async def status(machinery: Machinery, case: str) -> CaseStatus:
    view = await machinery.records.case(case)
    assert view is not None
    return view.status
