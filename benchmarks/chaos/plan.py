"""What happens in a run, drawn from its seed: issues, kills, faults, and how people answer.

A run is real processes on a real clock, so no two runs are the same to the millisecond. But what is
done to Concord, in which order, and after how much of the work, follows from the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from random import Random

from tools.sandbox.faults import Fault, FaultKind

SMALL, LARGE = (8, 25), (60, 180)
"""Pieces of an issue: what the agent may settle alone, and what a person decides."""

BY_A_PERSON = 0.25
REJECTED = 0.1
TOLD_AGAIN = 0.25
BEGINNING, END = 0.03, 0.92
LATE_COMMIT_SECONDS = 6.0
READS_AGAINST_WRITES = 6
"""A read is struck so many times less often than a write: a case reads much and writes little."""

STRIKES_A_WRITE = {
    FaultKind.COMMIT_THEN_TIMEOUT: 0.0,
    FaultKind.COMMIT_THEN_RESET: 0.0,
    FaultKind.COMMIT_THEN_500: 0.0,
    FaultKind.SLOW_COMMIT: LATE_COMMIT_SECONDS,
    FaultKind.DROP_BEFORE_COMMIT: 0.0,
    FaultKind.LOCK: 0.2,
    FaultKind.HTTP_429: 1.0,
    FaultKind.HTTP_503: 1.0,
    FaultKind.STALE_TOKEN: 0.0,
    FaultKind.LATENCY: 0.5,
    FaultKind.TRUNCATED: 0.0,
}
STRIKES_A_READ = {
    FaultKind.HTTP_503: 1.0,
    FaultKind.DROP_BEFORE_COMMIT: 0.0,
    FaultKind.LATENCY: 0.5,
    FaultKind.TRUNCATED: 0.0,
}


class Struck(StrEnum):
    """What is killed."""

    WORKER = "worker"
    WEB = "web"
    CONNECTIONS = "connections"


@dataclass(frozen=True)
class Kill:
    """One kill: once so much of all is done, and how long the killed one stays away."""

    at: float
    what: Struck
    which: int
    away: float


@dataclass(frozen=True)
class Issue:
    """A part that is taken: which, how much, how often it is told, and whether a person decides."""

    number: int
    part: int
    wanted: Decimal
    told: int
    by_a_person: bool


@dataclass(frozen=True)
class Manner:
    """How a person deals with a case: what they say, how late, and how often they click."""

    rejects: bool
    after_seconds: float
    clicks: int


def issues(seed: int, count: int, parts: int) -> Iterator[Issue]:
    """Return what the lines take, in order."""
    chance = Random(f"{seed}/issues")
    for number in range(count):
        by_a_person = chance.random() < BY_A_PERSON
        low, high = LARGE if by_a_person else SMALL
        told = 1 + (chance.random() < TOLD_AGAIN) + (chance.random() < TOLD_AGAIN)
        wanted = Decimal(chance.randint(low, high))
        yield Issue(number, chance.randrange(parts), wanted, told, by_a_person)


def kills(seed: int, count: int, workers: int) -> list[Kill]:
    """Return the kills, the first one first. Of several workers, some stay away for long."""
    chance = Random(f"{seed}/kills")
    return sorted((_kill(chance, workers) for _ in range(count)), key=lambda kill: kill.at)


def _kill(chance: Random, workers: int) -> Kill:
    at = chance.uniform(BEGINNING, END)
    what = chance.choices(list(Struck), weights=(6, 2, 2))[0]
    stays_away = workers > 1 and what is Struck.WORKER and chance.random() < 0.5
    away = chance.uniform(20, 40) if stays_away else 0.0
    return Kill(at, what, chance.randrange(workers), away)


def faults(share: float) -> list[Fault]:
    """Return rules by which this share of all writes goes wrong, and a smaller one of reads."""
    return [
        *_rules(share, "WRITE", STRIKES_A_WRITE),
        *_rules(share / READS_AGAINST_WRITES, "READ", STRIKES_A_READ),
    ]


def _rules(share: float, method: str, kinds: dict[FaultKind, float]) -> list[Fault]:
    """Share a probability out: the first rule that strikes wins, so each has its own chance."""
    each = 1 - (1 - share) ** (1 / len(kinds))
    return [
        Fault(kind, method=method, probability=each, seconds=seconds)
        for kind, seconds in kinds.items()
    ]


def manner(seed: int, case: str) -> Manner:
    """Return how a case is dealt with by whoever sees it."""
    chance = Random(f"{seed}/{case}")
    rejects = chance.random() < REJECTED
    late = chance.random() < 0.3
    seconds = chance.uniform(4, 10) if late else chance.uniform(0, 1)
    return Manner(rejects, seconds, chance.choice((1, 2, 2, 3)))
