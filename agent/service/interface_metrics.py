"""How the interfaces stand, as metrics: plant by plant, system by system, process by process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agent.records.interfaces import Told, told
from agent.service.gauges import counter, gauge

OF = ("plant", "system", "process")


def families(session: Session, now: datetime) -> Iterator[Any]:
    """Return what every process said; of breakers only what is still news."""
    found = told(session)
    calls = {_of(one): one.health.answered + sum(one.health.failed.values()) for one in found}
    yield counter("concord_interface_calls", "Requests a system was sent.", OF, calls)
    failed = {
        (*_of(one), failing): count for one in found for failing, count in one.health.failed.items()
    }
    said = "Requests that failed; a definite no is an answer."
    yield counter("concord_interface_failures", said, (*OF, "failing"), failed)
    answers = ((_of(one), _since(one.health.answered_at, now)) for one in found)
    said = "Since the last good answer; nothing where there was none."
    yield _ages("concord_interface_answer_age_seconds", said, answers)
    faults = (
        (_of(one), _since(one.health.fault.at if one.health.fault else None, now)) for one in found
    )
    said = "Since the last failure; nothing where there was none."
    yield _ages("concord_interface_failure_age_seconds", said, faults)
    open_ = ((_of(one), float(one.health.left_alone)) for one in found if not one.stale(now))
    said = "1 if the system is left alone after failures; nothing of processes that are silent."
    yield gauge("concord_interface_breaker_open", said, OF, open_)
    last = {one.process: _since(one.at, now) or 0.0 for one in found}
    said = "Since a process last wrote how its interfaces stand."
    reports = (((process,), age) for process, age in last.items())
    yield gauge("concord_interface_report_age_seconds", said, ("process",), reports)


def _of(one: Told) -> tuple[str, str, str]:
    return one.health.plant, one.health.system, one.process


def _since(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())


def _ages(name: str, said: str, ages: Iterator[tuple[tuple[str, ...], float | None]]) -> Any:
    return gauge(name, said, OF, ((of, age) for of, age in ages if age is not None))
