"""The CMMS refuses whatever the contract does not say, and names the place."""

import json
import pickle
from typing import Any

import pytest

from tools.sandbox.cmms.server import ROOT, serve
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.exchange import Request, Response
from tools.sandbox.seed.plants import books
from tools.sandbox.template import Template
from tools.sandbox.world import World

JSON = {"authorization": "Bearer plant-in-a-box", "content-type": "application/json"}


@pytest.fixture(scope="module")
def template() -> Template:
    world = World()
    world.cmms = CmmsState.from_books(books(1, world.clock.now())[1:])
    return Template(world)


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


def ask(
    world: World,
    method: str,
    path: str,
    *,
    query: str = "",
    body: Any = None,
    headers: dict[str, str] = JSON,
) -> Response:
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )
    return serve(Request(world, method, f"{ROOT}/{path}", query, headers, content))


def problem(answer: Response) -> tuple[int, str, str | None]:
    assert dict(answer.headers)["content-type"] == "application/problem+json"
    body = json.loads(answer.body)
    field = body["errors"][0]["field"] if body["errors"] else None
    assert body["status"] == answer.status
    return answer.status, body["code"], field


def fault(**changes: Any) -> dict[str, Any]:
    body = {"site": "1710", "equipment": "EQ-2041", "title": "Leak", "breakdown": False}
    return body | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, (400, "field_unknown", "colour")),
        ({"title": None}, (400, "value", "title")),
        ({"breakdown": "yes"}, (400, "value", "breakdown")),
        ({"malfunction_start": "today"}, (400, "value", "malfunction_start")),
        ({"malfunction_start": "2026-03-17T06:00:00"}, (400, "value", "malfunction_start")),
        ({"external_ref": "x" * 65}, (400, "value", "external_ref")),
        ({"equipment": "NONE"}, (422, "reference", "equipment")),
        (
            {
                "malfunction_start": "2026-03-17T06:00:00Z",
                "malfunction_end": "2026-03-17T05:00:00Z",
            },
            (422, "period", "malfunction_end"),
        ),
    ],
)
def test_a_wrong_body_is_refused_and_changes_nothing(
    world: World, changes: dict[str, Any], said: tuple[int, str, str]
) -> None:
    before = pickle.dumps(world.cmms)
    answer = ask(world, "POST", "notifications", body=fault(**changes))
    assert problem(answer) == said
    assert pickle.dumps(world.cmms) == before


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "tools", (404, "not_found", None)),
        ("GET", "notifications/1/2", (404, "not_found", None)),
        ("GET", "notifications/1", (404, "not_found", None)),
        ("DELETE", "notifications/1", (405, "method", None)),
        ("POST", "equipment", (405, "method", None)),
        ("PUT", "work-orders/1", (405, "method", None)),
    ],
)
def test_nothing_but_the_agreed_is_served(
    world: World, method: str, path: str, said: tuple[int, str, None]
) -> None:
    assert problem(ask(world, method, path, body={})) == said


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("notifications", "", "equipment"),
        ("notifications", "equipment=EQ-2041&colour=red", "colour"),
        ("notifications", "equipment=EQ-2041&page=0", "per_page"),
        ("notifications", "equipment=EQ-2041&page=x", "page"),
        ("notifications", "equipment=EQ-2041&per_page=999", "per_page"),
        ("notifications", "equipment=EQ-2041&equipment=EQ-2031", "equipment"),
        ("equipment", "site=1710", "work_center"),
        ("windows", "site=", "site"),
    ],
)
def test_a_wrong_parameter_is_named(world: World, path: str, query: str, field: str) -> None:
    assert problem(ask(world, "GET", path, query=query)) == (400, "parameter", field)


def test_a_list_can_be_narrowed_by_status(world: World) -> None:
    query = "equipment=EQ-2041&status=done"
    found = json.loads(ask(world, "GET", "notifications", query=query).body)
    assert {row["status"] for row in found["data"]} <= {"done"}
    wrong = ask(world, "GET", "notifications", query="equipment=EQ-2041&status=lost")
    assert problem(wrong) == (400, "value", "status")


def test_a_change_names_the_version_it_means(world: World) -> None:
    number = next(iter(world.cmms.notifications))
    answer = ask(world, "PATCH", f"notifications/{number}", body={"status": "done"})
    assert problem(answer) == (428, "etag_missing", None)


def test_a_work_order_moves_on_step_by_step(world: World) -> None:
    start, end = "2026-03-18T06:00:00Z", "2026-03-18T08:30:00Z"
    body = {
        "site": "1710",
        "equipment": "EQ-2041",
        "title": "Change seal",
        "type": "PM01",
        "planned_start": start,
        "planned_end": end,
    }
    made = ask(world, "POST", "work-orders", body=body)
    row, headers = json.loads(made.body), dict(made.headers)
    assert (made.status, row["work"]) == (201, {"value": "2.5", "unit": "H"})
    path = headers["location"].removeprefix(f"{ROOT}/")
    for status in ("in_progress", "done"):
        marked = JSON | {"if-match": headers["etag"]}
        moved = ask(world, "PATCH", path, body={"status": status}, headers=marked)
        assert json.loads(moved.body)["status"] == status
        headers = dict(moved.headers)
    marked = JSON | {"if-match": headers["etag"]}
    back = ask(world, "PATCH", path, body={"status": "open"}, headers=marked)
    assert problem(back) == (409, "status", "status")


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_a_body_that_is_no_object_is_refused(world: World, body: bytes) -> None:
    assert ask(world, "POST", "notifications", body=body).status == 400


def test_a_body_of_another_kind_is_refused(world: World) -> None:
    headers = JSON | {"content-type": "text/plain"}
    answer = ask(world, "POST", "notifications", body=fault(), headers=headers)
    assert problem(answer) == (415, "media_type", None)


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "guessed"}, {"authorization": "Bearer x"}])
def test_nobody_comes_in_without_credentials(world: World, headers: dict[str, str]) -> None:
    answer = ask(world, "GET", "windows", query="site=1710", headers=headers)
    assert problem(answer) == (401, "credentials", None)
    assert ask(world, "GET", "info", headers={"x-api-key": "plant-in-a-box"}).status == 200
