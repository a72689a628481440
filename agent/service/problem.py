"""How the service says no: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from agent.correlation import current

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is not granted; its sender is told why."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more
        scheme = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
        self.headers = {**scheme, **(headers or {})}


def answered(problem: Problem) -> Response:
    """Return a problem as an answer."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "correlation_id": current(),
        **problem.more,
    }
    return JSONResponse(body, problem.status, problem.headers, media_type=MEDIA_TYPE)
