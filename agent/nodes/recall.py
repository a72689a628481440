"""Recall: settled cases that resemble this one, and whose remedies people rejected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Resemblance
from agent.context import Context
from agent.plain import dump, load
from agent.precedents.index import IndexUnusable
from agent.records.outcomes import Tally
from agent.state import CaseState, Update

log = logging.getLogger("concord.precedents")

MOST = 5

WITHOUT = "judged without precedents"

# So many decisions without a rejection are taken for granted: one rejection alone says little.
TAKEN_FOR_GRANTED = 2


async def recall(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Find the nearest precedents of the conflict's kind, and count its rejections."""
    context, conflict = runtime.context, load(Conflict, state["conflict"])
    signal = load(Signal, state["signal"])
    found, tallies = await asyncio.gather(
        _similar(context, state, conflict, signal),
        context.records.rejections(conflict.kind),
    )
    return {
        "precedents": [dump(precedent) for precedent in found],
        "objections": objections(tallies),
    }


async def _similar(
    context: Context, state: CaseState, conflict: Conflict, signal: Signal
) -> list[Resemblance]:
    """Return precedents; none where the index cannot be asked, and the audit says why."""
    try:
        return await context.precedents.similar(conflict, signal, state["facts"], MOST)
    except IndexUnusable as error:
        log.warning("case %s is judged without precedents: %s", state["case"], error)
        await context.records.note(state["case"], WITHOUT, {"why": str(error)})
        return []


def objections(tallies: Mapping[str, Tally]) -> dict[str, float]:
    """Return for each cause the share of its remedies that people rejected, where any were."""
    return {
        cause: round(tally.rejected / (tally.decided + TAKEN_FOR_GRANTED), 4)
        for cause, tally in tallies.items()
        if tally.rejected
    }
