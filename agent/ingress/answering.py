"""Answering: how whoever sent signals is told what became of each, at the core and at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from agent.service.problem import Problem, answered

RETRY_SECONDS = "30"


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
