"""The gateway read well and badly: keys, ways, queries, pages, formats."""

import pytest

from tests.tools.sandbox.tanks import DOORS, ROOT, tank_world
from tools.sandbox.visitor import Visitor, causes

E = "ZSBX/9"


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(tank_world(), DOORS, ROOT)


async def test_values_are_written_as_v2_has_them(visitor: Visitor) -> None:
    said = (await visitor.get("A_Tank('1')")).json()["d"]
    assert said["Level"] == "10.5"
    assert said["Pulses"] == str(2**40 + 1)
    assert said["CommissioningDate"] == "/Date(1772323200000)/"
    assert said["GaugedAt"] == "/Date(1773709200000+0000)/"
    assert said["ShiftStart"] == "PT06H01M00S"
    assert said["IsHeated"] is False
    assert said["Gauges"] == 0
    assert said["to_Filling"]["__deferred"]["uri"].endswith("A_Tank('1')/to_Filling")


async def test_an_entity_says_who_it_is_and_in_which_state(visitor: Visitor) -> None:
    response = await visitor.get("A_Tank('1')")
    metadata = response.json()["d"]["__metadata"]
    assert metadata["type"] == "API_TANK_SRV.A_TankType"
    assert metadata["uri"] == f"http://s4.sandbox{ROOT}/A_Tank('1')"
    assert metadata["etag"] == response.headers["etag"] == "W/\"'20260317080000'\""


async def test_what_is_known_already_is_not_sent_again(visitor: Visitor) -> None:
    response = await visitor.get("A_Tank('1')", if_none_match="W/\"'20260317080000'\"")
    assert (response.status_code, response.content) == (304, b"")


async def test_a_set_may_know_its_keys_by_other_spellings(visitor: Visitor) -> None:
    assert (await visitor.get("A_Tank('0000000001')")).json()["d"]["Tank"] == "1"


@pytest.mark.parametrize(
    ("path", "tanks"),
    [
        ("A_Tank?$filter=Tank eq '2'", "2"),
        ("A_Tank?$filter=Level gt 20 and Level le 31.5M", "23"),
        ("A_Tank?$filter=not (IsHeated eq true) and Level lt 40", "13"),
        ("A_Tank?$filter=IsHeated or Tank eq '5'&$orderby=Tank desc", "542"),
        ("A_Tank?$filter=substringof('Brien 4',TankName)", "4"),
        ("A_Tank?$filter=startswith(TankName,'Tank O''Brien 5')", "5"),
        ("A_Tank?$filter=endswith(tolower(TankName),'n 1') eq true", "1"),
        ("A_Tank?$filter=CommissioningDate ge datetime'2026-03-05T00:00:00'", "5"),
        ("A_Tank?$filter=GaugedAt lt datetimeoffset'2026-03-17T03:00:00%2B01:00'", "1"),
        ("A_Tank?$filter=ShiftStart eq time'PT06H02M00S'", "2"),
        ("A_Tank?$filter=ExternalKey eq guid'00000000-0000-0000-0000-000000000003'", "3"),
        ("A_Tank?$filter=Pulses eq 1099511627777L", "1"),
        ("A_Tank?$filter=Temperature gt 24.9d", "5"),
        ("A_Tank?$filter=Product eq '' and day(CommissioningDate) eq 3", "3"),
        ("A_Tank?$filter=ExternalKey eq null", ""),
        ("A_Tank?$filter=length(Product) eq 3 and ('1' ne Tank)", "2"),
        ("A_Tank?$orderby=IsHeated desc,Level desc&$top=2", "42"),
        ("A_Tank?$skip=3", "45"),
        ("A_Tank?$top=0", ""),
        ("A_Filling('1','1')", None),
        ("A_Tank('1')/to_Filling?$filter=Quantity gt 5", "1"),
    ],
)
async def test_a_query_finds_what_it_asks_for(
    visitor: Visitor, path: str, tanks: str | None
) -> None:
    response = await visitor.get(path)
    if tanks is None:
        assert response.status_code == 400
    else:
        assert "".join(row["Tank"] for row in response.json()["d"]["results"]) == tanks


async def test_pages_lead_to_each_other_until_all_is_read(visitor: Visitor) -> None:
    first = (await visitor.get("A_Tank?$inlinecount=allpages&$filter=Level gt 0")).json()["d"]
    assert (first["__count"], len(first["results"])) == ("5", 3)
    address = first["__next"].partition(f"{ROOT}/")[2]
    second = (await visitor.get(address)).json()["d"]
    assert [row["Tank"] for row in second["results"]] == ["4", "5"]
    assert "__next" not in second


async def test_expanding_goes_as_deep_as_asked(visitor: Visitor) -> None:
    path = "A_Tank('1')?$expand=to_Product,to_Filling/to_Tank&$select=Tank,to_Product,to_Filling"
    said = (await visitor.get(path)).json()["d"]
    assert said["to_Product"]["ProductName"] == "Öl & Fett <fein>"
    assert [row["to_Tank"]["Tank"] for row in said["to_Filling"]["results"]] == ["1", "1"]
    assert "Level" not in said


async def test_a_way_to_nothing_is_null_or_no_content(visitor: Visitor) -> None:
    said = (await visitor.get("A_Tank('4')?$expand=to_Product,to_Filling")).json()["d"]
    assert (said["to_Product"], said["to_Filling"]) == (None, {"results": []})
    assert (await visitor.get("A_Tank('4')/to_Product")).status_code == 204


async def test_ways_parts_and_counts_have_addresses(visitor: Visitor) -> None:
    address = "A_Tank('1')/to_Filling(Tank='1',Filling='2')/Quantity"
    assert (await visitor.get(address)).json() == {"d": {"Quantity": "6"}}
    assert (await visitor.get(f"{address}/$value")).text == "6"
    assert (await visitor.get("A_Tank/$count?$filter=IsHeated")).text == "2"
    assert (await visitor.get("A_Tank('1')/to_Filling/$count")).text == "2"


@pytest.mark.parametrize(
    ("path", "status", "code", "named"),
    [
        ("A_Tanks", 404, "ZSBX/905", "A_Tanks"),
        ("A_Tank('77')", 404, "ZSBX/906", "77"),
        ("A_Tank('1')/to_Nowhere", 404, "ZSBX/905", "to_Nowhere"),
        ("A_Tank(1)", 400, "ZSBX/903", "Tank"),
        ("A_Tank('12345678901')", 400, "ZSBX/904", "Tank"),
        ("A_Tank(Product='1')", 400, "ZSBX/902", "Product"),
        ("A_Filling(Tank='1')", 400, "ZSBX/901", "Filling"),
        ("A_Tank('1'", 400, "ZSBX/901", "A_Tank"),
        ("A_Tank?$filter=Levl gt 1", 400, "ZSBX/902", "Levl"),
        ("A_Tank?$filter=Level gt '1'", 400, "ZSBX/903", "Edm.String"),
        ("A_Tank?$filter=Level gt", 400, "ZSBX/901", "end"),
        ("A_Tank?$filter=Level", 400, "ZSBX/901", "condition"),
        ("A_Tank?$filter=guess(Tank)", 400, "ZSBX/901", "guess"),
        ("A_Tank?$filter=CommissioningDate eq datetime'2026-13-01T00:00'", 400, "ZSBX/903", "2026"),
        ("A_Tank?$select=Levl", 400, "ZSBX/902", "Levl"),
        ("A_Tank?$expand=Level", 400, "ZSBX/902", "Level"),
        ("A_Tank?$orderby=Level sideways", 400, "ZSBX/901", "sideways"),
        ("A_Tank?$top=-1", 400, "ZSBX/901", "$top"),
        ("A_Tank?$skiptoken=x", 400, "ZSBX/901", "$skiptoken"),
        ("A_Tank?$search=x", 400, "ZSBX/901", "$search"),
        ("A_Tank?$top=1&$top=2", 400, "ZSBX/901", "$top"),
        ("A_Tank?$format=xml", 415, "ZSBX/911", "xml"),
    ],
)
async def test_a_wrong_question_is_refused_by_the_name_of_what_is_wrong(
    visitor: Visitor, path: str, status: int, code: str, named: str
) -> None:
    response = await visitor.get(path)
    assert (response.status_code, [*causes(response)]) == (status, [code])
    assert named in response.json()["error"]["message"]["value"]


async def test_only_json_is_spoken(visitor: Visitor) -> None:
    assert (await visitor.get("A_Tank", accept="application/atom+xml")).status_code == 406
    assert (await visitor.get("A_Tank", accept="text/html, */*;q=0.1")).status_code == 200
    assert (await visitor.get("$metadata", accept="application/xml")).status_code == 200


async def test_a_service_lists_its_sets(visitor: Visitor) -> None:
    said = (await visitor.get("")).json()
    assert said == {"d": {"EntitySets": ["A_Tank", "A_Filling", "A_Product"]}}


async def test_an_unknown_service_is_forbidden_and_a_version_may_be_named(
    visitor: Visitor,
) -> None:
    unknown = await visitor.raw("GET", "/sap/opu/odata/sap/API_NONE/A_X", accept="*/*")
    assert (unknown.status_code, [*causes(unknown)]) == (403, ["/IWFND/MED/170"])
    assert (await visitor.raw("GET", f"{ROOT};v=0002/A_Tank")).status_code == 200


async def test_texts_follow_the_language(visitor: Visitor) -> None:
    tank = {"Tank": "1"}
    english = await visitor.send("POST", "A_Tank", tank)
    german = await visitor.send("POST", "A_Tank?sap-language=DE", tank)
    accepted = await visitor.send("POST", "A_Tank", tank, accept_language="de-DE,de;q=0.9")
    said = [each.json()["error"]["message"] for each in (english, german, accepted)]
    assert said[0] == {"lang": "en", "value": "Tank exists"}
    assert said[1] == said[2] == {"lang": "de", "value": "Behälter besteht"}
