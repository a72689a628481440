"""Sources of signals over HTTP: batches, signatures, the handshake, S/4 events, IDocs."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from agent.bootstrap import Machinery
from agent.ingress.envelope import BATCH, STRUCTURED
from agent.records.gates import Collected
from agent.service.application import application
from agent.sides import Wires
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tools.sandbox.world import World

BEARER = {"Authorization": "Bearer let-me-in"}
SECRET = "whsec_" + "c2Vj" * 8
HOOKS = """
[[webhooks]]
source = "/dm/1010"
secret_env = "DM_SECRET"

[[webhooks]]
source = "/default/sap.s4.beh/S4"
origin = "em.example.com"
"""
S4 = "sap.s4.beh.productionorder.v1.ProductionOrder.Created.v1"
MOVED = "sap.s4.beh.materialdocument.v1.MaterialDocument.Created.v1"


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
async def machinery(tmp_path: Path, world: World) -> AsyncIterator[Machinery]:
    folder = plant_files(tmp_path / "plants", alone=False)
    file = folder / "1010.toml"
    file.write_text(file.read_text("utf-8") + HOOKS, "utf-8")
    wires = wires_of(world)
    known = Wires({**wires.env, "DM_SECRET": SECRET}, wires.clock, wires.transport, wires.rhythm)
    async with concord(settings_of(tmp_path / "home", folder), known) as machinery:
        yield machinery


@pytest.fixture
async def client(machinery: Machinery) -> AsyncIterator[httpx.AsyncClient]:
    app = httpx.ASGITransport(application(machinery, Collected()))
    async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
        yield client


def event(machinery: Machinery, name: str = "s1", **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": name,
        "source": "/dm/1010",
        "type": "concord.stock.deficit.v1",
        "time": machinery.context.clock().isoformat(),
        "data": {"plant": "1010", "order": "1000001", "material": "RM-SEAT-S"},
        **changes,
    }


def signed(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    return {
        "Content-Type": STRUCTURED,
        "webhook-id": "m1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("m1", at, body.decode()),
    }


async def letters(machinery: Machinery) -> list[str]:
    return [one.reason for one in await machinery.records.dead_letters()]


async def test_in_a_batch_the_good_are_taken_and_the_bad_are_kept(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    wrong = event(machinery, "s2", data={"plant": "1010", "order": 7})
    batch = [event(machinery), event(machinery), wrong, "nonsense", event(machinery, "s3")]
    headers = BEARER | {"Content-Type": BATCH}
    answer = await client.post("/v1/signals", content=json.dumps(batch), headers=headers)
    results = answer.json()["results"]
    assert answer.status_code == 207
    assert [one["status"] for one in results] == [202, 200, 422, 400, 202]
    assert results[2]["field"] == "data.order"
    assert len(await letters(machinery)) == 2


async def test_an_event_in_binary_mode_is_taken(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    whole = event(machinery)
    attributes = {f"ce-{name}": value for name, value in whole.items() if name != "data"}
    answer = await client.post("/v1/signals", json=whole["data"], headers=BEARER | attributes)
    assert answer.status_code == 202
    again = await client.post("/v1/signals", json=whole, headers=BEARER)
    assert (again.status_code, again.json()["how"]) == (200, "duplicate")


async def test_another_content_type_is_refused(client: httpx.AsyncClient) -> None:
    for path in ("/v1/signals", "/v1/idocs"):
        headers = BEARER | {"Content-Type": "text/csv"}
        assert (await client.post(path, content=b"a;b", headers=headers)).status_code == 415


async def test_a_signed_event_needs_no_key_and_is_taken_once(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    body = json.dumps(event(machinery)).encode()
    headers = signed(body, machinery.context.clock())
    first = await client.post("/v1/signals", content=body, headers=headers)
    replayed = await client.post("/v1/signals", content=body, headers=headers)
    assert (first.status_code, replayed.status_code) == (202, 200)


async def test_a_forged_or_old_signature_is_refused_and_nothing_kept(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    body, now = json.dumps(event(machinery)).encode(), machinery.context.clock()
    forged = signed(body, now, "whsec_" + "YWJj" * 8)
    old = signed(body, now - timedelta(minutes=6))
    for headers, sent in ((forged, body), (old, body), (signed(body, now), body + b" ")):
        answer = await client.post("/v1/signals", content=sent, headers=headers)
        assert answer.status_code == 401
    assert await letters(machinery) == []


async def test_who_signs_for_one_source_sends_for_no_other(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    body = json.dumps(event(machinery, source="/someone/else")).encode()
    headers = signed(body, machinery.context.clock())
    answer = await client.post("/v1/signals", content=body, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (403, "source")
    real = await client.post("/v1/signals", content=body, headers=BEARER)
    assert real.status_code == 202, "the stranger's letter must not stand in its way"


async def test_the_handshake_welcomes_who_is_known_and_nobody_else(
    client: httpx.AsyncClient,
) -> None:
    origin = {"WebHook-Request-Origin": "em.example.com"}
    welcome = await client.options("/v1/signals", headers=origin)
    assert welcome.status_code == 200
    assert welcome.headers["webhook-allowed-origin"] == "em.example.com"
    assert int(welcome.headers["webhook-allowed-rate"]) > 0
    for stranger in ("evil.example.com", "*", ""):
        answer = await client.options("/v1/signals", headers={"WebHook-Request-Origin": stranger})
        assert answer.status_code == 403
        assert "webhook-allowed-origin" not in answer.headers


async def test_an_event_of_s4_that_no_playbook_waits_for_is_nothing_to_do(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    waited_for = {
        one.type for book in machinery.context.catalog.playbooks.values() for one in book.triggers
    }
    told = event(machinery, type=S4, data={"ProductionOrder": "1000001"})
    answer = await client.post("/v1/signals", json=told, headers=BEARER)
    assert answer.status_code == (202 if "concord.order.status.v1" in waited_for else 200)


async def test_a_scrap_document_of_s4_is_read_and_becomes_a_case(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    order = next(iter(world.s4.orders))[0]
    rows = world.s4.document_items
    key, row = next((key, row) for key, row in rows.items() if row.get("ManufacturingOrder"))
    row["GoodsMovementType"] = "551"
    data = {"MaterialDocument": key[1], "MaterialDocumentYear": key[0]}
    told = event(machinery, type=MOVED, source="/default/sap.s4.beh/S4", data=data)
    answer = await client.post("/v1/signals", json=told, headers=BEARER)
    assert answer.status_code == 202, (answer.json(), order)
    case = await machinery.records.case(answer.json()["case"])
    assert case is not None
    assert case.kind == "production/confirmation_quantity"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "sap.s4.beh.unheard.of.v1"}, "type"),
        ({"type": S4, "data": {}}, "data"),
        (
            {"type": MOVED, "data": {"MaterialDocument": "9", "MaterialDocumentYear": "2026"}},
            "data",
        ),
        (
            {"type": MOVED, "data": {"MaterialDocument": "../x", "MaterialDocumentYear": "1"}},
            "data.MaterialDocument",
        ),
    ],
)
async def test_what_s4_says_that_nobody_understands_is_kept_with_the_reason(
    client: httpx.AsyncClient, machinery: Machinery, changes: dict[str, Any], field: str
) -> None:
    answer = await client.post("/v1/signals", json=event(machinery, **changes), headers=BEARER)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert len(await letters(machinery)) == 1


async def test_a_failed_posting_that_dm_tells_of_becomes_its_case(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    data = {
        "plant": "1010",
        "shopOrder": "1000001",
        "material": "RM-SEAT-S",
        "ID": "M7",
        "NUMBER": "021",
        "MESSAGE": "<script>alert(1)</script>",
    }
    told = event(machinery, type="dm.erp_posting.failed.v1", data=data)
    answer = await client.post("/v1/signals", json=told, headers=BEARER)
    case = await machinery.records.case(answer.json()["case"])
    assert case is not None
    assert case.kind == "materials/stock_deficit"
    assert case.signal.text == "<script>alert(1)</script>"
    assert case.signal.message == "M7/021"


async def test_idocs_in_one_body_are_each_taken_or_kept(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    body = """<?xml version="1.0"?><x:WMMBID02 xmlns:x="urn:x">
    <IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><DOCNUM>0000000000004711</DOCNUM>
    <MESTYP>WMMBXY</MESTYP><SNDPRN>MES1010</SNDPRN></EDI_DC40>
    <E1MBXYH SEGMENT="1"><XBLNR>5000000001/2026</XBLNR><E1MBXYI SEGMENT="1">
    <MATNR>0000RM-SEAT-S</MATNR><WERKS>1010</WERKS><BWART>261</BWART>
    <AUFNR>000001000001</AUFNR></E1MBXYI></E1MBXYH></IDOC>
    <IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><DOCNUM>4712</DOCNUM><MESTYP>ORDERS</MESTYP>
    </EDI_DC40><E1EDK01 SEGMENT="1"><BELNR>1</BELNR></E1EDK01></IDOC></x:WMMBID02>"""
    headers = BEARER | {"Content-Type": "application/xml"}
    answer = await client.post("/v1/idocs", content=body, headers=headers)
    good, bad = answer.json()["results"]
    assert (answer.status_code, good["status"], bad["status"]) == (207, 202, 422)
    assert bad["field"] == "MESTYP"
    case = await machinery.records.case(good["case"])
    assert case is not None
    assert (case.kind, case.object) == ("materials/stock_deficit", "1010/order/1000001")
    assert (await client.post("/v1/idocs", content=body, headers=headers)).json()["results"][0][
        "how"
    ] == "duplicate"


@pytest.mark.parametrize("days", [0, 120], ids=["winter", "summer"])
async def test_a_time_ticket_without_a_plant_is_placed_by_its_order(
    client: httpx.AsyncClient, machinery: Machinery, world: World, days: int
) -> None:
    world.clock.advance(days * 86_400)
    at = machinery.context.clock().astimezone(ZoneInfo("Europe/Berlin"))
    order = next(key[0] for key, row in world.s4.orders.items() if row["ProductionPlant"] == "1010")
    body = f"""<PPCC2PRETTICKET01><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><DOCNUM>9</DOCNUM>
    <MESTYP>PPCC2PRETTICKET</MESTYP><SNDPRN>MES</SNDPRN><CREDAT>{at:%Y%m%d}</CREDAT>
    <CRETIM>{at:%H%M%S}</CRETIM></EDI_DC40>
    <E1BP_PP_TIMETICKET SEGMENT="1"><ORDERID>{order:>012}</ORDERID><OPERATION>0010</OPERATION>
    <YIELD>5.000</YIELD></E1BP_PP_TIMETICKET></IDOC></PPCC2PRETTICKET01>"""
    headers = BEARER | {"Content-Type": "text/xml"}
    answer = await client.post("/v1/idocs", content=body, headers=headers)
    assert answer.status_code == 202, answer.json()
    case = await machinery.records.case(answer.json()["results"][0]["case"])
    assert case is not None
    assert (case.plant, case.kind) == ("1010", "production/confirmation_quantity")
    assert case.signal.time == at.replace(microsecond=0)


async def test_a_document_type_is_refused_and_kept(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    body = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    headers = BEARER | {"Content-Type": "application/xml"}
    answer = await client.post("/v1/idocs", content=body, headers=headers)
    assert answer.status_code == 400
    assert "document type" in answer.json()["detail"]
    assert len(await letters(machinery)) == 1


async def test_what_the_erp_cannot_be_asked_about_now_is_kept_and_welcome_again(
    tmp_path: Path, world: World
) -> None:
    folder = plant_files(tmp_path / "plants", alone=False)
    home, wires = settings_of(tmp_path / "home", folder), wires_of(world)
    key, row = next(
        (key, row) for key, row in world.s4.document_items.items() if row.get("ManufacturingOrder")
    )
    row["GoodsMovementType"] = "551"
    data = {"MaterialDocument": key[1], "MaterialDocumentYear": key[0]}

    async def send(wires: Wires) -> tuple[httpx.Response, int]:
        async with concord(home, wires) as machinery:
            told = event(machinery, type=MOVED, data=data, time="2026-03-17T08:00:00Z")
            app = httpx.ASGITransport(application(machinery, Collected()))
            async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
                answer = await client.post("/v1/signals", json=told, headers=BEARER)
            return answer, len(await letters(machinery))

    async def at_once(_: float) -> None:
        return None

    cut = Wires(wires.env, wires.clock, Unreachable(), wires.rhythm, at_once)
    answer, lying = await send(cut)
    assert (answer.status_code, "retry-after" in answer.headers, lying) == (503, True, 1)
    answer, lying = await send(wires)
    assert (answer.status_code, answer.json()["how"], lying) == (202, "new", 0)


class Unreachable(httpx.AsyncBaseTransport):
    """A network on which nothing answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)
