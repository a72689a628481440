"""A system of a plant file is reached as the file says."""

import httpx

from tools.plant.connecting import address, connect, limits
from tools.plant.systems import BasicAuth, OAuth2Auth, Reachable, SapDm, TokenAuth

ENV = {"URL": "http://dm.test/base/", "TOKENS": "http://login.test/token", "ID": "us", "S": "pw"}


class Answering(httpx.AsyncBaseTransport):
    """Answers everything, tokens included, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json={"access_token": "t-1", "expires_in": 3600})


async def asked(system: Reachable) -> list[httpx.Request]:
    transport = Answering()
    async with connect("MES", system, ENV, transport=transport) as connection:
        await connection.read("GET", "orders")
    return transport.asked


async def test_a_technical_user_signs_in_by_name_and_password() -> None:
    auth = BasicAuth(kind="basic", user_env="ID", password_env="S")
    (request,) = await asked(SapDm(kind="sap_dm", url_env="URL", auth=auth))
    assert str(request.url) == "http://dm.test/base/orders"
    assert request.headers["authorization"] == "Basic dXM6cHc="


async def test_a_token_goes_into_the_header_the_file_names() -> None:
    auth = TokenAuth(kind="token", token_env="S", header="X-Concord-Token")
    (request,) = await asked(SapDm(kind="sap_dm", url="https://dm.test", auth=auth))
    assert request.headers["x-concord-token"] == "pw"


async def test_client_credentials_fetch_their_token_first() -> None:
    auth = OAuth2Auth(
        kind="oauth2", token_url_env="TOKENS", client_id_env="ID", client_secret_env="S"
    )
    login, request = await asked(SapDm(kind="sap_dm", url_env="URL", auth=auth))
    assert str(login.url) == ENV["TOKENS"]
    assert request.headers["authorization"] == "Bearer t-1"


def test_limits_are_those_of_the_file() -> None:
    auth = BasicAuth(kind="basic", user_env="ID", password_env="S")
    system = SapDm(
        kind="sap_dm",
        url_env="URL",
        auth=auth,
        timeout_seconds=12.5,
        concurrency=3,
        rate_per_minute=90,
    )
    found = limits(system)
    assert (found.timeout, found.concurrency, found.per_second) == (12.5, 3, 1.5)
    assert address(system, ENV) == "http://dm.test/base"


def test_a_system_shows_no_secret() -> None:
    auth = BasicAuth(kind="basic", user_env="ID", password_env="S")
    assert "pw" not in repr(SapDm(kind="sap_dm", url_env="URL", auth=auth))
