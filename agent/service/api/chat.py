"""Chat as OpenAI's clients speak it: models, and completions whole or streamed. Nothing is decided.

A client that goes away stops the work on its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from agent import chance
from agent.authority.deeds import Deed
from agent.reasoning.chat.brain import Brain
from agent.reasoning.chat.turn import ChatTurn, Notebook, Speaker
from agent.service.completions import (
    DONE,
    MODELS,
    TASKS,
    Completed,
    Head,
    Question,
    usage_of,
)
from agent.service.conversing import brain, conversation_of, role_of
from agent.service.problem import Problem
from agent.service.refusing import OpenAIRoute, refusals
from agent.service.served import concord
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

T = TypeVar("T")

router = APIRouter(prefix="/v1", tags=["chat"], route_class=OpenAIRoute)
Asking = Annotated[Admitted, Depends(needs(Deed.CHAT))]

SINCE = 1_767_225_600
STREAM = "text/event-stream"
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, whole or as events that end with [DONE].",
        "model": Completed,
        "content": {STREAM: {"schema": {"type": "string"}, "example": DONE}},
    }
}


@dataclass(frozen=True)
class Model:
    """A model as clients list them."""

    id: str
    about: str
    object: str = "model"
    created: int = SINCE
    owned_by: str = "concord"


@dataclass(frozen=True)
class Models:
    """All of them."""

    data: tuple[Model, ...]
    object: str = "list"


@router.get("/models", responses=refusals())
async def models(who: Asking) -> Models:
    """List what can be talked to: Concord, and a cheap one for a client's own requests."""
    return Models(tuple(Model(name, about) for name, about in MODELS.items()))


@router.get("/models/{model}", responses=refusals(404))
async def model(who: Asking, model: Annotated[str, Path(max_length=200)]) -> Model:
    """Return one of them."""
    return Model(model, MODELS[_known(model)])


@router.post("/chat/completions", responses={**ANSWER, **refusals(404)})
async def completions(request: Request, who: Asking, question: Question) -> Response:
    """Answer a question in a conversation, from systems and records, within the asker's plants."""
    answering = _answering(request, who, question)
    if question.stream:
        return _Streamed(answering.events(usage=question.wants_usage))
    whole = await _while_there(request, answering.whole())
    return JSONResponse(asdict(whole)) if whole else Response(status_code=499)


@dataclass(frozen=True)
class _Answering:
    """One answer, while it is made."""

    brain: Brain
    turn: ChatTurn
    head: Head

    async def whole(self) -> Completed:
        notes = Notebook()
        answer = await self.brain.answer(self.turn, notes)
        return self.head.whole(answer.text, usage_of(self.turn.messages, answer.text, notes))

    async def events(self, *, usage: bool) -> AsyncGenerator[str]:
        """Return the answer as it is made; that somebody answers is told at once."""
        notes, said = Notebook(), list[str]()
        yield self.head.piece({"role": "assistant", "content": ""})
        async with aclosing(self.brain.stream(self.turn, notes)) as pieces:
            async for piece in pieces:
                said.append(piece)
                yield self.head.piece({"content": piece})
        yield self.head.piece({}, "stop")
        if usage:
            yield self.head.took(usage_of(self.turn.messages, "".join(said), notes))
        yield DONE


class _Streamed(StreamingResponse):
    """Events; whoever made them is told when nobody listens any more."""

    def __init__(self, events: AsyncGenerator[str]) -> None:
        super().__init__(events, media_type=STREAM, headers={"X-Accel-Buffering": "no"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._events.aclose()


def _answering(request: Request, who: Admitted, question: Question) -> _Answering:
    """Return what answers a question.

    Raises:
        Problem: There is no such model (404), or nothing was asked (400).
    """
    name, said = _known(question.model), question.said
    if not any(one.speaker is Speaker.USER for one in said):
        raise Problem(400, "messages: nothing was asked.", param="messages")
    turn = ChatTurn(
        user=who.name,
        role=role_of(who),
        messages=said,
        plant=question.plant,
        language=question.language,
        conversation=conversation_of(request, who, said),
    )
    created = int(concord(request).context.clock().timestamp())
    head = Head(f"chatcmpl-{chance.identifier()}", created, name)
    return _Answering(brain(request, who), replace(turn, auxiliary=name == TASKS), head)


def _known(name: str) -> str:
    if name not in MODELS:
        known = ", ".join(MODELS)
        said = f"There is no such model; there are: {known}."
        raise Problem(404, said, param="model", code="model_not_found")
    return name


async def _while_there(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what the work comes to; None where the client went away, which stops it."""
    working, gone = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        working.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
