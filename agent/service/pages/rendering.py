"""A page laid out: template, reader and view into an answer. Every text is shown as text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agent.authority.deeds import Deed
from agent.service.pages.assets import assets
from agent.service.pages.reader import Reader, concord_of, keys_of, speech_of
from agent.service.who.reception import reception
from agent.words.speech import Speech, visible

NAVIGATION = (
    ("/inbox", Deed.READ_CASES, "Inbox"),
    ("/overview", Deed.READ_KPIS, "Overview"),
    ("/search", Deed.READ_AUDIT, "Search"),
    ("/control", Deed.READ_PLANTS, "Control"),
    ("/prompts", Deed.READ_PROMPTS, "Prompts"),
    ("/evaluations", Deed.READ_PROMPTS, "Evaluations"),
    ("/interfaces", Deed.READ_METRICS, "Interfaces"),
    ("/dead-letters", Deed.READ_DEAD_LETTERS, "Dead letters"),
    ("/chat", Deed.CHAT, "Chat"),
)


@dataclass(frozen=True)
class Item:
    """One entry of the navigation."""

    href: str
    said: str
    here: bool


def page(
    request: Request,
    reader: Reader | None,
    template: str,
    status: int = 200,
    speech: Speech | None = None,
    **view: Any,
) -> Response:
    """Return a template laid out for a reader, or for somebody who has not signed in."""
    spoken = speech or speech_of(request, reader)
    here = request.url.path
    body = (
        _environment()
        .get_template(template)
        .render(
            _=spoken,
            speech=spoken,
            reader=reader,
            here=here,
            keys=keys_of(request),
            navigation=_navigation(request, reader, spoken) if reader else (),
            asset=_address,
            **view,
        )
    )
    return HTMLResponse(body, status, {"Cache-Control": "no-store", "Vary": "Cookie"})


def _navigation(request: Request, reader: Reader, speech: Speech) -> list[Item]:
    """Return the pages that this reader may open."""
    here = request.url.path
    return [
        Item(href, speech(said), here.startswith(href))
        for href, deed, said in NAVIGATION
        if may(request, reader, deed)
    ]


def may(request: Request, reader: Reader, deed: Deed) -> bool:
    """Return whether a reader may do a deed, everywhere or at some plant."""
    door, visitor = reception(request).door, reader.admitted.visitor
    places = (None, *concord_of(request).plants)
    return any(door.word(visitor, deed, place).allowed for place in places)


def _address(name: str) -> str:
    return assets()[name].address


def compile_pages() -> None:
    """Compile every page's template, which else the first reader of each waits for."""
    made = _environment()
    for name in made.list_templates():
        made.get_template(name)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("agent.service"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finally,
    )
    return made


def _finally(value: Any) -> Any:
    """Make hidden marks visible in whatever is written into a page; None is nothing."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value
