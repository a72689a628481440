"""Signing in by a provider: authorization code with PKCE, a state used once, and a nonce."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import httpx
from fastapi import Request, Response

from agent import chance
from agent.records import accounts, sessions, tickets
from agent.records.sessions import Holder, Opened
from agent.service.problem import Problem
from agent.service.served import concord
from agent.service.who.provider import Provider, ProviderAway, TokenRefused
from agent.service.who.reception import Reception, reception
from agent.service.who.signing import safe_next
from agent.service.who.vouched import holder_of

log = logging.getLogger("concord.service")

CALLBACK = "/sign-in/callback"
COOKIE = "concord_provider"
LASTS = timedelta(minutes=10)
SCOPE = "openid profile"


@dataclass(frozen=True)
class Leaving:
    """Where a browser goes, and the state it takes along in a cookie of ours."""

    address: str
    state: str


@dataclass(frozen=True)
class Arrived:
    """Somebody came back from the provider, signed in, on the way to a page."""

    opened: Opened
    wanted: str


async def leave(request: Request, wanted: str | None) -> Leaving:
    """Return where to send a browser that wants to sign in by the provider.

    Raises:
        Problem: There is no provider (404), or it cannot be asked (503).
    """
    here, provider = reception(request), _provider(request)
    try:
        endpoints = await provider.endpoints()
    except ProviderAway as error:
        log.warning("%s", error)
        raise Problem(503, "The identity provider cannot be asked just now.") from None
    nonce, verifier = chance.secret(), chance.secret()
    body = {"nonce": nonce, "verifier": verifier, "next": safe_next(wanted)}
    state = await asyncio.to_thread(_ticket, here, body)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": here.settings.oidc_client_id or "",
        "redirect_uri": callback_of(request),
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    mark = "&" if "?" in endpoints.authorization else "?"
    return Leaving(f"{endpoints.authorization}{mark}{urlencode(query)}", state)


def take_along(request: Request, response: Response, leaving: Leaving) -> None:
    """Give a browser the state; only the browser that left may come back with it."""
    https = reception(request).settings.https
    age = int(LASTS.total_seconds())
    response.set_cookie(
        COOKIE, leaving.state, age, path=CALLBACK, secure=https, httponly=True, samesite="lax"
    )


async def come_back(request: Request, code: str, state: str) -> Arrived:
    """Sign in whoever comes back from the provider.

    Raises:
        Problem: The state is not this browser's, or was used (401), the provider does not vouch
            for them (401), or cannot be asked (503).
    """
    here, provider = reception(request), _provider(request)
    own = request.cookies.get(COOKIE, "")
    if not own or not hmac.compare_digest(own.encode(), state.encode("utf-8", "replace")):
        raise Problem(401, "This browser did not ask to sign in, or waited too long.")
    body = await asyncio.to_thread(_use, here, state)
    if body is None:
        raise Problem(401, "This way of signing in was used already, or is too old.")
    try:
        token = await _exchanged(request, provider, code, str(body["verifier"]))
        claims = await provider.claims(token, here.settings.oidc_client_id or "")
        if not hmac.compare_digest(str(claims.get("nonce")), str(body["nonce"])):
            raise TokenRefused("the token answers another question")
        holder = holder_of(claims, here.settings, concord(request).context.plants)
        opened = await asyncio.to_thread(_begin, here, holder)
    except TokenRefused as error:
        here.note_refusal("anonymous", "sign-in refused", {"by": "provider", "why": str(error)})
        raise Problem(401, "The identity provider does not vouch for this.") from None
    except ProviderAway as error:
        log.warning("%s", error)
        raise Problem(503, "The identity provider cannot be asked just now.") from None
    return Arrived(opened, str(body["next"]))


def callback_of(request: Request) -> str:
    """Return the address the provider sends browsers back to."""
    own = reception(request).settings.public_url or str(request.base_url)
    return own.rstrip("/") + CALLBACK


async def _exchanged(request: Request, provider: Provider, code: str, verifier: str) -> str:
    settings = reception(request).settings
    secret = settings.oidc_client_secret
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_of(request),
        "client_id": settings.oidc_client_id or "",
        "code_verifier": verifier,
        **({"client_secret": secret.get_secret_value()} if secret else {}),
    }
    try:
        answer = await provider.client.post((await provider.endpoints()).token, data=form)
        said: Any = answer.json()
        if not isinstance(said, dict):
            raise ProviderAway("the provider does not answer with an object")
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway(str(error)) from None
    token: object = cast(Mapping[str, object], said).get("id_token")
    if answer.is_error or not isinstance(token, str):
        raise TokenRefused("the provider does not take the code")
    return token


def _provider(request: Request) -> Provider:
    found = reception(request).provider
    if found is None:
        raise Problem(404, "There is no identity provider here (CONCORD_OIDC_ISSUER).")
    return found


def _ticket(here: Reception, body: Mapping[str, Any]) -> str:
    with here.database.write() as session:
        return tickets.issue(session, tickets.Purpose.PROVIDER, body, here.clock(), LASTS)


def _use(here: Reception, state: str) -> Mapping[str, Any] | None:
    with here.database.write() as session:
        return tickets.use(session, tickets.Purpose.PROVIDER, state, here.clock())


def _begin(here: Reception, holder: Holder) -> Opened:
    with here.database.write() as session:
        if accounts.account(session, holder.name) is not None:
            raise TokenRefused(f"{holder.name} has an account of their own here")
        return sessions.begin(session, holder, "provider", here.clock())
