"""Recall from many precedents: how many of the nearest are found, and how quickly.

Held against brute force over the same vectors: the exact answer, and what it takes. A case asks
with a card that no precedent equals, as a new conflict does.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.precedents.card import Card
from agent.precedents.embedding import Hashing
from agent.precedents.index import ChromaIndex, Entry
from agent.precedents.places import Folder
from benchmarks._figure import Figure, Size, at, not_run

T = TypeVar("T")

KIND = "materials/stock_deficit"
WORDS = ["Palette", "Etikett", "setup", "moved", "transfer", "Ausschuss", "drum", "label", "seat"]
SIZES = (10_000, 100_000, 500_000)
NEAREST = 5
BATCH = 5_000


@dataclass(frozen=True)
class Found:
    """How queries went: their times, those of brute force, and what they found of what is there."""

    times: list[float]
    exact_times: list[float]
    share: float


def figures(size: Size) -> list[Figure]:
    """Ask indexes of growing size."""
    biggest = size.of(500, SIZES[1], SIZES[2])
    sizes = (biggest,) if size is Size.TINY else SIZES
    return [row for count in sizes for row in _rows(count, biggest, size.of(10, 100, 300))]


def _rows(count: int, biggest: int, queries: int) -> list[Figure]:
    what = f"{count:,} precedents: query p50 / p99"
    if count > biggest:
        return [not_run(what, "--size full does")]
    found = _asked(count, queries)
    exact, late = at(found.exact_times, 50), at(found.times, 99)
    return [
        Figure(
            what,
            f"{at(found.times, 50):.1f} / {late:.1f} ms",
            f"brute force {exact:.1f} ms, ratio {at(found.times, 50) / exact:.2f}",
        ),
        Figure(
            f"{count:,} precedents: recall@{NEAREST}",
            f"{found.share:.3f}",
            "brute force 1.000",
        ),
    ]


def _asked(count: int, queries: int) -> Found:
    """Fill an index, and ask it and brute force the same."""
    embedder, chance = Hashing(), random.Random(7)
    vectors = np.empty((count, embedder.dimension), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        index = ChromaIndex(Folder(Path(folder)), embedder.name, embedder.dimension)
        for start in range(0, count, BATCH):
            some = [_entry(embedder, chance, n) for n in range(start, min(start + BATCH, count))]
            vectors[start : start + len(some)] = [one.vector for one in some]
            index.put(KIND, some)
        wanted = [embedder.embed(_card(chance)) for _ in range(queries)]
        times, near = _timed(lambda vector: index.near(KIND, vector, NEAREST), wanted)
        exact_times, exact = _timed(lambda vector: _nearest(vectors, vector), wanted)
        shares = [
            sum(vectors[_number(one.case)] @ np.asarray(vector) >= least - 1e-5 for one in got)
            / NEAREST
            for got, least, vector in zip(near, exact, wanted, strict=True)
        ]
        index.close()
    return Found(times, exact_times, sum(shares) / len(shares))


def _nearest(vectors: NDArray[np.float32], vector: Sequence[float]) -> float:
    """Return how near the last of the nearest is: whatever is as near is as good an answer."""
    near = vectors @ np.asarray(vector, dtype=np.float32)
    return float(np.partition(near, -NEAREST)[-NEAREST])


def _number(case: str) -> int:
    return int(case.removeprefix("c-"))


def _entry(embedder: Hashing, chance: random.Random, number: int) -> Entry:
    notes = {"cause": "wrong_location", "summary": "moved", "approved_by": "anna"}
    return Entry(f"c-{number}", embedder.embed(_card(chance)), notes)


def _card(chance: random.Random) -> Card:
    words = " ".join(chance.choices(WORDS, k=6))
    return Card(
        words, (f"material=M{chance.randint(1, 400)}", f"work_center=W{chance.randint(1, 20)}")
    )


def _timed(
    work: Callable[[list[float]], T], vectors: Sequence[list[float]]
) -> tuple[list[float], list[T]]:
    times, results = list[float](), list[T]()
    for vector in vectors:
        began = time.perf_counter()
        results.append(work(vector))
        times.append((time.perf_counter() - began) * 1000)
    return times, results
