"""What refusals of the ERP mean, by class and number; the table is ``refusals.toml``.

It serves whoever is told of a refusal: the playbook that settles it, and the triage of a text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Meaning:
    """What a refusal means: one line of the table."""

    code: str
    cause: str
    role: str
    fix: str
    evidence: str
    heals: str | None = None


UNKNOWN = Meaning("", "unknown_message", "integrator", "Read the message text and decide", "none")


@cache
def meanings() -> Mapping[str, Meaning]:
    """Return the message table, read once."""
    table = files("agent.playbooks").joinpath("refusals.toml")
    rows = tomllib.loads(table.read_text("utf-8"))["message"]
    return {row["code"]: Meaning(**row) for row in rows}
