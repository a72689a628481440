"""A case leaves one trace from its signal to its question, if somebody wants to see it."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from agent import traces
from agent.bootstrap import Machinery
from agent.correlation import correlated
from tests.agent.service.waiting import waiting_case
from tools.sandbox.world import World


class Kept(SpanExporter):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS


async def test_signal_turn_and_nodes_are_spans_of_the_case(
    machinery: Machinery, world: World
) -> None:
    kept = Kept()
    stop = traces.start(kept, at_once=True)
    try:
        case, _ = await waiting_case(machinery, world)
    finally:
        stop()
    [turn] = [span for span in kept.spans if span.name == "turn"]
    nodes = [span for span in kept.spans if span.name.startswith("node ")]
    assert "signal" in {span.name for span in kept.spans}
    assert {"node identify", "node gather", "node rule", "node decide"} <= {
        span.name for span in nodes
    }
    for span in nodes:
        assert (span.attributes or {})["concord.case"] == case
        assert span.parent is not None
        assert turn.context is not None
        assert span.context is not None
        assert span.context.trace_id == turn.context.trace_id


async def test_without_anybody_looking_there_is_no_span(machinery: Machinery, world: World) -> None:
    kept = Kept()
    traces.start(kept, at_once=True)()
    await waiting_case(machinery, world)
    assert kept.spans == []


async def test_a_turn_bears_the_id_of_the_request_that_brought_its_signal(
    machinery: Machinery, world: World
) -> None:
    with correlated("r-1"):
        case, _ = await waiting_case(machinery, world)
    kept = Kept()
    stop = traces.start(kept, at_once=True)
    try:
        await machinery.advance.turn(case, None)
    finally:
        stop()
    [turn] = [span for span in kept.spans if span.name == "turn"]
    assert (turn.attributes or {})["concord.correlation_id"] == "r-1"
