"""What the service refuses is counted: by rule and route, at the service and at the edge."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.edge.application import application as edge_application
from agent.edge.forwarding import Pace
from agent.edge.station import station
from agent.records import keys, violations
from agent.records.violations import Violation
from agent.service.violations import MOST, Violations, write_down
from agent.service.web import web
from tests.agent.edge.far import NOW, Line, settings
from tests.agent.service.conftest import account, key, session_of
from tools.sandbox.clock import OPENING

WRONG = {"Authorization": "Bearer concord_wrong_s3cret"}


def of(text: str, name: str = "concord_api_violations_total") -> dict[tuple[str, ...], float]:
    """Return what a metric says, by its labels' values."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


async def refused(client: httpx.AsyncClient, machinery: Machinery) -> dict[tuple[str, ...], float]:
    answer = await client.get("/metrics", headers=key(machinery, Deed.READ_METRICS, name="watch"))
    return of(answer.text)


async def test_each_rule_is_counted_where_it_was_broken(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    reads, sends = key(machinery, Deed.READ_CASES), key(machinery, Deed.SEND_SIGNALS, name="mes")
    opened = session_of(machinery, "anna", Role.PLANNER)
    json = {"Content-Type": "application/json"}
    large = b"x" * (machinery.settings.largest_body + 1)
    await client.get("/v1/cases")
    for _ in range(3):
        await client.get("/v1/cases", headers=WRONG)
    await client.get("/v1/accounts", headers=reads)
    await client.get("/v1/cases?limit=many", headers=reads)
    await client.post("/v1/signals", headers=sends | json, content=b'{"specversion": "1.0"}')
    await client.post("/v1/signals", headers=sends | {"Content-Type": "text/csv"}, content=b"a,b")
    await client.post("/v1/signals", headers=sends | json, content=large)
    await client.put("/v1/cases", headers=reads)
    await client.get("/wp-login.php?s3cret=1")
    await client.get("/v1/cases/s3cret")
    await client.get("/v1/cases", headers={"Host": "s3cret.example"})
    cookie = {"Cookie": f"concord_session={opened.token}"}
    await client.post("/v1/cases/c-1/decisions", headers=cookie, json={})
    assert await refused(client, machinery) == {
        ("/v1/cases", "not_signed_in"): 1,
        ("/v1/cases/{case}", "not_signed_in"): 1,
        ("/v1/cases", "not_accepted"): 3,
        ("/v1/accounts", "not_permitted"): 1,
        ("/v1/cases", "schema"): 1,
        ("/v1/signals", "schema"): 1,
        ("/v1/signals", "media_type"): 1,
        ("none", "too_large"): 1,
        ("/v1/cases", "method"): 1,
        ("none", "unknown_path"): 1,
        ("none", "host"): 1,
        ("/v1/cases/{case}/decisions", "foreign_form"): 1,
    }


async def test_a_wrong_password_and_a_flood_are_counted(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    for _ in range(12):
        await client.post("/sign-in", data={"name": "anna", "password": "wrong"})
    found = await refused(client, machinery)
    assert found["/sign-in", "not_accepted"] + found["/sign-in", "throttled"] == 12
    assert found["/sign-in", "throttled"] > 0


async def test_what_is_good_is_not_counted_nor_what_is_merely_not_there(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    reads = key(machinery, Deed.READ_CASES)
    assert (await client.get("/v1/cases", headers=reads)).status_code == 200
    assert (await client.get("/v1/cases/c-404", headers=reads)).status_code == 404
    assert (await client.get("/overview", headers={"Accept": "text/html"})).status_code == 303
    assert await refused(client, machinery) == {}


async def test_of_a_batch_that_is_refused_in_part_the_sender_is_told_of(
    client: httpx.AsyncClient, app: FastAPI, machinery: Machinery
) -> None:
    headers = key(machinery, Deed.SEND_SIGNALS, name="mes")
    good = {"specversion": "1.0", "id": "1", "source": "/dm/1010", "type": "concord.nothing.v1"}
    answer = await client.post(
        "/v1/signals",
        headers=headers | {"Content-Type": "application/cloudevents-batch+json"},
        json=[good | {"data": {"plant": "1010"}, "time": OPENING.isoformat()}, {"id": "2"}],
    )
    assert answer.status_code == 207
    [one] = app.state.violations.fresh()
    assert (one.route, one.rule, one.who) == ("/v1/signals", "schema", "key:mes")


async def test_what_goes_wrong_here_is_no_refusal(app: FastAPI, machinery: Machinery) -> None:
    @app.get("/test/broken/{name}")
    async def broken(name: str) -> None:
        raise RuntimeError(name)

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/test/broken/s3cret")).status_code == 500
        headers = key(machinery, Deed.READ_METRICS)
        text = (await client.get("/metrics", headers=headers)).text
    assert of(text) == {}
    assert of(text, "concord_api_errors_total") == {("/test/broken/{name}",): 1}


async def test_the_edge_counts_at_its_own_door(tmp_path: Path) -> None:
    async with station(settings(tmp_path), lambda: NOW, Line(), Pace(0.0, 0.0)) as made:
        with made.senders.database.write() as session:
            purpose = keys.Purpose("watch", [Deed.READ_METRICS.value])
            _, figures = keys.add(session, purpose, "test", NOW)
        through = httpx.ASGITransport(edge_application(made))
        async with httpx.AsyncClient(transport=through, base_url="http://localhost") as client:
            await client.post("/v1/signals", headers=WRONG, json={})
            await client.post(
                "/v1/signals", headers={"Authorization": "Bearer plant-key"}, json={"id": "1"}
            )
            headers = {"Authorization": f"Bearer {figures}"}
            text = (await client.get("/metrics", headers=headers)).text
    assert of(text) == {("/v1/signals", "not_accepted"): 1, ("/v1/signals", "schema"): 1}


async def test_refusals_are_written_down_for_every_process_to_tell(machinery: Machinery) -> None:
    async with web(machinery, ("127.0.0.1", 0)) as url, httpx.AsyncClient(base_url=url) as client:
        for _ in range(2):
            await client.get("/v1/cases", headers=WRONG)
    with machinery.database.read() as session:
        day = violations.since(session, machinery.context.clock() - timedelta(days=1))
    assert [(one.route, one.rule, one.count) for one in day] == [("/v1/cases", "not_accepted", 2)]


@pytest.fixture
def counting() -> Violations:
    return Violations(lambda: OPENING)


def scope(who: str) -> dict[str, object]:
    return {"type": "http", "headers": [], "concord.who": who}


def test_what_cannot_be_written_is_kept_and_written_once(
    counting: Violations, machinery: Machinery
) -> None:
    counting.note(scope("a"), 422)
    with machinery.database.write() as session:
        session.execute(text("ALTER TABLE api_violations RENAME TO elsewhere"))
    write_down(counting, machinery.database)
    assert [one.count for one in counting.fresh()] == [1]
    with machinery.database.write() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO api_violations"))
    for _ in range(2):
        write_down(counting, machinery.database)
    assert counting.fresh() == []
    with machinery.database.read() as session:
        assert [one.count for one in violations.since(session, OPENING)] == [1]


def test_what_came_while_others_were_written_is_not_lost(counting: Violations) -> None:
    counting.note(scope("a"), 422)
    found = counting.fresh()
    counting.note(scope("a"), 422)
    counting.note(scope("b"), 422)
    counting.written(found)
    assert {(one.who, one.count) for one in counting.fresh()} == {("a", 1), ("b", 1)}


def test_what_is_remembered_has_an_end_and_metrics_go_on(counting: Violations) -> None:
    for number in range(MOST + 10):
        counting.note(scope(f"key:{number}"), 422)
    assert len(counting.fresh()) == MOST
    [sample] = [one for one in next(iter(counting.families())).samples if "total" in one.name]
    assert sample.value == MOST + 10
    assert violations.summed(counting.fresh())[0] == Violation(
        "none", "schema", "key:0", 1, OPENING
    )
