"""How often a model is asked for a case, and with how many tokens, by each of the three judges.

The golden cases are played as an evaluation plays them; the model is a server on loopback that
speaks the OpenAI protocol and names the first cause it is offered. It counts a token for three
characters: tokens are right among themselves, and roughly so beside those of a real model.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._figure import Figure, Size
from benchmarks._loopback_model import served
from evals.harness import carried_out
from evals.ordering import Wish, order_of
from evals.row import Row

MODEL = "openai:loopback"
JUDGES = ("weighing", "tiered", "model")
MOST_CALLS = {"weighing": 0.0, "tiered": 1.0, "model": 1.0}
"""One diagnosing call a case, and for the tiered judge fewer."""


def figures(size: Size) -> list[Figure]:
    """Let each judge settle the same cases."""
    with TemporaryDirectory() as home, served() as url:
        os.environ |= {
            "CONCORD_HOME": home,
            "CONCORD_MODEL_URL": url,
            "CONCORD_MODEL_KEY": "none",
        }
        played = {
            judge: asyncio.run(_played(judge, size.of(2, 60, 400), Path(home) / judge))
            for judge in JUDGES
        }
    return [_row(judge, rows, played["model"]) for judge, rows in played.items()]


def _row(judge: str, rows: list[Row], most: list[Row]) -> Figure:
    calls, tokens = _calls(rows), _tokens(rows)
    at_most = _tokens(most)
    held = f"asking for every case {at_most:.0f}, ratio {tokens / at_most:.2f}" if at_most else ""
    return Figure(
        f"{judge}: model calls, tokens a case",
        f"{calls:.2f}, {tokens:.0f}",
        held,
        f"≤ {MOST_CALLS[judge]:g} calls",
        calls <= MOST_CALLS[judge],
    )


async def _played(judge: str, cases: int, folder: Path) -> list[Row]:
    """Play so many cases, out of all kinds of conflict."""
    order = order_of(Wish(reasoner=judge, model=MODEL, engine="bare", workers=0, out=folder))
    every = max(1, len(order.tasks) // cases)
    done = await carried_out(replace(order, tasks=list(order.tasks)[::every][:cases]))
    rows = list(done.rows.values())
    if bad := [row for row in rows if row.status != "ok"]:
        raise RuntimeError(f"{judge}: {len(bad)} of {len(rows)} cases ended in an error")
    return rows


def _calls(rows: list[Row]) -> float:
    return sum(row.spent.calls for row in rows) / len(rows)


def _tokens(rows: list[Row]) -> float:
    return sum(row.spent.tokens_in + row.spent.tokens_out for row in rows) / len(rows)
