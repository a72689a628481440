"""Precedents of a closed case as they were: only what was opened before it, never itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.case.diagnosis import Resemblance
from agent.nodes.recall import MOST
from agent.plain import dump
from agent.precedents.card import card_of
from agent.precedents.embedding import Hashing
from agent.precedents.index import Near
from agent.precedents.source import RecordedPrecedents
from agent.records.database import Database
from evals.backtesting.backtest import Recall
from evals.backtesting.closed import Closed
from evals.index import MemoryIndex


def recall_of(database: Database, opened: Mapping[str, datetime]) -> Recall:
    """Return what recalls precedents out of the records, in memory."""
    from agent.precedents.precedents import Precedents

    index, embedder = MemoryIndex(), Hashing()
    Precedents(RecordedPrecedents(database), index, embedder).reindex()

    def recall(one: Closed) -> Sequence[Resemblance]:
        card = card_of(dump(one.signal), one.pin.facts)
        near = index.near(one.conflict.kind, embedder.embed(card), len(opened) + MOST)
        earlier = [it for it in near if it.case in opened and opened[it.case] < one.opened_at]
        return [_resembles(it) for it in earlier[:MOST]]

    return recall


def _resembles(near: Near) -> Resemblance:
    return Resemblance(
        case=near.case,
        cause=near.notes["cause"],
        likeness=round(near.likeness, 4),
        summary=near.notes["summary"],
        approved_by=near.notes["approved_by"],
    )
