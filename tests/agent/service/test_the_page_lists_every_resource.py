"""docs/api.md names what is served: every resource, and none besides."""

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from agent.service import api
from agent.service.walking import routers

NAMED = re.compile(r"`([A-Z]+ /[^\s`]*)`")
UNDESCRIBED = {"POST /mcp"}


def served() -> set[str]:
    routes = [route for router in routers() for route in router.routes]
    return {
        f"{method} {route.path.replace(':path}', '}')}"
        for route in routes
        if isinstance(route, APIRoute) and route.endpoint.__module__.startswith(f"{api.__name__}.")
        for method in route.methods or ()
    }


def test_the_table_lists_exactly_what_is_served(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs/api.md").read_text("utf-8")
    rows = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in NAMED.findall(row)]
    assert len(named) == len(set(named))
    assert set(named) == served()


def test_all_but_mcp_is_described_by_openapi() -> None:
    app = FastAPI()
    for router in routers():
        app.include_router(router)
    paths = app.openapi()["paths"]
    described = {f"{method.upper()} {path}" for path, each in paths.items() for method in each}
    assert served() - described == UNDESCRIBED
