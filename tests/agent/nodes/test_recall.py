"""Where the precedents' index cannot be asked, a case goes its way without them, and says why."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent.advance import Advance
from agent.bootstrap import Machinery
from agent.graph import build
from agent.identifying import conflict_of
from agent.intake import read_signal
from agent.nodes.recall import WITHOUT
from agent.precedents.embedding import Hashing
from agent.precedents.embedding_models import ServedEmbedding
from agent.precedents.index import ChromaIndex, Entry
from agent.precedents.precedents import Precedents
from agent.precedents.source import RecordedPrecedents
from agent.records.arrivals import Arrived
from agent.records.audit import entries_of
from evals.bench import Trial, bench
from evals.world import fresh
from tools.plant.authority import Phase
from tools.sandbox.scenarios.catalog import scenario

NAME = "pallet_moved_not_booked"
KIND = "materials/stock_deficit"


def without_server(concord: Machinery, folder: Path) -> Precedents:
    embedder = ServedEmbedding("ollama:tiny", "http://127.0.0.1:9", None, seconds=2)
    index = ChromaIndex(folder, embedder.name, embedder.dimension)
    return Precedents(RecordedPrecedents(concord.database), index, embedder)


def of_another_embedder(concord: Machinery, folder: Path) -> Precedents:
    old = ChromaIndex(folder, "another", 2)
    old.put(KIND, [Entry("c-1", [0.6, 0.8], {"cause": "moved"})])
    old.close()
    index = ChromaIndex(folder, "hashing-1", 384)
    return Precedents(RecordedPrecedents(concord.database), index, Hashing())


@pytest.mark.parametrize("broken", [without_server, of_another_embedder])
async def test_a_case_is_settled_without_precedents(
    broken: Callable[[Machinery, Path], Precedents], tmp_path: Path
) -> None:
    world = fresh()
    told = scenario(NAME).happen(world)
    since = len(world.journal.entries)
    async with bench(tmp_path).machinery(world, Trial(Phase.ACT)) as plain:
        known = broken(plain, tmp_path / "chroma")
        context, saver = replace(plain.context, precedents=known), InMemorySaver()
        body: dict[str, Any] = dict(told.signal)
        signal = read_signal(body, world.clock.now())
        conflict = conflict_of(signal, context.catalog)
        arrived = Arrived(signal.source, signal.id, body, signal, conflict)
        received = await plain.records.receive(arrived, lambda _session, _turns: None)
        assert received.case is not None
        await Advance(build(saver), saver, context).turn(received.case, None)
        known.close()
        outcome = await plain.records.outcome(received.case)
        with plain.database.read() as session:
            noted = [one for one in entries_of(session, received.case) if one.what == WITHOUT]
    assert outcome is not None
    assert outcome.settlement.value == "corrected"
    assert any(entry.committed for entry in world.journal.entries[since:])
    assert len(noted) == 1
