"""Pre-checks: an answer at once, from the playbooks' own judgement, and nothing changed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from agent.assessments.goods_issue import DEFICIT
from agent.assessments.reads import reading_only
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.records import keys
from agent.records.gates import Collected
from agent.records.keys import Purpose
from agent.records.pages import Wish
from agent.service.application import application
from tests.agent.assessments.issues import issue
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tools.errors import NotOffered
from tools.ports import Access
from tools.sandbox.world import World

BEARER = {"Authorization": "Bearer let-me-in"}


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
async def machinery(tmp_path: Path, world: World) -> AsyncIterator[Machinery]:
    folder = plant_files(tmp_path / "plants", alone=False)
    async with concord(settings_of(tmp_path / "home", folder), wires_of(world)) as machinery:
        yield machinery


@pytest.fixture
async def client(machinery: Machinery) -> AsyncIterator[httpx.AsyncClient]:
    app = httpx.ASGITransport(application(machinery, Collected()))
    async with httpx.AsyncClient(
        transport=app, base_url="http://localhost", headers=BEARER
    ) as client:
        yield client


async def test_an_issue_of_what_is_there_passes(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.post("/v1/prechecks/goods-issue", json=issue(world))
    assert answer.status_code == 200, answer.text
    assert answer.json()["advice"] == "pass", answer.json()


async def test_an_issue_of_far_too_much_is_held_and_nothing_is_changed(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    before = len(world.journal.entries)
    answer = await client.post("/v1/prechecks/goods-issue", json=issue(world, quantity="999999"))
    said = answer.json()
    assert (said["advice"], said["case"]) == ("hold", None)
    assert "stock_covers" in {one["name"] for one in said["discrepancies"]}
    assert said["confidence"] > 0.5
    assert len(world.journal.entries) == before
    assert (await machinery.records.count(Wish())) == {}


async def test_what_no_playbook_here_judges_is_not_looked_at_and_that_is_said(
    machinery: Machinery, world: World
) -> None:
    known = machinery.context.catalog
    books = {kind: one for kind, one in known.playbooks.items() if kind != DEFICIT}
    context = replace(machinery.context, catalog=replace(known, playbooks=books))
    app = application(replace(machinery, context=context), Collected())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost", headers=BEARER
    ) as client:
        said = (await client.post("/v1/prechecks/goods-issue", json=issue(world))).json()
    assert said["advice"] == "pass_with_note"
    assert [one["name"] for one in said["discrepancies"]] == ["unknown"]


async def test_a_case_is_opened_only_by_who_may_propose(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    asked = issue(world, quantity="999999", open_case=True)
    refused = await client.post("/v1/prechecks/goods-issue", json=asked)
    assert (refused.status_code, refused.json()["deed"]) == (403, "propose")
    with machinery.database.write() as session:
        now = machinery.context.clock()
        wanted = Purpose("mes", {Deed.ASSESS.value, Deed.PROPOSE.value})
        _, full = keys.add(session, wanted, "test", now)
    bearer = {"Authorization": f"Bearer {full}"}
    answer = await client.post("/v1/prechecks/goods-issue", json=asked, headers=bearer)
    case = await machinery.records.case(answer.json()["case"])
    assert case is not None
    assert case.kind == "materials/stock_deficit"


async def test_a_confirmation_of_far_more_than_ordered_is_held(
    client: httpx.AsyncClient, world: World
) -> None:
    known = issue(world)
    step = next(
        row for row in world.s4.operations.values() if row["ManufacturingOrder"] == known["order"]
    )
    order = world.s4.orders[(known["order"],)]
    asked = {
        "plant": "1010",
        "order": known["order"],
        "operation": step["ManufacturingOrderOperation"],
        "unit": order["ProductionUnit"],
        "yielded": str(order["TotalQuantity"] * 10),
    }
    answer = await client.post("/v1/prechecks/confirmation", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["advice"] == "hold"
    found_by = {one["found_by"] for one in answer.json()["discrepancies"]}
    assert "production/confirmation_quantity" in found_by


async def test_an_unknown_order_is_held_and_an_unknown_plant_refused(
    client: httpx.AsyncClient, world: World
) -> None:
    said = (await client.post("/v1/prechecks/goods-issue", json=issue(world, order="77"))).json()
    assert (said["advice"], said["discrepancies"][0]["name"]) == ("hold", "unknown")
    answer = await client.post("/v1/prechecks/goods-issue", json=issue(world, plant="9999"))
    assert (answer.status_code, answer.json()["field"]) == (422, "plant")


@pytest.mark.parametrize(
    ("said", "category", "queue"),
    [
        ("09:14 ERROR CONF 4711 refused: M7/021 Deficit of SL <b>5</b>", "stock_deficit", None),
        ("MM_IM_ODATA_API_MDOC/014 failed: M8 147", "account_determination", "integrator"),
        ("<script>alert(1)</script>", "unknown_message", "integrator"),
        ("ABAP dump DBIF_RSQL_SQL_ERROR", "unknown_message", "integrator"),
    ],
)
async def test_an_error_text_is_sorted_by_its_message(
    client: httpx.AsyncClient, said: str, category: str, queue: str | None
) -> None:
    answer = (await client.post("/v1/triage", json={"text": said})).json()
    assert answer["category"] == category
    assert queue in {None, answer["queue"]}
    assert answer["fix"]


async def test_nothing_an_assessment_reaches_can_write(machinery: Machinery) -> None:
    sides = reading_only(machinery.context.sides("1010"))
    count = 0
    for side in sides.values():
        for _, method in side.methods(Access.WRITE):
            with pytest.raises(NotOffered, match="changes nothing"):
                await method()
            count += 1
    assert count > 10


async def test_a_stranger_is_told_nothing(client: httpx.AsyncClient) -> None:
    for path in ("triage", "prechecks/confirmation", "prechecks/goods-issue"):
        answer = await client.post(f"/v1/{path}", json={}, headers={"Authorization": "Bearer x"})
        assert answer.status_code == 401
