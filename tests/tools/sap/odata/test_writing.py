from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from starlette.responses import RedirectResponse, Response

from tools.errors import (
    Denied,
    Locked,
    Misread,
    NotSent,
    OutcomeUnknown,
    Refused,
    Stale,
    Throttled,
    TokenRejected,
)
from tools.sap.literals import Long
from tools.sap.scripted import Gateway, orders, path, query, reply, sap_error


async def test_a_deep_insert_goes_out_in_sap_notation() -> None:
    gateway = Gateway()
    answer = await orders(gateway).create(
        "A_MaterialDocumentHeader",
        {
            "GoodsMovementCode": "03",
            "PostingDate": date(2026, 1, 31),
            "At": datetime(2026, 1, 31, 12, tzinfo=UTC),
            "Time": time(12, 26),
            "ExternalSystemConfirmation": UUID(int=7),
            "Count": Long(5),
            "to_MaterialDocumentItem": [{"QuantityInEntryUnit": Decimal("1.500")}],
        },
    )
    assert json.loads(gateway.posted[0][1]) == {
        "GoodsMovementCode": "03",
        "PostingDate": "/Date(1769817600000)/",
        "At": "/Date(1769860800000+0000)/",
        "Time": "PT12H26M00S",
        "ExternalSystemConfirmation": "00000000-0000-0000-0000-000000000007",
        "Count": "5",
        "to_MaterialDocumentItem": [{"QuantityInEntryUnit": "1.500"}],
    }
    assert answer.row["ManufacturingOrder"] == "1"


async def test_a_function_takes_its_parameters_in_the_address_and_the_change_marker() -> None:
    gateway = Gateway()
    gateway.once(reply({"d": {"ReleaseOrder": {"SystemMessageType": "S"}}}))
    answer = await orders(gateway).call(
        "ReleaseOrder",
        {"ManufacturingOrder": "1000000", "ConfirmationYieldQuantity": Decimal(5)},
        etag="W/\"datetimeoffset'2026'\"",
    )
    sent = gateway.asked[-1]
    assert path(sent) == "ReleaseOrder"
    assert query(sent, "ManufacturingOrder") == "'1000000'"
    assert query(sent, "ConfirmationYieldQuantity") == "5M"
    assert sent.headers["if-match"] == "W/\"datetimeoffset'2026'\""
    assert answer.row == {"SystemMessageType": "S"}


async def test_a_function_that_reads_needs_no_token_and_may_give_rows() -> None:
    gateway = Gateway()
    gateway.once(reply({"d": {"results": [{"A": "1"}, {"A": "2"}]}}))
    answer = await orders(gateway).call("ExplodeBOM", {"Material": "X"}, method="GET")
    assert len(answer.rows) == 2
    assert gateway.fetches == 0


async def test_a_function_that_answers_200_and_says_no_is_a_refusal() -> None:
    gateway = Gateway()
    said = {
        "SystemMessageType": "E",
        "SystemMessageIdentification": "CO",
        "SystemMessageNumber": "471",
        "SystemMessageLongText": "not allowed",
    }
    gateway.once(reply({"d": {"ReleaseOrder": said}}))
    with pytest.raises(Refused, match="CO/471 not allowed"):
        await orders(gateway).call("ReleaseOrder", {"ManufacturingOrder": "1"})


async def test_an_update_names_the_state_it_was_decided_on() -> None:
    gateway = Gateway()
    gateway.once(Response(status_code=204))
    answer = await orders(gateway).update("A_X", "1", {"A": "b"}, etag='"7"', method="MERGE")
    assert (gateway.asked[-1].method, gateway.asked[-1].headers["if-match"]) == ("MERGE", '"7"')
    assert answer.data is None


async def test_one_token_serves_many_writes_at_once() -> None:
    gateway = Gateway(slow_fetch=0.01)
    service = orders(gateway)
    await asyncio.gather(*(service.create("A_X", {"N": str(n)}) for n in range(8)))
    assert gateway.fetches == 1
    assert len(gateway.posted) == 8


async def test_services_of_one_system_share_the_session() -> None:
    gateway = Gateway()
    first = orders(gateway)
    second = type(first)(first.connection, "/sap/opu/odata/sap/API_MATERIAL_DOCUMENT_SRV")
    await first.create("A_X", {})
    await second.create("A_Y", {})
    assert gateway.fetches == 1


async def test_an_expired_token_is_fetched_once_for_all_who_met_it() -> None:
    gateway = Gateway(slow_fetch=0.01)
    service = orders(gateway)
    await service.create("A_X", {"N": "first"})
    gateway.expire_session()
    await asyncio.gather(*(service.create("A_X", {"N": str(n)}) for n in range(8)))
    assert gateway.fetches == 2
    assert len(gateway.posted) == 9


async def test_a_read_answered_late_does_not_replace_the_session_of_the_writes() -> None:
    gateway = Gateway()
    service = orders(gateway)
    await service.create("A_X", {})
    gateway.once(reply({"d": {"results": []}}, set_cookie="SAP_SESSIONID=someone-else"))
    await service.query("A_X")
    await service.create("A_X", {})
    assert gateway.fetches == 1


async def test_a_gateway_that_serves_no_head_is_asked_by_get() -> None:
    gateway = Gateway(head_served=False)
    await orders(gateway).create("A_X", {})
    assert len(gateway.posted) == 1


async def test_a_token_refused_twice_has_certainly_not_posted() -> None:
    gateway = Gateway()
    refusal = Response("CSRF token validation failed", 403, {"x-csrf-token": "Required"})
    gateway.always(refusal)
    with pytest.raises(TokenRejected):
        await orders(gateway).create("A_X", {})
    assert (gateway.fetches, gateway.posted) == (2, [])


async def test_no_token_to_be_had_means_nothing_was_sent() -> None:
    async def down(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    with pytest.raises(NotSent, match="no CSRF token"):
        await orders(httpx.MockTransport(down), attempts=2).create("A_X", {})


async def test_a_login_page_instead_of_a_token_is_named_and_nothing_is_sent() -> None:
    async def login(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "/login?next=1"})

    with pytest.raises(Misread, match="redirected to /login"):
        await orders(httpx.MockTransport(login)).create("A_X", {})


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, Denied),
        (403, Denied),
        (409, Refused),
        (412, Stale),
        (423, Locked),
        (428, Stale),
        (429, Throttled),
    ],
)
async def test_a_definite_no_to_a_write_is_told_by_who_reacts(status: int, kind: type) -> None:
    gateway = Gateway()
    gateway.always(sap_error(status, "X/001", "M7/021"))
    with pytest.raises(kind, match="M7/021"):
        await orders(gateway).create("A_X", {})
    assert len([each for each in gateway.asked if each.method == "POST"]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=500),
        Response(status_code=502),
        Response(status_code=503, headers={"Retry-After": "1"}),
        Response("<html>logon</html>", media_type="text/html"),
        Response('{"d":{"Manufac', status_code=201),
        RedirectResponse("/login"),
        reply({"d": {}}, 201, sap_message='{"code":"CO/1","message":"no","severity":"error"}'),
        reply({"error": {"code": "M7/021"}}),
        reply({"something": "else"}, 201),
    ],
)
async def test_a_write_whose_answer_decides_nothing_is_sent_once_and_unknown(
    answer: Response,
) -> None:
    gateway = Gateway()
    gateway.always(answer)
    with pytest.raises(OutcomeUnknown):
        await orders(gateway).create("A_X", {})
    assert len([each for each in gateway.asked if each.method == "POST"]) == 1


@pytest.mark.parametrize("failure", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError])
async def test_a_write_that_is_never_answered_is_unknown(
    failure: type[httpx.TransportError],
) -> None:
    gateway = Gateway()
    inner = httpx.ASGITransport(gateway)

    async def losing(request: httpx.Request) -> httpx.Response:
        response = await inner.handle_async_request(request)
        if request.method == "POST":
            raise failure("gone")
        return response

    with pytest.raises(OutcomeUnknown, match="never came"):
        await orders(httpx.MockTransport(losing)).create("A_X", {})
    assert len(gateway.posted) == 1
