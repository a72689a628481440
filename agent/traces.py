"""Traces (OpenTelemetry): spans from a signal to its postings, if somebody wants to see them.

Off unless ``start`` is called: a span is then nothing at all. What a turn does belongs to its case,
so every span bears the case, and the correlation id of the request where there is one. How long the
nodes of the machine take is counted in any case, for this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from prometheus_client import Histogram

from agent.correlation import current

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

T = TypeVar("T")
NAME = "concord"
NODE_SECONDS = Histogram(
    "concord_node_seconds",
    "One node of the machine, of those that this process ran.",
    ["node"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0),
    registry=None,
)
"""By the nodes' names, which are those of the graph and no others."""

_started: list[Tracer] = []


def start(exporter: SpanExporter, *, at_once: bool = False) -> Callable[[], None]:
    """Send spans to an exporter from now on; return what stops it, and sends what is left.

    Args:
        exporter: Where they go.
        at_once: Each span by itself, as tests want it, not in batches.
    """
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": NAME}))
    kind = SimpleSpanProcessor if at_once else BatchSpanProcessor
    provider.add_span_processor(kind(exporter))
    tracer = provider.get_tracer(NAME)
    _started.append(tracer)

    def stop() -> None:
        _started.remove(tracer)
        provider.shutdown()

    return stop


@contextmanager
def span(name: str, **attributes: str) -> Generator[None]:
    """Do something as a span, where somebody wants to see it."""
    if not _started:
        yield
        return
    correlation = current()
    told = {f"concord.{key}": value for key, value in attributes.items()}
    if correlation is not None:
        told["concord.correlation_id"] = correlation
    # A graph stops at a question by an exception, which is no error; audit and log tell of those.
    with _started[-1].start_as_current_span(
        name, attributes=told, record_exception=False, set_status_on_exception=False
    ):
        yield


def traced(name: str, node: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Return a node of the machine that is a span, and whose time is taken."""
    timed = NODE_SECONDS.labels(name)

    @wraps(node)
    async def run(state: Any, runtime: Any) -> T:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            with span(f"node {name}", case=str(state["case"])):
                return await node(state, runtime)
        finally:
            timed.observe(clock() - began)

    return run
