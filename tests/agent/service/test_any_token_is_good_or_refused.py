"""Whatever is carried as a provider's token, or said in its documents: a person, or a refusal."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI, Response
from hypothesis import example, given
from hypothesis import strategies as st

from agent.clock import now
from agent.records.sessions import Holder
from agent.service.who.provider import Provider, ProviderAway, TokenRefused
from agent.service.who.vouched import holder_of
from agent.settings import Settings
from tests.agent.service.test_an_identity_provider import ISSUER, Realm
from tests.damage import JSON, damaged, misshapen

METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}
CLAIMS = {"sub": "u-1", "preferred_username": "dora", "roles": ["plan"], "locale": "de"}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def realm() -> Realm:
    return Realm(int(now().timestamp()))


@pytest.fixture(scope="module")
def running() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


async def taken(provider: Provider, token: str) -> object:
    try:
        return await provider.claims(token, "concord")
    except (TokenRefused, ProviderAway) as error:
        return error


@asynccontextmanager
async def provider_saying(said: dict[str, bytes]) -> AsyncGenerator[Provider]:
    app = FastAPI()

    @app.get("/realm/{path:path}")
    async def answered(path: str) -> Response:
        return Response(said[path], media_type="application/json")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield Provider(ISSUER, client, now)


def test_any_token(realm: Realm, running: asyncio.Runner) -> None:
    good = realm.token()
    heads = st.one_of(JSON, misshapen({"alg": "RS256", "kid": "first"})).map(part)
    tokens = st.one_of(
        st.text(max_size=40),
        st.builds("{}.{}.{}".format, heads, JSON.map(part), st.just(good.split(".")[2])),
        damaged(good.encode(), [b".", b".."]).map(lambda one: one.decode("utf-8", "replace")),
    )

    async def all_of(provider: Provider, token: str) -> object:
        return await taken(provider, token)

    async def told(token: str) -> object:
        keys = json.dumps({"keys": [realm.key.as_dict(private=False)]}).encode()
        said = {".well-known/openid-configuration": json.dumps(METADATA).encode(), "keys": keys}
        async with provider_saying(said) as provider:
            assert isinstance(await all_of(provider, good), dict)
            return await all_of(provider, token)

    @given(tokens)
    @example("..")
    @example(f"{part([])}.{part([])}.")
    @example(f"{part({'alg': ['RS256']})}.{part({})}.AA")
    @example(f"{part({'alg': 'RS256', 'kid': {}})}.{part({})}.AA")
    def any_token(token: str) -> None:
        came = running.run(told(token))
        assert isinstance(came, TokenRefused) or token == good

    any_token()


def test_any_document(realm: Realm, running: asyncio.Runner) -> None:
    own = {"keys": [realm.key.as_dict(private=False)]}
    documents = st.one_of(
        misshapen(METADATA).map(lambda one: json.dumps(one).encode()), st.binary(max_size=20)
    )
    sets = st.one_of(
        misshapen(own).map(lambda one: json.dumps(one).encode()), st.binary(max_size=20)
    )

    async def told(document: bytes, keys: bytes) -> object:
        said = {".well-known/openid-configuration": document, "keys": keys}
        async with provider_saying(said) as provider:
            return await taken(provider, realm.token())

    whole, key_set = json.dumps(METADATA).encode(), json.dumps(own).encode()

    @given(st.one_of(st.tuples(documents, st.just(key_set)), st.tuples(st.just(whole), sets)))
    @example((b"[]", key_set))
    @example((whole, b"[]"))
    @example((whole, b'{"keys": 7}'))
    @example((whole, b'{"keys": [7]}'))
    @example((whole, b'{"keys": [{"kty": "RSA", "n": [], "e": {}}]}'))
    @example((whole, b"[" * 5_000))
    def any_document(said: tuple[bytes, bytes]) -> None:
        came = running.run(told(*said))
        assert isinstance(came, dict | TokenRefused | ProviderAway)

    any_document()


@given(st.one_of(misshapen(CLAIMS), st.fixed_dictionaries({"sub": JSON, "roles": JSON})))
@example({"preferred_username": {"a": 1}, "roles": {"plan": True}})
@example({"sub": "u-1", "roles": [{"plan": "planner"}, None]})
def test_any_claims(claims: Any) -> None:
    settings = Settings(oidc_roles="plan=planner", oidc_roles_claim="roles.plan")
    if not isinstance(claims, dict):
        return
    with suppress(TokenRefused):
        assert isinstance(holder_of(cast(dict[str, Any], claims), settings, {}), Holder)
