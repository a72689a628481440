"""The gateway written to, well and badly: bodies, ETags, functions, the journal."""

import json

import pytest

from tests.tools.sandbox.tanks import DOORS, ROOT, TankWorld, tank_world
from tools.sandbox.visitor import Visitor, causes

NOW = "W/\"'20260317080000'\""
KEY = "0a0b0c0d-0000-0000-0000-000000000001"


@pytest.fixture
def world() -> TankWorld:
    return tank_world()


@pytest.fixture
def visitor(world: TankWorld) -> Visitor:
    return Visitor(world, DOORS, ROOT)


async def test_what_is_created_is_answered_with_its_address(
    world: TankWorld, visitor: Visitor
) -> None:
    body = {
        "Tank": "7",
        "Level": "1.250",
        "CommissioningDate": "/Date(1772323200000)/",
        "GaugedAt": "2026-03-17T08:00:00+01:00",
        "ShiftStart": "PT6H",
        "ExternalKey": KEY.upper(),
        "Temperature": "2.15E+01",
        "Pulses": "9",
    }
    response = await visitor.send("POST", "A_Tank", body)
    assert response.status_code == 201
    assert response.headers["location"].endswith("A_Tank('7')")
    assert response.headers["etag"] == NOW
    assert response.json()["d"]["GaugedAt"] == "/Date(1773730800000+0000)/"
    assert world.tanks["7"]["ExternalKey"] == KEY
    assert [(e.operation, e.object, e.reference, e.document) for e in world.journal.entries] == [
        ("create A_Tank", "7", KEY, "7")
    ]


async def test_a_deep_insert_creates_what_is_below(world: TankWorld, visitor: Visitor) -> None:
    below = {"results": [{"Quantity": "1"}, {"Quantity": "2.5"}]}
    response = await visitor.send("POST", "A_Tank", {"Tank": "8", "to_Filling": below})
    said = response.json()["d"]
    assert [row["Quantity"] for row in said["to_Filling"]["results"]] == ["1", "2.5"]
    assert len(world.fillings) == 4


async def test_what_is_created_below_another_belongs_to_it(visitor: Visitor) -> None:
    response = await visitor.send("POST", "A_Tank('2')/to_Filling", {"Quantity": "1"})
    assert response.json()["d"]["Tank"] == "2"


async def test_messages_of_a_success_stand_in_the_header(visitor: Visitor) -> None:
    response = await visitor.send("POST", "A_Filling", {"Tank": "1", "Quantity": "1"})
    message = json.loads(response.headers["sap-message"])
    assert (message["code"], message["severity"]) == ("ZDEMO/100", "success")
    assert [one["code"] for one in message["details"]] == ["ZDEMO/101"]


async def test_the_cause_of_a_refusal_stands_in_the_details(
    world: TankWorld, visitor: Visitor
) -> None:
    body = {"Tank": "1", "Quantity": "99999", "ReferenceDocument": "R1"}
    response = await visitor.send("POST", "A_Filling", body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "ZDEMO/000")
    assert [*causes(response)] == ["ZDEMO/002"]
    [entry] = world.journal.entries
    assert (entry.committed, entry.answered, entry.reference) == (False, 400, "R1")


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({"Tnk": "1"}, "ZSBX/902", "Tnk"),
        ({"Tank": 1}, "ZSBX/903", "Tank"),
        ({"Tank": None}, "ZSBX/903", "Tank"),
        ({"Tank": "12345678901"}, "ZSBX/904", "Tank"),
        ({"Level": 1.5}, "ZSBX/903", "Level"),
        ({"Level": "1.2345"}, "ZSBX/903", "Level"),
        ({"Level": "12345678901.0"}, "ZSBX/903", "Level"),
        ({"Level": "NaN"}, "ZSBX/903", "Level"),
        ({"Gauges": 2**31}, "ZSBX/903", "Gauges"),
        ({"Gauges": True}, "ZSBX/903", "Gauges"),
        ({"Pulses": 5}, "ZSBX/903", "Pulses"),
        ({"IsHeated": "true"}, "ZSBX/903", "IsHeated"),
        ({"ExternalKey": "no guid"}, "ZSBX/903", "ExternalKey"),
        ({"CommissioningDate": "17.03.2026"}, "ZSBX/903", "CommissioningDate"),
        ({"CommissioningDate": "/Date(999999999999999)/"}, "ZSBX/903", "CommissioningDate"),
        ({"ShiftStart": "06:00"}, "ZSBX/903", "ShiftStart"),
        ({"Temperature": "1e999"}, "ZSBX/903", "Temperature"),
        ({"to_Filling": "x"}, "ZSBX/901", "to_Filling"),
        ({"to_Filling": [{"Quantity": None}]}, "ZSBX/903", "Quantity"),
        ([1], "ZSBX/901", "A_TankType"),
        (b"{", "ZSBX/901", "JSON"),
        (b'{"Level": NaN}', "ZSBX/901", "JSON"),
        (b"[" * 100_000, "ZSBX/901", "JSON"),
        (b'{"Tank": "\\ud800"}', "ZSBX/903", "Tank"),
    ],
)
async def test_a_wrong_body_is_refused_by_the_name_of_what_is_wrong(
    world: TankWorld, visitor: Visitor, body: object, code: str, named: str
) -> None:
    response = await visitor.send("POST", "A_Tank", body)
    assert (response.status_code, [*causes(response)]) == (400, [code])
    assert named in response.json()["error"]["message"]["value"]
    assert len(world.tanks) == 5
    assert world.journal.committed() == []


async def test_only_json_is_taken(visitor: Visitor) -> None:
    response = await visitor.send(
        "POST", "A_Tank", b"<entry/>", content_type="application/atom+xml"
    )
    assert response.status_code == 415


@pytest.mark.parametrize("method", ["PATCH", "MERGE"])
async def test_a_change_needs_the_present_etag(
    world: TankWorld, visitor: Visitor, method: str
) -> None:
    missing = await visitor.send(method, "A_Tank('1')", {"TankName": "A"})
    assert (missing.status_code, [*causes(missing)]) == (428, ["/IWBEP/CM_MGW_RT/194"])
    changed = await visitor.send(method, "A_Tank('1')", {"TankName": "A"}, if_match=NOW)
    assert (changed.status_code, changed.content) == (204, b"")
    stale = await visitor.send(method, "A_Tank('1')", {"TankName": "B"}, if_match=NOW)
    assert stale.status_code == 412
    again = await visitor.send(
        method, "A_Tank('1')", {"TankName": "C"}, if_match=changed.headers["etag"]
    )
    assert again.status_code == 204
    assert (world.tanks["1"]["TankName"], world.tanks["1"]["Product"]) == ("C", "OIL")
    assert [entry.committed for entry in world.journal.entries] == [False, True, False, True]


async def test_put_resets_what_it_does_not_name(world: TankWorld, visitor: Visitor) -> None:
    await visitor.send("PUT", "A_Tank('1')", {"TankName": "A"}, if_match="*")
    assert (world.tanks["1"]["TankName"], world.tanks["1"]["Product"]) == ("A", "")


async def test_a_key_cannot_be_changed(visitor: Visitor) -> None:
    response = await visitor.send("PATCH", "A_Tank('1')", {"Tank": "2"}, if_match=NOW)
    assert response.status_code == 400


async def test_a_proxy_may_tunnel_the_method(world: TankWorld, visitor: Visitor) -> None:
    tunnelled = await visitor.send(
        "POST", "A_Tank('1')", {"TankName": "A"}, if_match=NOW, x_http_method="MERGE"
    )
    assert (tunnelled.status_code, world.tanks["1"]["TankName"]) == (204, "A")


async def test_deleting_deletes(world: TankWorld, visitor: Visitor) -> None:
    assert (await visitor.send("DELETE", "A_Tank('1')")).status_code == 428
    assert (await visitor.send("DELETE", "A_Tank('1')", if_match=NOW)).status_code == 204
    assert "1" not in world.tanks
    assert (await visitor.send("DELETE", "A_Product('OIL')")).status_code == 405


async def test_a_function_takes_its_parameters_from_the_address(
    world: TankWorld, visitor: Visitor
) -> None:
    missing = await visitor.send("POST", "Drain?Tank='1'")
    malformed = await visitor.send("POST", "Drain?Tank='1'", if_match='"x"')
    stale = await visitor.send("POST", "Drain?Tank='1'", if_match="W/\"'20200101000000'\"")
    done = await visitor.send("POST", "Drain?Tank='1'&sap-client=100", if_match=NOW)
    assert [r.status_code for r in (missing, malformed, stale, done)] == [428, 400, 412, 200]
    assert [*causes(malformed)] == ["PP_ODATA_API_PRODORD/014"]
    assert done.json()["d"]["Drain"]["SystemMessageType"] == "S"
    assert world.tanks["1"]["Level"] == 0
    assert [entry.object for entry in world.journal.committed()] == ["1"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("Measure?AtLeast=40M", 200, ""),
        ("Measure?AtLeast=40", 400, "ZSBX/903"),
        ("Measure?AtLeast='40'", 400, "ZSBX/903"),
        ("Measure?AtLeast=40.0001M", 400, "ZSBX/903"),
        ("Measure?On='2026'", 400, "ZSBX/903"),
        ("Measure?Heated=yes", 400, "ZSBX/903"),
        ("Measure?Depth=1", 400, "ZSBX/901"),
        ("Measure?Heated=true&Heated=true", 400, "ZSBX/901"),
        ("Drain?Tank='1'", 405, "ZSBX/907"),
    ],
)
async def test_parameters_are_checked(
    visitor: Visitor, address: str, status: int, code: str
) -> None:
    response = await visitor.get(address)
    assert response.status_code == status
    assert code in {"", *([] if status == 200 else causes(response))}


async def test_a_missing_parameter_is_named(visitor: Visitor) -> None:
    response = await visitor.send("POST", "Drain", if_match=NOW)
    assert [*causes(response)] == ["ZSBX/910"]
    unknown = await visitor.send("POST", "Drain?Tank='77'", if_match=NOW)
    assert unknown.status_code == 404


async def test_a_reading_function_is_not_journaled(world: TankWorld, visitor: Visitor) -> None:
    rows = await visitor.rows("Measure?AtLeast=40M&$select=Tank")
    assert [row["Tank"] for row in rows] == ["4", "5"]
    assert world.journal.entries == []
