"""How a system stands: what counts as an answer, what as a failure, and the open breaker."""

import httpx
import pytest

from tests.tools.connection.test_connection import Clock, answering, connect
from tools.errors import Refused, SignInRefused, ToolError, Unavailable
from tools.standing import Failing

CUT_OFF = httpx.Response(200, headers={"Content-Type": "application/json"}, content=b'{"d": [')


async def test_a_definite_no_is_an_answer_and_a_refused_password_is_not() -> None:
    handler, _ = answering(*(httpx.Response(status) for status in (200, 404, 400, 401)))
    clock = Clock()
    connection = connect(handler, clock, attempts=1)
    await connection.read("GET", "/orders")
    for _ in range(2):
        clock.now += 10
        with pytest.raises(ToolError):
            await connection.read("GET", "/orders")
    said_no_at = clock.now
    clock.now += 10
    with pytest.raises(SignInRefused):
        await connection.read("GET", "/orders")
    standing = connection.standing
    assert (standing.answered, standing.answered_at) == (3, said_no_at)
    assert standing.failed == {Failing.SIGN_IN_REFUSED: 1}
    assert standing.trouble is not None
    assert (standing.trouble.at, standing.trouble.why) == (
        clock.now,
        "the credentials were not accepted",
    )


@pytest.mark.parametrize(
    ("answer", "failing"),
    [
        (httpx.Response(503), Failing.UNREACHABLE),
        (httpx.Response(500), Failing.BROKEN),
        (httpx.Response(403), Failing.DENIED),
        (httpx.Response(302), Failing.UNREADABLE),
        (CUT_OFF, Failing.UNREADABLE),
        (httpx.Response(429), Failing.UNREACHABLE),
    ],
    ids=["503", "500", "403", "302", "cut off", "429"],
)
async def test_what_is_wrong_is_one_of_few(answer: httpx.Response, failing: Failing) -> None:
    connection = connect(answering(answer)[0], attempts=1)
    with pytest.raises(ToolError):
        await connection.read("GET", "/orders")
    assert (connection.standing.answered, connection.standing.failed) == (0, {failing: 1})


async def test_a_write_whose_answer_is_lost_is_a_failure_of_its_own() -> None:
    connection = connect(answering(httpx.Response(500))[0])
    with pytest.raises(ToolError):
        await connection.write("POST", "/orders")
    assert connection.standing.failed == {Failing.ANSWER_LOST: 1}


async def test_every_try_counts_and_what_is_left_alone_was_never_sent() -> None:
    clock, down = Clock(), httpx.Response(503)
    handler, asked = answering(down, down, httpx.Response(200))
    connection = connect(handler, clock, attempts=1, breaker_failures=2, breaker_rest=10.0)
    assert not connection.left_alone
    for _ in range(3):
        with pytest.raises(Unavailable):
            await connection.read("GET", "/orders")
    assert connection.left_alone
    assert connection.standing.failed == {Failing.UNREACHABLE: 2}
    assert len(asked) == 2
    clock.now += 11
    await connection.read("GET", "/orders")
    assert not connection.left_alone
    assert connection.standing.answered == 1


async def test_a_no_says_nothing_against_an_interface() -> None:
    connection = connect(answering(httpx.Response(400))[0])
    with pytest.raises(Refused):
        await connection.write("POST", "/orders")
    assert connection.standing.trouble is None
