"""The record of the gate that a promotion needs: for exactly one prompt, model and dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from evals.comparing.gate import Judged
from evals.row import Header, Row
from registry.promotions import GateRecord


class NothingToPromote(Exception):
    """The run asked no prompt, or several, or several models; there is no one thing to promote."""


def record_of(
    judged: Judged,
    header: Header,
    rows: Sequence[Row],
    at: datetime,
    sap_metadata: Mapping[str, str] | None = None,
) -> GateRecord:
    """Return the gate's word as the registry keeps it.

    Raises:
        NothingToPromote: The rows are not all of one prompt under one model.
    """
    asked = {
        (one.prompt, one.prompt_version, one.prompt_hash, one.model, one.dataset_hash)
        for one in (row.judge for row in rows)
    }
    if len(asked) != 1:
        raise NothingToPromote(f"the run has {len(asked)} judges, a promotion is about one")
    name, version, sha256, model, dataset = asked.pop()
    if name is None or version is None or sha256 is None or model is None:
        raise NothingToPromote("the run asked no model, so there is no prompt to promote")
    return GateRecord(
        run=header.run,
        name=name,
        version=version,
        sha256=sha256,
        model=model,
        dataset_sha256=dataset,
        verdict=judged.verdict,
        judged_at=at,
        sap_metadata=dict(sap_metadata or {}),
        measures=dict(judged.measures),
    )
