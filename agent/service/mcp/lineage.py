"""The tool that walks back from a document to the signal it came from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from agent import lineage
from agent.reasoning.chat.model import ToolPage
from agent.reasoning.chat.tool import Bench, CallRefused, Shown, Tool, schema, text_of
from agent.records.database import Database
from agent.records.tracing import trace

MOST = 5


def lineage_of(database: Database, plants: frozenset[str] | None) -> Tool:
    """Return the tool, for who may read the audit of these plants; None are all."""
    page = ToolPage(
        "lineage",
        "How a posting came about: document, posting, decision, remedy, diagnosis, prompt, facts, "
        "signal. By the number of a document Concord posted, a case or a signal.",
        schema({"document": {"type": "string"}}, ("document",)),
    )
    return Tool(page, partial(_walked, database, plants))


async def _walked(
    database: Database, plants: frozenset[str] | None, _: Bench, arguments: Mapping[str, Any]
) -> list[Shown]:
    word = text_of(arguments, "document")
    chains = await asyncio.to_thread(_chains, database, word, plants)
    if not chains:
        raise CallRefused("person", "nothing that was posted here is known by that")
    return [Shown("lineage", one, "records") for one in chains[:MOST]]


def _chains(
    database: Database, word: str, plants: frozenset[str] | None
) -> list[list[dict[str, str]]]:
    with database.read() as session:
        traces = trace(session, word)
    found = [one for one in traces if plants is None or one.case.plant in plants]
    return [
        [{"step": step.what, "name": step.id, "says": step.says} for step in chain]
        for one in found
        for chain in lineage.chains(one, word)
    ]
