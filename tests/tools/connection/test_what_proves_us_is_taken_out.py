"""A system may repeat what it was sent: what proves us is in no error, and data stays as it is."""

import base64
import json

import httpx
import pytest

from tools.connection import Connection
from tools.credentials import ApiToken, Basic
from tools.errors import Misread, ToolError
from tools.secrecy import Secrets, forms

SECRET = "feathers & wings/7"
PROOFS: dict[str, httpx.Auth] = {
    "a password": Basic("CONCORD", SECRET),
    "a bearer token": ApiToken(SECRET, prefix="Bearer "),
    "a header of its own": ApiToken(SECRET, header="X-Concord-Token"),
}


def repeating(status: int, auth: httpx.Auth) -> Connection:
    async def handler(request: httpx.Request) -> httpx.Response:
        said = {"message": str(sorted(request.headers.items())), "code": "SY/530"}
        scheme, _, proof = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            said["detail"] = base64.b64decode(proof).decode()
        return httpx.Response(status, json=said)

    transport = httpx.MockTransport(handler)
    return Connection("MES", "https://mes.example", credentials=auth, transport=transport)


@pytest.mark.parametrize("auth", PROOFS.values(), ids=PROOFS.keys())
@pytest.mark.parametrize("status", [302, 400, 401, 403, 500])
async def test_no_error_repeats_it(status: int, auth: httpx.Auth) -> None:
    async with repeating(status, auth) as connection:
        for asked in (connection.read, connection.write):
            with pytest.raises(ToolError) as raised:
                await asked("POST", "/orders", body={"a": 1})
            said = f"{raised.value} {raised.value!r} {raised.value.messages}"
            assert "user-agent" in said
            assert [form for form in forms(SECRET) if form in said] == []


async def test_nor_does_an_answer_that_is_no_json() -> None:
    auth = PROOFS["a bearer token"]
    async with repeating(200, auth) as connection:
        reply = await connection.read("GET", "/orders")
    with pytest.raises(Misread) as raised:
        raise reply.misread(f"it says {SECRET}")
    assert "user-agent" in str(raised.value)
    assert SECRET not in str(raised.value)


async def test_data_stays_as_it_is() -> None:
    async with repeating(200, PROOFS["a header of its own"]) as connection:
        reply = await connection.read("GET", "/orders")
    assert SECRET in json.loads(reply.body)["message"]


@pytest.mark.parametrize("dressed", ["{}", "<p>{}</p>", '{{"said": "{}"}}', "/hooks/{}?x=1"])
def test_every_form_goes(dressed: str) -> None:
    secrets = Secrets((SECRET,))
    for form in forms(SECRET):
        said = dressed.format(form)
        assert secrets.out_of(said) == dressed.format("…")
        assert (
            secrets.out_of_bytes(b"\xff" + said.encode()) == b"\xff" + dressed.format("…").encode()
        )


def test_what_proves_nothing_stays() -> None:
    assert Secrets(("x", "", "12345")).out_of("x = 12345") == "x = 12345"
    assert "12345" not in repr(Secrets(("12345",)))
