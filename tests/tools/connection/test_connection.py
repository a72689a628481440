from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tools.connection import CORRELATION_HEADER, Connection, Limits, correlation
from tools.errors import (
    Exchange,
    Failed,
    Locked,
    Message,
    Misread,
    NotOffered,
    NotSent,
    OutcomeUnknown,
    Refused,
    Throttled,
    ToolError,
    Unavailable,
    after_sending,
)
from tools.patience import Rhythm

Handler = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def connect(handler: Handler, clock: Clock | None = None, **limits: Any) -> Connection:
    clock = clock or Clock()
    return Connection(
        "MES",
        "https://mes.example/api",
        transport=httpx.MockTransport(handler),
        limits=Limits(**limits),
        rhythm=Rhythm(clock.read, clock.sleep, lambda: 1.0),
    )


def answering(*answers: httpx.Response | Exception) -> tuple[Handler, list[httpx.Request]]:
    """Give the answers in turn, the last one for ever."""
    asked: list[httpx.Request] = []

    async def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        answer = answers[min(len(asked), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=answer.content, request=request
        )

    return handler, asked


async def test_what_is_asked_arrives_exactly() -> None:
    handler, asked = answering(httpx.Response(200, json={"a": 1}))
    token = correlation.set("case-7")
    try:
        connection = connect(handler)
        await connection.write(
            "POST", "/orders", params={"plant": "1010"}, body={"q": Decimal("1.50")}
        )
    finally:
        correlation.reset(token)
    assert str(asked[0].url) == "https://mes.example/api/orders?plant=1010"
    assert asked[0].content == b'{"q":1.50}'
    assert asked[0].headers["content-type"] == "application/json"
    assert asked[0].headers[CORRELATION_HEADER] == "case-7"


async def test_json_is_read_without_floats() -> None:
    handler, _ = answering(httpx.Response(200, content=b'{"q": 0.30}'))
    reply = await connect(handler).read("GET", "/orders")
    assert reply.json() == {"q": Decimal("0.30")}


@pytest.mark.parametrize(
    "failure",
    [
        httpx.Response(429),
        httpx.Response(502),
        httpx.Response(503),
        httpx.Response(504),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("gone"),
        httpx.Response(200, content=b'{"q": 0.3', headers={"Content-Type": "application/json"}),
    ],
)
async def test_a_read_outlasts_what_passes(failure: httpx.Response | Exception) -> None:
    handler, asked = answering(failure, failure, httpx.Response(200, json={}))
    clock = Clock()
    await connect(handler, clock).read("GET", "/orders")
    assert len(asked) == 3
    assert clock.slept == [0.2, 0.4]


async def test_a_read_waits_as_long_as_it_is_asked_to() -> None:
    dated = {
        "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
        "Retry-After": "Wed, 21 Oct 2026 07:28:09 GMT",
    }
    handler, _ = answering(
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503, headers=dated),
        httpx.Response(503, headers={"Retry-After": "soon"}),
        httpx.Response(200),
    )
    clock = Clock()
    await connect(handler, clock).read("GET", "/orders")
    assert clock.slept == [7.0, 9.0, 0.8]


async def test_a_read_that_would_wait_past_its_deadline_ends_at_once_and_says_for_how_long() -> (
    None
):
    handler, asked = answering(httpx.Response(429, headers={"Retry-After": "600"}))
    clock = Clock()
    with pytest.raises(Unavailable) as caught:
        await connect(handler, clock, deadline=60.0).read("GET", "/orders")
    assert caught.value.retry_after == 600
    assert (len(asked), clock.slept) == (1, [])


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ConnectError("refused"), NotSent),
        (httpx.ConnectTimeout("slow"), NotSent),
        (httpx.PoolTimeout("full"), NotSent),
        (httpx.ReadTimeout("slow"), OutcomeUnknown),
        (httpx.WriteTimeout("slow"), OutcomeUnknown),
        (httpx.ReadError("reset"), OutcomeUnknown),
        (httpx.WriteError("reset"), OutcomeUnknown),
        (httpx.RemoteProtocolError("gone"), OutcomeUnknown),
        (httpx.DecodingError("bad gzip"), OutcomeUnknown),
        (httpx.Response(500), OutcomeUnknown),
        (httpx.Response(503, headers={"Retry-After": "1"}), OutcomeUnknown),
        (httpx.Response(408), OutcomeUnknown),
        (httpx.Response(302, headers={"location": "/login"}), OutcomeUnknown),
        (httpx.Response(429, headers={"Retry-After": "3"}), Throttled),
        (httpx.Response(423), Locked),
        (httpx.Response(422), Refused),
    ],
)
async def test_a_write_is_sent_once_whatever_comes(
    failure: httpx.Response | Exception, kind: type[ToolError]
) -> None:
    handler, asked = answering(failure)
    with pytest.raises(kind) as caught:
        await connect(handler).write("POST", "/orders", body={})
    assert type(caught.value) is kind
    assert len(asked) == 1


async def test_a_system_that_hangs_is_given_up_even_if_its_transport_knows_no_timeout() -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    connection = connect(hang, timeout=0.01, connect_timeout=0.01, attempts=2)
    with pytest.raises(Unavailable):
        await connection.read("GET", "/orders")
    with pytest.raises(OutcomeUnknown):
        await connection.write("POST", "/orders")


async def test_the_reasons_in_a_plain_error_body_are_kept() -> None:
    body = {"errors": [{"code": "E1", "message": "too late"}, {"detail": "too much"}]}
    handler, _ = answering(httpx.Response(400, json=body))
    with pytest.raises(Refused, match="E1 too late; too much") as caught:
        await connect(handler).write("POST", "/orders")
    assert [message.code for message in caught.value.messages] == ["E1", ""]


async def test_an_error_names_the_request_but_no_secret() -> None:
    handler, _ = answering(httpx.Response(500, content=b"dump"))
    with pytest.raises(Failed) as caught:
        await connect(handler).read("GET", "/orders", params={"plant": "1010", "apikey": "s3cret"})
    said = str(caught.value)
    assert "GET /api/orders?plant=1010&apikey=…" in said
    assert "500" in said
    assert "dump" in said
    assert "s3cret" not in said


async def test_a_login_redirect_is_named_without_what_it_carries() -> None:
    handler, asked = answering(httpx.Response(302, headers={"location": "/login?session=abc"}))
    with pytest.raises(Misread, match="redirected to /login") as caught:
        await connect(handler).read("GET", "/orders")
    assert "abc" not in str(caught.value)
    assert len(asked) == 1


async def test_an_endless_answer_is_cut_off() -> None:
    handler, _ = answering(httpx.Response(200, content=b"x" * 2_000))
    connection = connect(handler, answer_bytes=1_000)
    with pytest.raises(Misread, match="1000 bytes"):
        await connection.read("GET", "/orders")
    with pytest.raises(OutcomeUnknown):
        await connection.write("POST", "/orders")


async def test_no_more_requests_run_at_once_than_there_are_places() -> None:
    running = most = 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return httpx.Response(200)

    connection = connect(handler, concurrency=3)
    await asyncio.gather(*(connection.read("GET", "/orders") for _ in range(12)))
    assert most == 3


async def test_a_write_that_finds_no_place_was_not_sent() -> None:
    release = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        await release.wait()
        return httpx.Response(200)

    connection = connect(handler, concurrency=1, timeout=0.02)
    holding = asyncio.create_task(connection.read("GET", "/orders"))
    await asyncio.sleep(0)
    with pytest.raises(NotSent, match="places taken"):
        await connection.write("POST", "/orders")
    release.set()
    await holding


async def test_the_rate_is_kept() -> None:
    handler, _ = answering(httpx.Response(200))
    clock = Clock()
    connection = connect(handler, clock, per_second=4)
    for _ in range(3):
        await connection.read("GET", "/orders")
    assert clock.slept == [0.25, 0.25]


async def test_a_failing_system_is_left_alone_and_then_tried_once() -> None:
    healthy = False
    asked = 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if not healthy:
            raise httpx.ConnectError("refused")
        return httpx.Response(200)

    clock = Clock()
    connection = connect(handler, clock, attempts=1, breaker_failures=3, breaker_rest=10.0)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await connection.read("GET", "/orders")
    with pytest.raises(Unavailable, match="left alone") as caught:
        await connection.read("GET", "/orders")
    assert (caught.value.retry_after, asked) == (10.0, 3)
    with pytest.raises(NotSent, match="left alone"):
        await connection.write("POST", "/orders")

    clock.now += 11
    with pytest.raises(Unavailable, match="refused"):
        await connection.read("GET", "/orders")
    with pytest.raises(Unavailable, match="left alone"):
        await connection.read("GET", "/orders")
    assert asked == 4

    clock.now += 11
    healthy = True
    await connection.read("GET", "/orders")
    await connection.write("POST", "/orders")
    assert asked == 6


async def test_what_the_system_refuses_says_nothing_against_its_health() -> None:
    handler, asked = answering(httpx.Response(400))
    connection = connect(handler, breaker_failures=2)
    for _ in range(5):
        with pytest.raises(Refused):
            await connection.read("GET", "/orders")
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("url", "below"),
    [
        ("https://mes.example/api/orders?x=1", "/orders?x=1"),
        ("https://mes.example:443/api/orders", "/orders"),
        ("/api/orders", "/orders"),
        ("/other/orders", None),
        ("/apiary", None),
        ("https://evil.example/api/orders", None),
        ("//evil.example/api/orders", None),
        ("https://mes.example:444/api/orders", None),
    ],
)
def test_an_address_is_followed_only_below_the_base(url: str, below: str | None) -> None:
    handler, _ = answering(httpx.Response(200))
    assert connect(handler).below(url) == below


def test_errors_survive_a_process_boundary() -> None:
    error = Refused(
        "S4",
        "refused",
        Exchange("POST /x", "400"),
        messages=(Message.of("M7/021", "deficit"),),
        retry_after=1.0,
    )
    for each in (error, NotOffered("MES", "maintenance windows")):
        copy = pickle.loads(pickle.dumps(each))
        assert (type(copy), str(copy), copy.messages) == (type(each), str(each), each.messages)


def test_what_cannot_be_decoded_after_a_write_leaves_it_unknown() -> None:
    with pytest.raises(OutcomeUnknown, match="no number"), after_sending("S4"):
        raise Misread("SAP", "no number")
