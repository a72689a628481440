"""The correlation id: one name for all that belongs to one request, in answers, logs and audit."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from agent import chance

HEADER = "X-Correlation-ID"

_CURRENT: ContextVar[str | None] = ContextVar("correlation", default=None)
_FIT = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def current() -> str | None:
    """Return the id of what is being done now; None outside of any request."""
    return _CURRENT.get()


@contextmanager
def correlated(name: str) -> Generator[str]:
    """Do something under an id."""
    mark = _CURRENT.set(name)
    try:
        yield name
    finally:
        _CURRENT.reset(mark)


def of_headers(headers: Mapping[str, str]) -> str:
    """Return the id a sender gave, the trace it belongs to, or a new one; names in lower case.

    What does not look like an id is not taken over: it would end up in logs and headers.
    """
    given = headers.get(HEADER.lower(), "")
    if _FIT.fullmatch(given):
        return given
    trace = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return trace.group(1) if trace else chance.identifier()
