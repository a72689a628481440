"""The dependencies resources and pages are guarded by: ``needs(Deed)`` and ``page_needs(Deed)``.

A resource refuses with a problem; a page sends whoever is not signed in to the sign-in page.
"""

from __future__ import annotations

import asyncio
import hmac
from urllib.parse import quote

from fastapi import Request

from agent.authority.cedar import Word
from agent.authority.deeds import Deed
from agent.service.problem import Problem
from agent.service.violations import Rule, breaks, sent_by
from agent.service.who.door import Admitted
from agent.service.who.reception import reception
from agent.service.who.recognising import recognised
from agent.service.who.visitor import Via, Visitor

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class SignInFirst(Exception):
    """A page was asked for by somebody who is not signed in; the browser is sent to sign in.

    ``foreign`` means that another site led here: the browser held the session back, and sends it
    once it comes from here.
    """

    def __init__(self, wanted: str, *, foreign: bool) -> None:
        super().__init__(wanted)
        self.wanted, self.foreign = wanted, foreign

    @property
    def address(self) -> str:
        """Where to sign in, on the way to what was wanted."""
        return f"/sign-in?next={quote(self.wanted, safe='/')}"


async def visitor(request: Request) -> Visitor:
    """Return who sent a request, known or not; a key, token or form that is no good is refused.

    Raises:
        Problem: What they carry is no good (401), there is no word that a form was made here
            (403), or they come too often (429).
    """
    found = await recognised(request)
    here = reception(request)
    if found.known:
        sent_by(request.scope, found.name)
        wait = here.requests.take(found.name) if found.via is not Via.KEY else None
        _in_time(wait)
    if found.via is Via.SESSION and request.method not in HARMLESS:
        await _own_form(request, found)
    return found


class Needs:
    """Admits whoever may do a deed somewhere; where, ``Admitted`` knows."""

    def __init__(self, deed: Deed) -> None:
        self.deed = deed

    async def __call__(self, request: Request) -> Admitted:
        """Return the visitor with where they may do it.

        Raises:
            Problem: They may not (403), are nobody we know (401), or come too often (429).
        """
        found = await visitor(request)
        if not found.known:
            self._stranger(request)
        here = reception(request)
        if found.via is Via.KEY:
            own = here.signals if self.deed is Deed.SEND_SIGNALS else here.requests
            _in_time(own.take(found.name))
        admitted = here.door.admitted(found, self.deed)
        if isinstance(admitted, Word):
            details = {"deed": self.deed.value, "policy": admitted.policy, "via": found.via.value}
            await asyncio.to_thread(here.note_refusal, found.name, "not permitted", details)
            raise Problem(403, admitted.says, policy=admitted.policy, deed=self.deed.value)
        return admitted

    def _stranger(self, request: Request) -> None:
        raise Problem(401, "Sign in, or send a key or token.")


class PageNeeds(Needs):
    """The same for a page: who is not signed in is sent to sign in."""

    def _stranger(self, request: Request) -> None:
        raise sign_in_first(request)


def needs(deed: Deed) -> Needs:
    """Return the dependency that guards a resource."""
    return Needs(deed)


def page_needs(deed: Deed) -> PageNeeds:
    """Return the dependency that guards a page."""
    return PageNeeds(deed)


def sign_in_first(request: Request) -> SignInFirst:
    """Return what sends a browser to sign in and back to where it wanted."""
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = f"{request.url.path}{query}" if request.method in HARMLESS else "/"
    return SignInFirst(wanted, foreign=request.headers.get("sec-fetch-site") == "cross-site")


def _in_time(wait: int | None) -> None:
    if wait is not None:
        headers = {"Retry-After": str(wait)}
        raise Problem(429, f"Too many requests: try again in {wait} s.", headers=headers)


async def _own_form(request: Request, found: Visitor) -> None:
    """Refuse what a foreign page had this browser send."""
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.headers.get("content-type", "").startswith(FORMS):
        given = str((await request.form()).get(CSRF_FIELD, ""))
    if not given or not hmac.compare_digest(found.csrf.encode(), given.encode("utf-8", "replace")):
        breaks(request.scope, Rule.FOREIGN_FORM)
        raise Problem(403, "The form is not from this session: load the page again.")
