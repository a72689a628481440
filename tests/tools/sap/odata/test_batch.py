from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tools.errors import Misread, OutcomeUnknown, Refused, TokenRejected
from tools.sap.answer import Answer
from tools.sap.batch import Change, Changeset, Retrieve, decode, encode
from tools.sap.scripted import Gateway, orders

READ = Retrieve("A_X('1')")
CHANGE = Changeset((Change("POST", "A_X", {"N": "1"}), Change("PATCH", "A_X('2')", {}, '"7"')))
CREATED = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{"d":{"N":"1"}}'
CHANGED = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
FOUND = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\netag: "8"\r\n\r\n{"d":{"N":"1"}}'


def error(status: int, code: str) -> str:
    return f'HTTP/1.1 {status} No\r\n\r\n{{"error":{{"code":"{code}","message":{{"value":"no"}}}}}}'


def http(message: str) -> str:
    return f"Content-Type: application/http\r\n\r\n{message}"


def mixed(boundary: str, *parts: str) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--"


def changeset(*messages: str) -> str:
    inner = mixed("in1", *map(http, messages))
    return f"Content-Type: multipart/mixed; boundary=in1\r\n\r\n{inner}"


def batch(*parts: str) -> Response:
    return Response(mixed("in", *parts), 202, media_type='multipart/mixed; boundary="in"')


async def test_each_part_has_its_own_outcome() -> None:
    gateway = Gateway()
    gateway.once(batch(http(FOUND), changeset(CREATED, CHANGED), http(error(404, "A/1"))))
    found, changed, missing = await orders(gateway).batch([READ, CHANGE, READ])
    assert isinstance(found, Answer)
    assert (found.row, found.etag) == ({"N": "1"}, '"8"')
    assert isinstance(changed, tuple)
    assert [each.reply.status for each in changed] == [201, 204]
    assert isinstance(missing, Exception)


async def test_a_changeset_fails_as_a_whole_for_a_reason() -> None:
    gateway = Gateway()
    gateway.once(batch(http(error(400, "M7/021"))))
    [outcome] = await orders(gateway).batch([CHANGE])
    assert isinstance(outcome, Refused)
    assert outcome.messages[0].code == "M7/021"


async def test_what_goes_out_can_be_read_by_a_server() -> None:
    kind, body = encode([READ, CHANGE])
    boundary = kind.partition("boundary=")[2].encode()
    assert body.count(b"--" + boundary) == 3
    assert b"\r\n\r\nGET A_X('1') HTTP/1.1\r\nAccept: application/json\r\n" in body
    assert b"\r\n\r\nPATCH A_X('2') HTTP/1.1\r\n" in body
    assert b'If-Match: "7"\r\n' in body
    assert b'Content-Length: 9\r\n\r\n{"N":"1"}' in body
    assert encode([READ, CHANGE]) == (kind, body)


async def test_a_line_break_cannot_smuggle_a_request_in() -> None:
    with pytest.raises(ValueError, match="percent-encoded"):
        encode([Retrieve("A_X HTTP/1.1\r\n\r\nGET A_Y")])
    with pytest.raises(ValueError, match="without changes"):
        Changeset(())


async def test_a_token_refused_inside_the_batch_is_replaced_once() -> None:
    gateway = Gateway()
    refused = batch(http(error(403, "/IWFND/CM_MGW/098")))
    gateway.once(refused)
    gateway.once(batch(changeset(CREATED, CHANGED)))
    [outcome] = await orders(gateway).batch([CHANGE])
    assert isinstance(outcome, tuple)
    assert gateway.fetches == 2

    gateway.always(refused)
    [outcome] = await orders(gateway).batch([CHANGE])
    assert isinstance(outcome, TokenRejected)


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>", 202, media_type="text/html"),
        Response("--in\r\nContent", 202, media_type="multipart/mixed; boundary=in"),
        batch(http("nothing")),
        batch(),
    ],
)
async def test_an_unreadable_answer_leaves_changes_unknown_and_reads_misread(
    answer: Response,
) -> None:
    gateway = Gateway()
    gateway.always(answer)
    with pytest.raises(OutcomeUnknown):
        await orders(gateway).batch([CHANGE])
    with pytest.raises(Misread):
        await orders(gateway).batch([READ])


@pytest.mark.parametrize("said", [changeset(CREATED), http(CREATED), http(error(500, "A/1"))])
async def test_a_changeset_answered_halfway_is_unknown(said: str) -> None:
    gateway = Gateway()
    gateway.once(batch(said))
    [outcome] = await orders(gateway).batch([CHANGE])
    assert isinstance(outcome, OutcomeUnknown)


async def test_a_batch_that_only_reads_is_repeated_like_a_read() -> None:
    gateway = Gateway()
    calls: list[Request] = []

    def answering(request: Request) -> Response:
        calls.append(request)
        return Response(status_code=503) if len(calls) < 2 else batch(http(FOUND))

    gateway.answers.append(answering)
    gateway.tokens[""] = "lenient"
    with pytest.raises(OutcomeUnknown):
        await orders(gateway).batch([CHANGE])
    [outcome] = await orders(gateway).batch([READ])
    assert isinstance(outcome, Answer)


def test_a_boundary_that_begins_another_is_not_mistaken_for_it() -> None:
    body = mixed("in", changeset(CREATED), http(FOUND)).encode()
    first, second = decode("multipart/mixed; boundary=in", body)
    assert isinstance(first, list)
    assert not isinstance(second, list)
