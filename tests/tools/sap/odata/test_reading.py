from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from starlette.responses import RedirectResponse, Response

from tools.errors import Denied, Failed, Misread, NotFound, Refused, SignInRefused, Unavailable
from tools.sap.decoding import decimal, etag_of, text
from tools.sap.filters import and_, eq, ge
from tools.sap.scripted import ROOT, Gateway, orders, path, query, reply, sap_error

HTML = Response("<!DOCTYPE html><html><body>Logon</body></html>", media_type="text/html")


async def test_a_row_comes_with_its_change_marker_and_what_sap_remarked() -> None:
    gateway = Gateway()
    row = {"__metadata": {"etag": "W/\"'20260101'\"", "type": "X.Y"}, "TotalQuantity": "10.500"}
    remark = (
        '{"code":"CO/469","message":"careful","severity":"warning","details":[{"code":"A/001"}]}'
    )
    gateway.once(reply({"d": row}, sap_message=remark))

    order = await orders(gateway).get("A_ProductionOrder_2", "1000000", expand=["to_Item"])

    assert decimal(order.row, "TotalQuantity") == Decimal("10.500")
    assert order.etag == etag_of(order.row) == "W/\"'20260101'\""
    assert [message.code for message in order.messages] == ["CO/469", "A/001"]
    assert path(gateway.asked[0]) == "A_ProductionOrder_2('1000000')"
    assert query(gateway.asked[0], "sap-client") == "100"
    assert query(gateway.asked[0], "sap-language") == "EN"
    assert gateway.asked[0].headers["accept-language"] == "en"


@pytest.mark.parametrize("key", ["O'Brien", "A/B", "50% + 1", "x&y=z#", "Prüfung"])
async def test_a_key_arrives_as_it_is_whatever_it_holds(key: str) -> None:
    gateway = Gateway()
    gateway.once(reply({"d": {}}))
    await orders(gateway).get("A_Product", {"Product": key, "Plant": "1010"})
    quoted = key.replace("'", "''")
    assert path(gateway.asked[0]) == f"A_Product(Product='{quoted}',Plant='1010')"


async def test_a_filter_value_cannot_become_part_of_the_filter() -> None:
    gateway = Gateway()
    await orders(gateway).query(
        "A_X", and_(eq("Batch", "a' or '1' eq '1"), ge("Quantity", Decimal("1.50"))), top=5
    )
    assert query(gateway.asked[0], "$filter") == (
        "(Batch eq 'a'' or ''1'' eq ''1') and (Quantity ge 1.50M)"
    )
    assert query(gateway.asked[0], "$top") == "5"


async def test_all_pages_are_read_in_order() -> None:
    gateway = Gateway()
    gateway.pages = {
        "": {
            "d": {"results": [{"N": "1"}], "__next": f"https://s4.example{ROOT}/A_X?$skiptoken=2"}
        },
        "2": {"d": {"results": [{"N": "2"}], "__next": "A_X?$skiptoken=3&sap-client=100"}},
        "3": {"d": {"results": [{"N": "3"}]}},
    }
    rows = await orders(gateway).query("A_X")
    assert [text(row, "N") for row in rows] == ["1", "2", "3"]
    assert [query(request, "sap-client") for request in gateway.asked] == ["100"] * 3


async def test_no_page_is_fetched_that_nobody_wants() -> None:
    gateway = Gateway()
    gateway.pages = {"": {"d": {"results": [{"N": "1"}, {"N": "2"}], "__next": "A_X?$skiptoken=2"}}}
    assert len(await orders(gateway).query("A_X", top=2)) == 2
    assert len(gateway.asked) == 1


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/sap/opu/odata/sap/API_PRODUCTION_ORDER_2_SRV/A_X?$skiptoken=2",
        "http://s4.example/sap/opu/odata/sap/API_PRODUCTION_ORDER_2_SRV/A_X?$skiptoken=2",
        "//evil.example/A_X",
        f"{ROOT}/../OTHER_SRV/A_X",
        {"uri": "A_X"},
    ],
)
async def test_a_next_page_elsewhere_is_refused(following: object) -> None:
    gateway = Gateway(pages={"": {"d": {"results": [], "__next": following}}})
    with pytest.raises(Misread, match="elsewhere"):
        await orders(gateway).query("A_X")
    assert len(gateway.asked) == 1


async def test_pages_in_a_circle_are_noticed() -> None:
    page: object = {"d": {"results": [], "__next": "A_X?$skiptoken=1"}}
    with pytest.raises(Misread, match="never end"):
        await orders(Gateway(pages={"": page, "1": page})).query("A_X")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HTML, "HTML where JSON is expected"),
        (Response('{"d":{"results":[}]', media_type="application/json"), "broken JSON"),
        (Response("[" * 100_000 + "]", media_type="application/json"), "broken JSON"),
        (Response(""), "empty answer"),
        (reply({"error": {"code": "M7/021", "message": {"value": "no"}}}), "M7/021"),
        (reply({"value": []}), "no 'd'"),
        (reply({"d": {"results": "none"}}), "no rows"),
        (
            RedirectResponse("https://idp.example/login?SAMLRequest=abc"),
            "redirected to https://idp",
        ),
    ],
)
async def test_an_answer_that_is_no_odata_is_named_for_what_it_is(
    answer: Response, said: str
) -> None:
    gateway = Gateway()
    gateway.once(answer)
    with pytest.raises(Misread, match=said) as caught:
        await orders(gateway).query("A_X")
    assert "SAMLRequest" not in str(caught.value)
    assert f"GET {ROOT}/A_X" in str(caught.value)


async def test_an_answer_that_ends_in_its_middle_is_asked_for_again() -> None:
    gateway = Gateway()
    gateway.once(Response('{"d":{"results":[', media_type="application/json"))
    assert await orders(gateway).query("A_X") == []
    assert len(gateway.asked) == 2


async def test_the_cause_of_an_error_comes_before_its_wrapper() -> None:
    gateway = Gateway()
    gateway.once(
        sap_error(400, "MM_IM_ODATA_API_MDOC/014", "M7/021", "MM_IM_ODATA_API_MDOC/014", "M8/147")
    )
    with pytest.raises(Refused) as caught:
        await orders(gateway).query("A_X")
    assert [message.code for message in caught.value.messages] == [
        "M7/021",
        "M8/147",
        "MM_IM_ODATA_API_MDOC/014",
    ]
    assert caught.value.messages[0].message_class == "M7"
    assert caught.value.messages[0].message_number == "021"


async def test_an_error_in_atom_is_read_too() -> None:
    body = (
        '<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        '<code>/IWFND/MED/170</code><message xml:lang="en">No service found</message></error>'
    )
    gateway = Gateway()
    gateway.once(Response(body, 403, media_type="application/xml"))
    with pytest.raises(Denied, match="/IWFND/MED/170 No service found"):
        await orders(gateway).query("A_X")


async def test_a_read_with_an_error_message_in_its_header_is_refused() -> None:
    gateway = Gateway()
    said = '{"code":"","details":[{"code":"CO/001","message":"no","severity":"error"}]}'
    gateway.once(reply({"d": {"results": []}}, sap_message=said))
    with pytest.raises(Refused, match="CO/001"):
        await orders(gateway).query("A_X")


@pytest.mark.parametrize(
    ("status", "kind"), [(401, SignInRefused), (403, Denied), (404, NotFound), (500, Failed)]
)
async def test_what_repeating_cannot_mend_is_asked_once(status: int, kind: type) -> None:
    gateway = Gateway()
    gateway.always(Response(status_code=status))
    with pytest.raises(kind):
        await orders(gateway).get("A_X", "1")
    assert len(gateway.asked) == 1


async def test_a_passing_fault_is_outlasted() -> None:
    gateway = Gateway()
    gateway.once(Response(status_code=503))
    gateway.once(Response(status_code=429, headers={"Retry-After": "2"}))
    assert await orders(gateway).query("A_X") == []
    assert len(gateway.asked) == 3


async def test_a_lasting_fault_ends_as_unavailable() -> None:
    gateway = Gateway()
    gateway.always(Response(status_code=503))
    with pytest.raises(Unavailable, match="503"):
        await orders(gateway, attempts=3, breaker_failures=100).query("A_X")
    assert len(gateway.asked) == 3


async def test_parallel_reads_need_no_token() -> None:
    gateway = Gateway()
    service = orders(gateway)
    await asyncio.gather(*(service.query("A_X") for _ in range(8)))
    assert gateway.fetches == 0
