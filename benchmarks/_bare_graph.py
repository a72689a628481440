"""LangGraph alone, in the shape of the case machine: what no Concord on it could beat.

As many nodes, each doing nothing; a question and its answer between them; the same saver, the same
durability, and the thread forgotten at its end.
"""

from __future__ import annotations

import asyncio
import operator
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from pydantic import SecretStr

from agent.dispatch.enqueue import WORKERS
from agent.graph import build
from agent.savers import saver_for
from agent.settings import Settings

QUESTION = "decide"


class Passed(TypedDict):
    """What is carried from node to node."""

    nodes: Annotated[list[str], operator.add]


async def bare_rate(cases: int, url: SecretStr | None = None) -> float:
    """Return how many bare cases a second go through, as many at a time as a worker has."""
    with tempfile.TemporaryDirectory() as folder:
        async with saver_for(Settings(home=Path(folder), database_url=url)) as saver:
            graph, at_once = _graph(saver), asyncio.Semaphore(WORKERS)

            async def settle(number: int) -> None:
                config = RunnableConfig(configurable={"thread_id": f"bare-{number}"})
                async with at_once:
                    await graph.ainvoke({"nodes": []}, config, durability="exit")
                    snapshot = await graph.aget_state(config)
                    answer: Command[Any] = Command(resume={snapshot.interrupts[0].id: "yes"})
                    await graph.ainvoke(answer, config, durability="exit")
                    await saver.adelete_thread(f"bare-{number}")

            began = time.perf_counter()
            await asyncio.gather(*(settle(number) for number in range(cases)))
            return cases / (time.perf_counter() - began)


def _graph(saver: BaseCheckpointSaver[str]) -> Any:
    """Return nodes with the machine's names, one after the other."""
    graph = StateGraph(Passed)
    names = list(build().builder.nodes)
    for name in names:
        graph.add_node(name, _node(name))
    for before, after in zip([START, *names], [*names, END], strict=True):
        graph.add_edge(before, after)
    return graph.compile(checkpointer=saver)


def _node(name: str) -> Any:
    async def passes(_: Passed) -> dict[str, list[str]]:
        if name == QUESTION:
            interrupt(name)
        return {"nodes": [name]}

    return passes
