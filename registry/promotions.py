"""How versions came into production: what the gate said, each promotion, each rollback.

Promotions are numbered from 1, and each names the hash of the one before it, so none can be edited
or taken away unseen. What a rollback left is trusted again only after another promotion.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
)

from registry.locks import Version
from registry.schema import Hash, Name

ROOT = "0" * 64

Who: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Gate(StrEnum):
    """What the gate says of a prompt under a model, on a dataset."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"


class Record(BaseModel):
    """Something that is written down once and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GateRecord(Record):
    """The gate's word on exactly one prompt, model and dataset; evaluations write it.

    Args:
        run: The evaluation run, and the record's file name.
        name: The prompt.
        version: Its version, for people; the hash decides.
        sha256: The hash the prompt is locked by.
        model: The model by provider and the id the provider returned, ``openai:NAME-2026-01-01``.
        dataset_sha256: The hash of the golden cases.
        verdict: What the gate says.
        judged_at: When; of several records for the same three, the latest counts.
        sap_metadata: The ``$metadata`` hash of each SAP service the run spoke to.
        measures: What was measured, for people.
    """

    run: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    name: Name
    version: Version
    sha256: Hash
    model: Annotated[str, StringConstraints(pattern=r"^\S+$")]
    dataset_sha256: Hash
    verdict: Gate
    judged_at: AwareDatetime
    sap_metadata: Mapping[str, Hash] = Field(default={})
    measures: Mapping[str, float] = Field(default={})


class Promotion(Record):
    """A version came into production because the gate passed it."""

    kind: Literal["promotion"] = "promotion"
    number: Annotated[int, Field(gt=0)]
    name: Name
    from_version: Version
    from_sha256: Hash
    to_version: Version
    to_sha256: Hash
    model: str
    dataset_sha256: Hash
    run: str
    sap_metadata: Mapping[str, Hash]
    by: Who
    reason: str
    at: AwareDatetime
    previous: Hash


class Rollback(Record):
    """An earlier version came back into production."""

    kind: Literal["rollback"] = "rollback"
    number: Annotated[int, Field(gt=0)]
    name: Name
    from_version: Version
    from_sha256: Hash
    to_version: Version
    to_sha256: Hash
    by: Who
    reason: Who
    at: AwareDatetime
    previous: Hash


Change: TypeAlias = Promotion | Rollback


class ChangeFile(RootModel[Annotated[Change, Field(discriminator="kind")]]):
    """One file ``promotions/<number>.json``."""


def text_of(record: Record) -> str:
    """Return a record as it is written down."""
    return json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def hash_of(record: Record) -> str:
    """Return the hash the next record names."""
    return hashlib.sha256(text_of(record).encode()).hexdigest()


def next_of(changes: Sequence[Change]) -> tuple[int, str]:
    """Return the number of the next change, and the hash it names."""
    return len(changes) + 1, hash_of(changes[-1]) if changes else ROOT


def in_production(changes: Sequence[Change]) -> dict[str, str]:
    """Return the version in production of every prompt that was ever promoted or rolled back."""
    return {one.name: one.to_version for one in changes}


def once_in_production(changes: Sequence[Change], name: str) -> list[str]:
    """Return the versions of a prompt that left production, the latest last."""
    return [one.from_version for one in changes if one.name == name]


def standing(changes: Sequence[Change], sha256: str, model: str) -> Promotion | None:
    """Return the promotion that still stands for a prompt under a model; None: provisional."""
    found: Promotion | None = None
    for one in changes:
        if isinstance(one, Promotion) and (one.to_sha256, one.model) == (sha256, model):
            found = one
        elif isinstance(one, Rollback) and one.from_sha256 == sha256:
            found = None
    return found


def latest_gate(
    gates: Sequence[GateRecord], sha256: str, model: str, dataset: str
) -> GateRecord | None:
    """Return the gate's latest word on exactly this prompt, model and dataset."""
    wanted = (sha256, model, dataset)
    found = [one for one in gates if (one.sha256, one.model, one.dataset_sha256) == wanted]
    return max(found, key=_when, default=None)


def _when(gate: GateRecord) -> tuple[datetime, bool]:
    """Order by time; at the same time, what is no pass counts as the later."""
    return gate.judged_at, gate.verdict is not Gate.PASS
