"""Recall from many precedents: percentiles of one query, beside the embedding it contains."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from agent.precedents.card import Card
from agent.precedents.embedding import Hashing
from agent.precedents.index import ChromaIndex, Entry

KIND = "materials/stock_deficit"
WORDS = ["Palette", "Etikett", "setup", "moved", "transfer", "Ausschuss", "drum", "label", "seat"]
SIZE = 100_000
QUERIES = 300
BATCH = 5_000


def main() -> str:
    """Fill an index and ask it."""
    embedder, chance = Hashing(), random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        index = ChromaIndex(Path(folder), embedder.name, embedder.dimension)
        for start in range(0, SIZE, BATCH):
            index.put(KIND, [_entry(embedder, chance, start + step) for step in range(BATCH)])
        cards = [_card(chance) for _ in range(QUERIES)]
        whole = _times(lambda card: index.near(KIND, embedder.embed(card), 5), cards)
        embedding = _times(embedder.embed, cards)
    return (
        f"| recall from {SIZE:,} precedents | p50 ms | p99 ms |\n|---|---|---|\n"
        f"| embed and query | {_at(whole, 50):.2f} | {_at(whole, 99):.2f} |\n"
        f"| embedding alone | {_at(embedding, 50):.2f} | {_at(embedding, 99):.2f} |\n"
    )


def _entry(embedder: Hashing, chance: random.Random, number: int) -> Entry:
    notes = {"cause": "wrong_location", "summary": "moved", "approved_by": "anna"}
    return Entry(f"c-{number}", embedder.embed(_card(chance)), notes)


def _card(chance: random.Random) -> Card:
    words = " ".join(chance.choices(WORDS, k=6))
    return Card(
        words, (f"material=M{chance.randint(1, 400)}", f"work_center=W{chance.randint(1, 20)}")
    )


def _times(work: Callable[[Card], object], cards: list[Card]) -> list[float]:
    times = list[float]()
    for card in cards:
        began = time.perf_counter()
        work(card)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _at(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]
