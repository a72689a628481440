"""The interfaces as a page shows them: each with a word that says how it stands, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.records.interfaces import Told
from agent.service.shown.terms import FAILING
from agent.words.speech import Speech


@dataclass(frozen=True)
class Shown:
    """One system as one process sees it. ``tone`` colours the word; the word alone says it all."""

    system: str
    process: str
    stands: str
    tone: str
    answered: str
    failed: str
    failing: str
    why: str
    requests: str
    failures: str
    said: str


def shown(speech: Speech, told: Iterable[Told], now: datetime) -> Mapping[str, list[Shown]]:
    """Return what every process said, by plant."""
    found = dict[str, list[Shown]]()
    for one in told:
        found.setdefault(one.health.plant, []).append(_shown(speech, one, now))
    return found


def _shown(speech: Speech, one: Told, now: datetime) -> Shown:
    health = one.health
    stands, tone = _stands(speech, one, now)
    fault, failures = health.fault, sum(health.failed.values())
    return Shown(
        system=health.system,
        process=one.process,
        stands=stands,
        tone=tone,
        answered=speech.ago(health.answered_at, now) if health.answered_at else "–",
        failed=speech.ago(fault.at, now) if fault else "–",
        failing=speech(FAILING.get(fault.failing, fault.failing)) if fault else "",
        why=fault.why if fault else "",
        requests=speech.number(health.answered + failures),
        failures=speech.number(failures),
        said=speech.ago(one.at, now),
    )


def _stands(speech: Speech, one: Told, now: datetime) -> tuple[str, str]:
    """Say in a word how a system stands; of a process that is silent, that nobody knows."""
    answered, fault = one.health.answered_at, one.health.fault
    if one.stale(now):
        return speech("not known any more"), "low"
    if one.health.left_alone:
        return speech("left alone after failures"), "high"
    if fault is not None and (answered is None or fault.at > answered):
        return speech("failed last time"), "high"
    return (speech("answers"), "good") if answered else (speech("not asked yet"), "low")
