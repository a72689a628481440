"""Whatever is sent, the gateway answers with a refusal and never breaks."""

from base64 import b64encode
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.sandbox.tanks import DOORS, ROOT, tank_world
from tools.sandbox.exchange import Request
from tools.sandbox.servers import Server
from tools.sandbox.visitor import Visitor

WORDS = st.sampled_from(
    ["Level", "Tank", "IsHeated", "CommissioningDate", "eq", "ne", "gt", "and", "or", "not"]
    + ["(", ")", ",", "'a'", "'b''c'", "5", "5M", "1.5", "null", "true", "'", "/", "time'PT1H'"]
    + ["datetime'2026-01-01T00:00:00'", "datetime'x'", "guid'1'", "datetimeoffset'2026'"]
    + ["startswith", "substringof", "length", "day", "substring", "concat"]
)
KNOWN = "Basic " + b64encode(b"CONCORD:plant-in-a-box").decode()
FILTERS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=15).map(" ".join))


def visitor() -> Visitor:
    return Visitor(tank_world(), DOORS, ROOT)


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")


@given(FILTERS)
async def test_no_filter_breaks_the_gateway(text: str) -> None:
    response = await visitor().raw("GET", f"{ROOT}/A_Tank?$filter={quoted(text)}")
    assert response.status_code in {200, 400}


@given(st.text(max_size=40), st.sampled_from(["select", "expand", "orderby", "top", "skiptoken"]))
async def test_no_option_breaks_the_gateway(text: str, name: str) -> None:
    response = await visitor().raw("GET", f"{ROOT}/A_Tank?${name}={quoted(text)}")
    assert response.status_code in {200, 400}


@given(st.binary(max_size=40).map(lambda content: quote(content, safe="/()'=,$?&;")))
async def test_no_address_breaks_the_gateway(address: str) -> None:
    response = await visitor().raw("GET", f"{ROOT}/{address}")
    assert response.status_code < 500


@given(st.text(max_size=30))
async def test_no_key_breaks_the_gateway(key: str) -> None:
    response = await visitor().raw("GET", f"{ROOT}/A_Tank({quoted(key)})")
    assert response.status_code in {200, 400, 404}


@given(st.binary(max_size=200))
async def test_no_body_breaks_the_gateway(content: bytes) -> None:
    assert (await visitor().send("POST", "A_Tank", content)).status_code in {201, 400}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Tank", "Level", "GaugedAt", "to_Filling", "Quantity", "results"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
async def test_no_json_breaks_the_gateway(body: object) -> None:
    assert (await visitor().send("POST", "A_Tank", body)).status_code in {201, 400}


@given(st.binary(max_size=200))
async def test_no_batch_breaks_the_gateway(content: bytes) -> None:
    torn = b"--x\r\nContent-Type: application/http\r\n\r\n" + content + b"\r\n--x--"
    for body in (content, torn):
        response = await visitor().send(
            "POST", "$batch", body, content_type="multipart/mixed; boundary=x"
        )
        assert response.status_code in {202, 400}


@given(st.text(st.characters(codec="latin-1"), max_size=40))
def test_no_header_breaks_the_gateway(value: str) -> None:
    names = ("if-match", "if-none-match", "cookie", "accept", "sap-language", "x-csrf-token")
    for name in (*names, "authorization"):
        headers = {"authorization": KNOWN} | {name: value}
        request = Request(tank_world(), "GET", f"{ROOT}/A_Tank('1')", headers=headers)
        assert DOORS.answer(Server.S4, request).status < 500
