"""Answering: how whoever sent signals is told what became of each, at the core and at the edge.

What cannot be taken apart into signals is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from agent.ingress.envelope import Mode, TooMany, WrongType, mode_of, opened
from agent.service.problem import Problem, answered

RETRY_SECONDS = "30"


async def pieces_of(request: Request) -> tuple[Mode, tuple[bytes, ...]]:
    """Return how events were sent, and each of them.

    Raises:
        Problem: They are no CloudEvents (415), or too many at once (413).
    """
    headers = request.headers.items()
    try:
        mode = mode_of(headers)
        return mode, opened(mode, headers, await request.body())
    except WrongType as error:
        raise Problem(415, str(error)) from error
    except TooMany as error:
        raise Problem(413, str(error)) from error


def told_one(said: Mapping[str, Any]) -> Response:
    """Return the answer to one signal; ``said`` has its status, and more."""
    more = {key: said[key] for key in said if key != "status"}
    status = said["status"]
    if status < 300:
        return JSONResponse(more, status)
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else None
    return answered(Problem(status, more.pop("detail"), headers=headers, **more))


def told_many(results: Sequence[Mapping[str, Any]]) -> Response:
    """Return the answer to many: each with what it would have been answered alone."""
    status = max((one["status"] for one in results), default=200)
    if status == 503:
        headers = {"Retry-After": RETRY_SECONDS}
        said = "Some could not be read just now; all are kept. Send them again."
        return answered(Problem(503, said, headers=headers, results=results))
    if results and all(one["status"] >= 400 for one in results):
        return answered(Problem(status, str(results[0]["detail"]), results=results))
    return JSONResponse({"results": results}, status if status < 300 else 207)
