"""Sessions and CSRF tokens as the gateway keeps them.

A token holds for one user, one session, and only if every cookie of that session comes back: the
session's, the user context's and the load balancer's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tools.sandbox.access import Access, Session
from tools.sandbox.exchange import Headers

SESSION = "SAP_SESSIONID_SBX_100"
CONTEXT = "sap-usercontext"
ROUTE = "saplb_SBX"
IDLE = timedelta(minutes=30)
REQUIRED: Headers = [("x-csrf-token", "Required"), ("content-type", "text/plain;charset=utf-8")]


def _cookies(headers: dict[str, str]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return {name: value for name, equals, value in pairs if equals}


def session_of(access: Access, headers: dict[str, str], user: str, now: datetime) -> Session | None:
    """Return the session a request belongs to, None if it is in none that lives."""
    cookies = _cookies(headers)
    session = access.sessions.get(cookies.get(SESSION, ""))
    if session is None or session.user != user or now - session.seen > IDLE:
        return None
    if cookies.get(ROUTE) != session.route or CONTEXT not in cookies:
        return None
    session.seen = now
    return session


def fetched(access: Access, headers: dict[str, str], user: str, now: datetime) -> Headers:
    """Return the headers that hand out a token, and the cookies of a session that is new."""
    session = session_of(access, headers, user, now)
    if session is not None:
        return [("x-csrf-token", session.token)]
    number = access.draw(24)
    session = Session(user, access.draw(24), access.draw(12), now)
    access.sessions[number] = session
    return [
        ("x-csrf-token", session.token),
        ("set-cookie", f"{SESSION}={number}; path=/; HttpOnly"),
        ("set-cookie", f"{CONTEXT}=sap-client=100; path=/"),
        ("set-cookie", f"{ROUTE}={session.route}; path=/; HttpOnly"),
    ]


def token_good(access: Access, headers: dict[str, str], user: str, now: datetime) -> bool:
    """Tell whether a write comes with the token of its session."""
    session = session_of(access, headers, user, now)
    return session is not None and headers.get("x-csrf-token") == session.token
