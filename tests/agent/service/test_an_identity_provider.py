"""An identity provider: its tokens and its sign-in, good ones, and every bad one refused."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Form
from joserfc import jwt
from joserfc.jwk import RSAKey

from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.records.gates import Collected
from agent.service.application import application
from agent.service.who.provider import Provider
from tests.agent.service.conftest import account

ISSUER = "http://127.0.0.1:9/realm"


class Realm:
    """A provider of its own: keys, tokens, and codes that are good once."""

    def __init__(self, now: int) -> None:
        self.now, self.key = now, RSAKey.generate_key(2048, {"kid": "first"})
        self.fetched = 0
        self.asked: dict[str, str] = {}
        self.claims: dict[str, Any] = {}

    def token(self, key: Any = None, alg: str = "RS256", **claims: Any) -> str:
        said = {
            "iss": ISSUER,
            "aud": "concord",
            "sub": "u-1",
            "preferred_username": "dora",
            "roles": ["plan"],
            "exp": self.now + 300,
            **claims,
        }
        own = key or self.key
        header = {"alg": alg, **({"kid": own.kid} if own.kid else {})}
        return jwt.encode(header, {k: v for k, v in said.items() if v is not None}, own, [alg])

    def app(self) -> FastAPI:
        served = FastAPI()

        @served.get("/realm/.well-known/openid-configuration")
        async def metadata() -> dict[str, str]:
            return {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            }

        @served.get("/realm/keys")
        async def keys() -> dict[str, Any]:
            self.fetched += 1
            return {"keys": [self.key.as_dict(private=False)]}

        @served.post("/realm/token")
        async def token(code: str = Form(), code_verifier: str = Form()) -> dict[str, str]:
            asked = self.asked if code == "good" else {}
            digest = hashlib.sha256(code_verifier.encode()).digest()
            proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked.get("code_challenge") != proved:
                return {"error": "invalid_grant"}
            self.asked = {}
            return {"id_token": self.token(**{"nonce": asked["nonce"], **self.claims})}

        return served


def plain(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signed_with(secret: bytes, body: str) -> str:
    """A token whose forger took the public key for a secret."""
    head = plain(b'{"alg":"HS256","kid":"first"}')
    said = f"{head}.{body}"
    return f"{said}.{plain(hmac.digest(secret, said.encode(), 'sha256'))}"


@pytest.fixture
def realm(machinery: Machinery) -> Realm:
    return Realm(int(machinery.context.clock().timestamp()))


@pytest.fixture
async def client(machinery: Machinery, realm: Realm) -> AsyncIterator[httpx.AsyncClient]:
    changes = {"oidc_issuer": ISSUER, "oidc_client_id": "concord", "oidc_roles": "plan=planner"}
    settings = machinery.settings.model_copy(update=changes)
    app = application(replace(machinery, settings=settings), Collected())
    reaching = httpx.AsyncClient(transport=httpx.ASGITransport(realm.app()))
    provider = Provider(ISSUER, reaching, machinery.context.clock)
    app.state.reception = replace(app.state.reception, provider=provider)
    here = httpx.ASGITransport(app)
    async with reaching, httpx.AsyncClient(transport=here, base_url="http://localhost") as client:
        yield client


async def me(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})


async def test_a_good_token_is_a_person_with_mapped_roles(
    client: httpx.AsyncClient, realm: Realm
) -> None:
    answer = await me(client, realm.token())
    assert (answer.status_code, answer.json()["name"]) == (200, "dora")
    assert answer.json()["roles"] == [Role.PLANNER]
    assert (await me(client, realm.token(roles=["chief"]))).json()["roles"] == []


async def test_a_bad_token_is_nobody(
    client: httpx.AsyncClient, realm: Realm, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.AUDITOR)
    public = realm.key.as_pem(private=False)
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    head = plain(b'{"alg":"none"}')
    body = realm.token().split(".")[1]
    bad = {
        "another issuer": realm.token(iss="https://evil.example"),
        "another audience": realm.token(aud="payroll"),
        "no audience": realm.token(aud=None),
        "expired": realm.token(exp=realm.now - 3600),
        "without an end": realm.token(exp=None),
        "not yet": realm.token(nbf=realm.now + 3600),
        "another's key": realm.token(stranger),
        "signed by nobody": f"{head}.{body}.",
        "the public key as a secret": signed_with(public, body),
        "changed": realm.token()[:-6] + "AAAAAA",
        "the agent": realm.token(preferred_username="concord"),
        "a machine": realm.token(preferred_username="key:ingress"),
        "somebody with an account here": realm.token(preferred_username="Anna"),
    }
    for what, token in bad.items():
        assert (await me(client, token)).status_code == 401, what


async def test_new_keys_of_the_provider_are_learnt_and_not_at_every_request(
    client: httpx.AsyncClient, realm: Realm, machinery: Machinery, world: Any
) -> None:
    assert (await me(client, realm.token())).status_code == 200
    realm.key = RSAKey.generate_key(2048, {"kid": "second"})
    world.clock.advance(60)
    assert (await me(client, realm.token())).status_code == 200
    fetched = realm.fetched
    unknown = RSAKey.generate_key(2048, {"kid": "third"})
    for _ in range(5):
        assert (await me(client, realm.token(unknown))).status_code == 401
    assert realm.fetched <= fetched + 1


async def left(client: httpx.AsyncClient, realm: Realm) -> str:
    going = await client.get("/sign-in/provider", params={"next": "/cases/1"})
    assert going.status_code == 303
    query = parse_qs(urlsplit(going.headers["location"]).query)
    realm.asked = {name: values[0] for name, values in query.items()}
    return realm.asked["state"]


async def back(client: httpx.AsyncClient, state: str, code: str = "good") -> httpx.Response:
    return await client.get("/sign-in/callback", params={"code": code, "state": state})


async def test_a_browser_signs_in_by_the_provider(client: httpx.AsyncClient, realm: Realm) -> None:
    state = await left(client, realm)
    arrived = await back(client, state)
    assert arrived.status_code == 200
    assert 'url=/cases/1"' in arrived.text
    assert (await client.get("/v1/me")).json()["name"] == "dora"


async def test_a_state_is_good_once_and_for_one_browser(
    client: httpx.AsyncClient, realm: Realm
) -> None:
    state = await left(client, realm)
    kept = client.cookies["concord_provider"]
    assert (await back(client, "forged")).status_code == 401
    client.cookies.clear()
    assert (await back(client, state)).status_code == 401
    client.cookies.set("concord_provider", kept, path="/sign-in/callback")
    assert (await back(client, state)).status_code == 200
    client.cookies.set("concord_provider", kept, path="/sign-in/callback")
    assert (await back(client, state)).status_code == 401


async def test_a_code_a_nonce_or_a_token_that_is_not_ours_signs_nobody_in(
    client: httpx.AsyncClient, realm: Realm
) -> None:
    assert (await back(client, await left(client, realm), code="stolen")).status_code == 401
    for claims in ({"nonce": "another"}, {"aud": "payroll"}, {"iss": "https://evil.example"}):
        state = await left(client, realm)
        realm.claims = claims
        assert (await back(client, state)).status_code == 401, claims
    assert (await client.get("/v1/me")).status_code == 401
