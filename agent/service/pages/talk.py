"""The chat page: a question is posted, the answer comes with it; nothing is decided here.

The conversation lies in the page itself, so it needs no memory of the service's and no script. With
one, the answer comes word by word from the endpoint that chat clients use.
"""

from __future__ import annotations

import json
from typing import Any, cast

from fastapi import APIRouter, Request, Response

from agent.reasoning.chat.turn import ChatTurn, Message, Speaker
from agent.service.api.chat import completions
from agent.service.completions import MODEL
from agent.service.conversing import brain, role_of
from agent.service.pages.reader import (
    Chatting,
    Filled,
    Form,
    Reader,
    concord_of,
    language_of,
)
from agent.service.pages.rendering import page

MOST_SAID = 20
LONGEST = 8_000

router = APIRouter(prefix="/chat", include_in_schema=False)


@router.get("")
async def chat(request: Request, reader: Chatting) -> Response:
    """Show an empty conversation."""
    return _shown(request, reader, (), None, ())


@router.post("")
async def ask(request: Request, reader: Chatting, form: Filled) -> Response:
    """Answer what was asked, after what was said before."""
    question, plant = form.get("question").strip()[:LONGEST], _plant(request, reader, form)
    before = _said(form.get("said"))
    if not question:
        return _shown(request, reader, before, plant, ())
    said = (*before, Message(Speaker.USER, question))
    turn = ChatTurn(
        user=reader.name,
        role=role_of(reader.admitted),
        messages=said,
        plant=plant,
        language=language_of(request, reader),
        conversation=f"{reader.name}/page",
    )
    answer = await brain(request, reader.admitted).answer(turn)
    said = (*said, Message(Speaker.ASSISTANT, answer.text))
    return _shown(request, reader, said, plant, answer.cases)


def _shown(
    request: Request,
    reader: Reader,
    said: tuple[Message, ...],
    plant: str | None,
    cases: tuple[str, ...],
) -> Response:
    plants = [code for code in sorted(concord_of(request).plants) if reader.sees(code)]
    kept = json.dumps([[one.speaker.value, one.text] for one in said[-MOST_SAID:]])
    return page(
        request,
        reader,
        "chat.html",
        said=said,
        kept=kept,
        plants=plants,
        plant=plant,
        cases=cases,
        completions=request.app.url_path_for(completions.__name__),
        model=MODEL,
    )


def _plant(request: Request, reader: Reader, form: Form) -> str | None:
    """Return the plant a question is about: one the reader sees, or None for all of them."""
    wanted = form.get("plant")
    seen = [code for code in concord_of(request).plants if reader.sees(code)]
    return wanted if wanted in seen else None


def _said(kept: str) -> tuple[Message, ...]:
    """Return what was said before, as the page brought it back; what is no conversation is none."""
    try:
        rows: Any = json.loads(kept[: MOST_SAID * 2 * LONGEST] or "[]")
        return tuple(
            Message(Speaker(speaker), str(text)[:LONGEST])
            for speaker, text in cast("list[list[str]]", rows)[-MOST_SAID:]
        )
    except (TypeError, ValueError):
        return ()
