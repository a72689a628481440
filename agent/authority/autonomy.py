"""How acting alone works out: does it stand, how often is it overridden, how long does it hold yet.

Pure: whoever shows it brings the records. What people decided in the same playbook and class of
risk is the baseline; a certificate is worth something only while the agent is no worse than they.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.authority.certificate import Certificate
from agent.playbooks.playbook import Risk


@dataclass(frozen=True)
class Settled:
    """One settled case.

    Attributes:
        playbook: The kind of conflict.
        risk: The class of risk of its cause.
        alone: Whether the agent decided it.
        stood: Whether it stood: neither reversed nor corrected since.
        overridden: Whether a person rejected or changed what the agent had proposed.
    """

    playbook: str
    risk: Risk
    alone: bool
    stood: bool
    overridden: bool


@dataclass(frozen=True)
class Autonomy:
    """One playbook and class of risk; None where there is nothing to tell it by."""

    alone: int
    alone_stood: float | None
    people: int
    people_stood: float | None
    override_rate: float | None
    days_to_expiry: int | None


def autonomy(
    settled: Sequence[Settled], certificates: Sequence[Certificate], now: datetime
) -> Mapping[tuple[str, Risk], Autonomy]:
    """Return the numbers of every playbook and class of risk that was settled or is certified."""
    found = defaultdict[tuple[str, Risk], list[Settled]](list)
    for one in settled:
        found[one.playbook, one.risk].append(one)
    expiring = _expiring(certificates, now)
    keys = sorted({*found, *expiring})
    return {key: _of(found[key], expiring.get(key)) for key in keys}


def _of(settled: Sequence[Settled], days: int | None) -> Autonomy:
    alone = [one.stood for one in settled if one.alone]
    people = [one for one in settled if not one.alone]
    return Autonomy(
        alone=len(alone),
        alone_stood=_share(alone),
        people=len(people),
        people_stood=_share([one.stood for one in people]),
        override_rate=_share([one.overridden for one in people]),
        days_to_expiry=days,
    )


def _expiring(certificates: Sequence[Certificate], now: datetime) -> Mapping[tuple[str, Risk], int]:
    """Return the whole days left of the certificate issued last; 0 once it has expired."""
    found = dict[tuple[str, Risk], int]()
    for one in sorted(certificates, key=lambda one: one.issued):
        days = max(0, math.floor((one.expires - now).total_seconds() / 86_400))
        found |= {(it.playbook, it.risk): days for it in one.classes if it.threshold is not None}
    return found


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
