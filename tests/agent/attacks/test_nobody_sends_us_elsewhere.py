"""Addresses are the operator's to choose: no server, and no document of one, leads us elsewhere.

A server that redirects is not followed, for what it was sent would go along: a prompt, a key in a
header of its own, a client's secret. A trap stands where they would lead, and hears nothing.
"""

from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest
from pydantic import SecretStr

from agent.clock import now
from agent.edge.core import Away, Core
from agent.precedents.card import Card
from agent.precedents.embedding_models import EmbedderSilent, ServedEmbedding
from agent.reasoning.asker import Locked
from agent.reasoning.ollama_chat import OllamaChat
from agent.reasoning.openai_chat import OpenAIChat
from agent.reasoning.request import Form, Message, ModelRequest
from agent.service.who.discovered import Elsewhere, endpoints_of, hosts_of
from agent.service.who.provider import Provider, ProviderAway
from tests.agent.attacks.parrot import Parrot, served
from tools.connection import Connection
from tools.credentials import Client, ClientCredentials
from tools.errors import Misread

KEY = SecretStr("feathers-and-wings")


@pytest.fixture(scope="module")
def trap() -> Iterator[Parrot]:
    with served(Parrot()) as trap:
        yield trap


@pytest.fixture(scope="module")
def parrot() -> Iterator[Parrot]:
    with served(Parrot()) as parrot:
        yield parrot


@pytest.fixture(params=[301, 302, 303, 307, 308])
def leading(request: pytest.FixtureRequest, parrot: Parrot, trap: Parrot) -> Iterator[Parrot]:
    """A server that sends everybody to the trap, which must hear nothing."""
    parrot.status, parrot.location = request.param, f"{trap.url}/elsewhere"
    before = len(parrot.heard)
    yield parrot
    assert len(parrot.heard) > before
    assert trap.heard == []


async def by_openai(url: str) -> None:
    await asked(OpenAIChat("openai:tiny", f"{url}/v1", KEY))


async def by_azure(url: str) -> None:
    await asked(OpenAIChat("openai:mine", f"{url}/?api-version=2024-10-21", KEY))


async def by_ollama(url: str) -> None:
    await asked(OllamaChat("ollama:tiny", url, KEY, 16_384))


async def by_an_embedder(url: str) -> None:
    with pytest.raises(EmbedderSilent):
        ServedEmbedding("openai:vectors", f"{url}/v1", KEY).embed(Card("torn bags", ()))


async def by_an_edge(url: str) -> None:
    core = Core(url, KEY.get_secret_value())
    with pytest.raises(Away):
        await core.send([b"{}"])
    await core.close()


async def by_a_system(url: str) -> None:
    async with Connection("MES", url, credentials=httpx.BasicAuth("a", "b")) as connection:
        with pytest.raises(Misread, match="redirected"):
            await connection.read("GET", "/orders")


async def by_a_token_endpoint(url: str) -> None:
    client = ClientCredentials("DM", Client(f"{url}/token", "concord", "secret"))
    async with Connection("DM", url, credentials=client) as connection:
        with pytest.raises(Misread, match="no token"):
            await connection.read("GET", "/orders")


def request_to(model: str) -> ModelRequest:
    return ModelRequest(model, (Message("user", "Judge."),), Form.WORDS, "opinion", {})


async def asked(model: OpenAIChat | OllamaChat) -> None:
    with pytest.raises(Locked, match="redirects are not followed"):
        await model.ask(request_to(model.name), 5)
    await model.close()


WAYS = (
    by_openai,
    by_azure,
    by_ollama,
    by_an_embedder,
    by_an_edge,
    by_a_system,
    by_a_token_endpoint,
)


@pytest.mark.parametrize("way", WAYS)
async def test_a_redirect_is_not_followed(
    way: Callable[[str], Awaitable[None]], leading: Parrot
) -> None:
    await way(leading.url)


PUBLIC = "https://login.example/realm"
WHOLE = {
    "authorization_endpoint": f"{PUBLIC}/authorize",
    "token_endpoint": f"{PUBLIC}/token",
    "jwks_uri": "https://login.example:443/keys",
}
ELSEWHERE = (
    "http://login.example/token",
    "https://login.example:8443/token",
    "https://evil.example/token",
    "https://login.example.evil.example/token",
    "https://login.example@evil.example/token",
    "https://me:secret@login.example/token",
    "http://127.0.0.1/token",
    "http://localhost:8080/token",
    "http://169.254.169.254/latest/meta-data",
    "https://[::1]/token",
    "https://[half/token",
    "https://login.example:port/token",
    "file:///etc/passwd",
    "gopher://login.example/token",
    "//evil.example/token",
    "/token",
    "",
)


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("name", WHOLE)
def test_a_providers_document_leads_nowhere_else(name: str, address: str) -> None:
    assert endpoints_of(WHOLE, PUBLIC, ()).token == WHOLE["token_endpoint"]
    with pytest.raises(Elsewhere, match=name):
        endpoints_of({**WHOLE, name: address}, PUBLIC, hosts_of("keys.example"))


def test_what_a_document_names_may_be_named_by_the_operator_too() -> None:
    other = {**WHOLE, "token_endpoint": "https://oauth.example/token"}
    assert endpoints_of(other, PUBLIC, hosts_of("x, OAuth.example ")).token.endswith("/token")
    plain = {**WHOLE, "token_endpoint": "http://oauth.example/token"}
    with pytest.raises(Elsewhere):
        endpoints_of(plain, PUBLIC, hosts_of("oauth.example"))


@pytest.mark.parametrize("name", WHOLE)
async def test_a_provider_that_leads_elsewhere_is_away(
    name: str, parrot: Parrot, trap: Parrot
) -> None:
    parrot.endpoints = {name: f"{trap.url}/keys"}
    async with httpx.AsyncClient() as client:
        provider = Provider(parrot.issuer, client, now)
        with pytest.raises(ProviderAway, match=name):
            await provider.claims("a.b.c", "concord")
    assert trap.heard == []
