"""How a page says no: a person who asked for one is told in a page, a client in problem details."""

from __future__ import annotations

from fastapi import Request, Response

from agent.service.pages.rendering import page
from agent.service.problem import Problem, answered

HEADINGS = {403: "Not allowed", 404: "There is no such page"}
OTHERWISE = "That did not work"


def told(request: Request, problem: Problem) -> Response:
    """Return a problem in the form that whoever asked can read."""
    path, accepts = request.url.path, request.headers.get("accept", "")
    if path.startswith("/v1/") or "text/html" not in accepts:
        return answered(problem)
    heading = HEADINGS.get(problem.status, OTHERWISE)
    return page(
        request, None, "message.html", problem.status, heading=heading, detail=problem.detail
    )
