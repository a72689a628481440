"""Recognising a visitor by what the request carries: a key, a token, or a browser's session."""

from __future__ import annotations

import asyncio
import hmac
import logging

from fastapi import Request

from agent.authority.deeds import Deed
from agent.case.ruling import Role
from agent.records import accounts, keys, sessions
from agent.records.keys import Key
from agent.records.sessions import SignedIn
from agent.service.problem import Problem
from agent.service.who.provider import Provider, ProviderAway, TokenRefused
from agent.service.who.reception import Reception, reception
from agent.service.who.visitor import Via, Visitor, anonymous
from agent.service.who.vouched import holder_of

COOKIE = "concord_session"
INGRESS = "key:ingress"
JWT_DOTS = 2

log = logging.getLogger("concord.service")


def cookie_name(https: bool) -> str:
    """Return the session cookie's name; with https browsers keep it from everybody else."""
    return f"__Host-{COOKIE}" if https else COOKIE


async def recognised(request: Request) -> Visitor:
    """Return who sent a request; nobody vouches for whoever carries nothing.

    Raises:
        Problem: What they carry is not, or no longer, good (401).
    """
    here = reception(request)
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await _bearer(here, authorization)
    token = request.cookies.get(cookie_name(here.settings.https))
    if token is not None:
        found = await asyncio.to_thread(_session, here, token)
        if found is not None:
            return _of_session(found)
    return anonymous(language_of(request))


def language_of(request: Request) -> str:
    """Return the language a browser asks for first."""
    return "de" if request.headers.get("accept-language", "").lower().startswith("de") else "en"


async def _bearer(here: Reception, authorization: str) -> Visitor:
    scheme, _, given = authorization.partition(" ")
    given = given.strip()
    if scheme.lower() != "bearer" or not given:
        raise Problem(401, "A bearer token or key is needed.")
    if given.startswith(keys.MARK):
        key = await asyncio.to_thread(_key, here, given)
        return _refused(here, "key") if key is None else _of_key(key)
    ingress = here.settings.ingress_token
    if ingress is not None and hmac.compare_digest(
        given.encode("utf-8", "replace"), ingress.get_secret_value().encode()
    ):
        scopes = frozenset({Deed.SEND_SIGNALS.value, Deed.ASSESS.value})
        return Visitor(INGRESS, Via.KEY, frozenset({Role.SERVICE}), scopes=scopes)
    if here.provider is not None and given.count(".") == JWT_DOTS:
        return await _of_token(here, here.provider, given)
    return _refused(here, "token")


async def _of_token(here: Reception, provider: Provider, token: str) -> Visitor:
    audience = here.settings.oidc_audience or here.settings.oidc_client_id or ""
    try:
        claims = await provider.claims(token, audience)
        holder = holder_of(claims, here.settings, here.plants)
        await asyncio.to_thread(_no_account, here, holder.name)
    except TokenRefused:
        return _refused(here, "token")
    except ProviderAway as error:
        log.warning("%s", error)
        raise Problem(503, "The identity provider cannot be asked just now.") from None
    return Visitor(
        name=holder.name,
        via=Via.TOKEN,
        roles=holder.roles,
        by_plant=holder.by_plant,
        language=holder.language,
    )


def _no_account(here: Reception, name: str) -> None:
    """Refuse a name that an account of ours has: the audit could not tell the two apart."""
    with here.database.read() as session:
        if accounts.account(session, name) is not None:
            raise TokenRefused(f"{name} has an account of their own here")


def _refused(here: Reception, what: str) -> Visitor:
    here.note_refusal("anonymous", "refused at the door", {"carried": what})
    raise Problem(401, f"This {what} is not, or no longer, good.")


def _session(here: Reception, token: str) -> SignedIn | None:
    at = here.clock()
    with here.database.read() as session:
        found = sessions.find(session, token, at)
        stale = found is not None and sessions.due_to_be_seen(session, token, at)
    if stale:
        with here.database.write() as session:
            sessions.seen(session, token, at)
    return found


def _key(here: Reception, text: str) -> Key | None:
    with here.database.read() as session:
        return keys.find(session, text, here.clock())


def _of_session(found: SignedIn) -> Visitor:
    holder = found.holder
    return Visitor(
        name=holder.name,
        via=Via.SESSION,
        roles=holder.roles,
        plants=holder.plants,
        by_plant=holder.by_plant,
        language=holder.language,
        csrf=found.csrf,
    )


def _of_key(key: Key) -> Visitor:
    return Visitor(
        name=key.principal,
        via=Via.KEY,
        roles=frozenset({Role.SERVICE}),
        plants=key.plants,
        scopes=key.scopes,
    )
