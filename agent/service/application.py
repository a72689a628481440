"""The application: its resources put together, and how it says no."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from agent.bootstrap import Machinery
from agent.records.gates import Enqueue
from agent.service import health, signals
from agent.service.problem import Problem, answered


def application(concord: Machinery, enqueue: Enqueue) -> FastAPI:
    """Return the web role's application.

    Args:
        concord: What it serves.
        enqueue: Starts turns, here or in a worker elsewhere.
    """
    app = FastAPI(title="Concord", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.concord, app.state.enqueue = concord, enqueue
    app.include_router(health.router)
    app.include_router(signals.router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


async def _problem(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return answered(error)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return answered(Problem(error.status_code, str(error.detail)))


async def _invalid(_request: Request, error: Exception) -> Response:
    return answered(Problem(422, "The request is not valid."))
