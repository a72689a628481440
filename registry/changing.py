"""What may come into production, and what may come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.aliases import Aliases
from registry.errors import NeverInProduction, NoPass, ReasonMissing
from registry.locks import Locked
from registry.promotions import (
    Change,
    Gate,
    GateRecord,
    Promotion,
    Rollback,
    next_of,
    once_in_production,
)


@dataclass(frozen=True)
class Signed:
    """Who makes a change, why, and when."""

    by: str
    reason: str
    at: datetime


def promotion(
    before: Locked, after: Locked, gate: GateRecord, signed: Signed, changes: Sequence[Change]
) -> Promotion:
    """Return the record of a promotion.

    Raises:
        NoPass: The gate has not passed it, or it was rolled back since.
        ReasonMissing: Nobody approves it.
    """
    if not signed.by.strip():
        raise ReasonMissing("a promotion names who approves it")
    exactly = f"{after.name} {after.version} under {gate.model} on this dataset"
    if gate.verdict is not Gate.PASS:
        raise NoPass(f"the gate's latest word on {exactly} is {gate.verdict} ({gate.run})")
    for one in changes:
        left = isinstance(one, Rollback) and one.from_sha256 == after.sha256
        if left and one.at >= gate.judged_at:
            raise NoPass(f"{exactly} was rolled back after the gate had passed it: {one.reason}")
    number, previous = next_of(changes)
    return Promotion(
        number=number,
        name=after.name,
        from_version=before.version,
        from_sha256=before.sha256,
        to_version=after.version,
        to_sha256=after.sha256,
        model=gate.model,
        dataset_sha256=gate.dataset_sha256,
        run=gate.run,
        sap_metadata=gate.sap_metadata,
        by=signed.by,
        reason=signed.reason,
        at=signed.at,
        previous=previous,
    )


def way_back(name: str, present: str, wanted: str | None, changes: Sequence[Change]) -> str:
    """Return the version a rollback brings back: the one wanted, else the last one not left itself.

    Raises:
        NeverInProduction: There is none.
    """
    earlier = [one for one in once_in_production(changes, name) if one != present]
    if wanted is not None:
        if wanted not in earlier:
            raise NeverInProduction(f"{name} {wanted} was not in production before")
        return wanted
    left = {one.from_version for one in changes if isinstance(one, Rollback) and one.name == name}
    kept = [one for one in earlier if one not in left]
    if not kept:
        raise NeverInProduction(f"{name} {present} has no version in production before it")
    return kept[-1]


def rollback(before: Locked, after: Locked, signed: Signed, changes: Sequence[Change]) -> Rollback:
    """Return the record of a rollback.

    Raises:
        ReasonMissing: It says not why, or by whom.
    """
    if not signed.by.strip() or not signed.reason.strip():
        raise ReasonMissing("a rollback says by whom and why")
    number, previous = next_of(changes)
    return Rollback(
        number=number,
        name=after.name,
        from_version=before.version,
        from_sha256=before.sha256,
        to_version=after.version,
        to_sha256=after.sha256,
        by=signed.by,
        reason=signed.reason,
        at=signed.at,
        previous=previous,
    )


def with_production(aliases: Aliases, version: str) -> Aliases:
    """Return the aliases with another version in production; its own canary has ended."""
    moved = aliases.model_copy(update={"production": version})
    tried = aliases.canary is not None and aliases.canary.version == version
    return moved.model_copy(update={"canary": None}) if tried else moved
