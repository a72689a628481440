"""How the chat endpoint says no: in OpenAI's form, which chat clients show to people."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from agent.service.problem import Problem
from agent.service.served import EVERYWHERE, documented

KINDS: Mapping[int, str] = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    503: "api_error",
}
OTHERWISE = "invalid_request_error"


class Wrong(BaseModel):
    """What is wrong, whose it is, and where it lies."""

    message: str = Field(examples=["messages: nothing was asked."])
    type: str = Field(examples=[OTHERWISE])
    param: str | None = Field(examples=["messages"])
    code: str | None = Field(examples=[None])


class Refusal(BaseModel):
    """An error as OpenAI's clients read it."""

    error: Wrong


class OpenAIRoute(APIRoute):
    """A route whose refusals are told as OpenAI tells them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, its refusals put into the form."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                return refused(_invalid(error))
            except HTTPException as error:
                return refused(Problem(error.status_code, str(error.detail)))
            except Problem as problem:
                return refused(problem)

        return handled


def refused(problem: Problem) -> Response:
    """Return a problem as OpenAI's clients read it."""
    param, code = problem.more.get("param"), problem.more.get("code") or problem.more.get("policy")
    kind = KINDS.get(problem.status, OTHERWISE)
    error = Wrong(message=problem.detail, type=kind, param=param, code=code)
    body = Refusal(error=error).model_dump()
    return JSONResponse(body, problem.status, problem.headers)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of refusals; what the edge refuses it tells as problem details."""
    told = documented(*(set(EVERYWHERE) - {422}), *statuses)
    for one in told.values():
        schema = {"$ref": "#/components/schemas/Refusal"}
        one["model"] = Refusal
        one["content"]["application/json"] = {"schema": schema}
    return told


def _invalid(error: RequestValidationError) -> Problem:
    """Name what is not valid; what was sent is not repeated."""
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"][1:]) or "body"
    return Problem(400, f"{place}: {first['msg']}", param=place)
