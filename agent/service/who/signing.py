"""Signing in and out: by password, or by a link that is good once. Pages call these functions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from fastapi import Request, Response
from sqlalchemy.orm import Session

from agent.records import accounts, sessions, tickets
from agent.records.accounts import Account, AccountRefused
from agent.records.passwords import matches
from agent.records.sessions import LASTS, Holder, Opened
from agent.service.problem import Problem
from agent.service.violations import Rule, breaks
from agent.service.who.reception import Reception, reception
from agent.service.who.recognising import cookie_name

LINK_LASTS = timedelta(hours=1)
LINK_PATH = "/sign-in/link"
WRONG = "Name and password do not belong together, or the account is locked for a while."

_AT_ONCE = BoundedSemaphore(2)
"""Comparing a password takes much memory on purpose, so few are compared at once."""


@dataclass(frozen=True)
class Link:
    """A sign-in link that is good once. ``path`` is to be put behind the service's address."""

    path: str
    ends_at: datetime


async def sign_in(request: Request, name: str, password: str) -> Opened:
    """Sign a person in by name and password; ``remember`` then gives the browser its cookie.

    Raises:
        Problem: They do not belong together (401), it was tried too often (429), or another site
            sent the form (403).
    """
    _from_here(request)
    here = reception(request)
    _in_moderation(here, request)
    opened = await asyncio.to_thread(_by_password, here, name, password)
    if opened is None:
        raise Problem(401, WRONG)
    return opened


async def sign_in_by_link(request: Request, token: str) -> Opened:
    """Sign a person in by a link, which is good no more afterwards.

    Call it for a POST only: mail scanners and chat previews follow links.

    Raises:
        Problem: The link is used, too old, or none (401), or tried too often (429).
    """
    _from_here(request)
    here = reception(request)
    _in_moderation(here, request)
    opened = await asyncio.to_thread(_by_link, here, token)
    if opened is None:
        raise Problem(401, "This link was used, is too old, or never was one. Ask for a new one.")
    return opened


async def sign_out(request: Request, response: Response) -> None:
    """Sign a browser out, here and there. The route must depend on ``visitor``, for its form."""
    here = reception(request)
    name = cookie_name(here.settings.https)
    token = request.cookies.get(name)
    if token is not None:
        await asyncio.to_thread(_end, here, token)
    response.delete_cookie(name, path="/", secure=here.settings.https, httponly=True)


def remember(request: Request, response: Response, opened: Opened) -> None:
    """Give a browser the cookie of its session."""
    https = reception(request).settings.https
    response.set_cookie(
        cookie_name(https),
        opened.token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=https,
        httponly=True,
        samesite="strict",
    )


def safe_next(wanted: str | None) -> str:
    """Return where to go after signing in: a place of this service, or its front page."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    if any(ord(sign) < 0x20 or sign == "\\" for sign in wanted):
        return "/"
    return wanted


def link_for(session: Session, name: str, by: str, at: datetime) -> Link:
    """Return a link that signs a person in once. The session is a writer's.

    Raises:
        AccountRefused: There is no such account, or it is disabled.
    """
    account = accounts.account(session, name)
    if account is None or account.disabled_at is not None:
        raise AccountRefused(f"there is no account {name} that may sign in")
    accounts.note_link(session, account, by, at)
    body = {"account": account.name}
    token = tickets.issue(session, tickets.Purpose.SIGN_IN, body, at, LINK_LASTS)
    return Link(f"{LINK_PATH}?token={token}", at + LINK_LASTS)


def _by_password(here: Reception, name: str, password: str) -> Opened | None:
    with here.database.read() as session:
        kept = accounts.password_of(session, name)
        known = accounts.account(session, name)
    with _AT_ONCE:
        right = matches(password, kept)
    with here.database.write() as session:
        account = accounts.tried(session, name, right, here.clock())
        if account is not None:
            return sessions.begin(session, Holder.of(account), "password", here.clock())
    # What is no account's name may be a password in the wrong field.
    named = {"account": known.name} if known else {}
    here.note_refusal("anonymous", "sign-in refused", {**named, "by": "password"})
    return None


def _by_link(here: Reception, token: str) -> Opened | None:
    with here.database.write() as session:
        at = here.clock()
        body = tickets.use(session, tickets.Purpose.SIGN_IN, token, at)
        account = _enabled(session, str(body["account"])) if body else None
        if account is not None:
            return sessions.begin(session, Holder.of(account), "link", at)
    here.note_refusal("anonymous", "sign-in refused", {"by": "link"})
    return None


def _enabled(session: Session, name: str) -> Account | None:
    account = accounts.account(session, name)
    return account if account is not None and account.disabled_at is None else None


def _end(here: Reception, token: str) -> None:
    with here.database.write() as session:
        sessions.end(session, token, here.clock())


def _in_moderation(here: Reception, request: Request) -> None:
    wait = here.tries.take(request.client.host if request.client else "nowhere")
    if wait is not None:
        raise Problem(429, "Too many tries; wait a little.", headers={"Retry-After": str(wait)})


def _from_here(request: Request) -> None:
    """Refuse a form that another site sends: it would sign its victim in as somebody else."""
    origin = request.headers.get("origin")
    foreign = request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    if foreign or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        breaks(request.scope, Rule.FOREIGN_FORM)
        raise Problem(403, "Sign in from this service's own page.")
