"""How soon work goes on after something was killed: three ways, each told by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf


class How(StrEnum):
    """In which way work goes on."""

    WEB = "web process ready again"
    CAME_BACK = "worker back under its name"
    TAKEN_OVER = "taken over by another"


@dataclass(frozen=True)
class Recovery:
    """After how many seconds what one killed is run again; None: it never was."""

    how: How
    who: str
    seconds: float | None


def never_ended(recoveries: Iterable[Recovery]) -> list[str]:
    """Return what was not run again for as long as anybody looked."""
    return [f"what {one.who} ran was not run again" for one in recoveries if one.seconds is None]


def p95(recoveries: Iterable[Recovery]) -> float | None:
    """Return the seconds most took at most; None if there are none, or that many never ended."""
    return _at(_sorted(recoveries), 0.95)


def table(recoveries: Sequence[Recovery]) -> Iterator[str]:
    """Return a line for each way: how often, and how soon."""
    yield f"{'recovery':<28} {'count':>5} {'p50 s':>7} {'p95 s':>7} {'worst s':>7}"
    for how in How:
        mine = _sorted(one for one in recoveries if one.how is how)
        told = (_said(_at(mine, share)) if mine else "-" for share in (0.5, 0.95, 1.0))
        yield f"{how.value:<28} {len(mine):>5} " + " ".join(f"{one:>7}" for one in told)


def _sorted(recoveries: Iterable[Recovery]) -> list[float]:
    return sorted(inf if one.seconds is None else one.seconds for one in recoveries)


def _at(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest that this share are not above; None if that one never ended."""
    if not ordered:
        return None
    found = ordered[ceil(len(ordered) * share) - 1]
    return None if found == inf else round(found, 1)


def _said(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.1f}"
