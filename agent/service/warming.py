"""What the first request after a start would have to make is made before it comes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from agent.service.pages.rendering import compile_pages

NOWHERE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/-",
    "root_path": "",
    "headers": [],
}


def warm(app: FastAPI) -> None:
    """Build the routes, which is done when the first request looks for its own, and the pages."""
    for route in app.router.routes:
        route.matches(NOWHERE)
    compile_pages()
