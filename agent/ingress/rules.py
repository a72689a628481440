"""The tables that say what other systems' events and IDocs mean for us: nothing is guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from agent.playbooks.catalog import Catalog

Table = Literal["events", "idocs"]
Reads = Literal["order", "movement"]
Look = Callable[[str], str | None]
"""Returns what something calls one of its fields by; None where it has no such field."""


class Rule(BaseModel):
    """One line of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    signal: str
    keys: Mapping[str, str]
    evidence: Literal["public_code", "agreed"]
    segment: str | None = None
    fields: Mapping[str, str] = {}
    plant: str | None = None
    reads: Reads | None = None
    when: Mapping[str, tuple[str, ...]] = {}

    def fits(self, look: Look) -> bool:
        """Return whether something is what this rule is about; a movement is judged once read."""
        if self.reads == "movement":
            return True
        return all(look(name) in wanted for name, wanted in self.when.items())

    def data(self, look: Look) -> dict[str, str]:
        """Return the data of the signal."""
        wanted = {**self.keys, **self.fields, **({"plant": self.plant} if self.plant else {})}
        found = {name: look(theirs) for name, theirs in wanted.items()}
        return {name: value for name, value in found.items() if value}


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: tuple[Rule, ...]


@cache
def rules(table: Table) -> tuple[Rule, ...]:
    """Return the rules of a table.

    Raises:
        ValueError: A line is malformed.
    """
    source = files("agent.ingress").joinpath(f"{table}.toml").read_text("utf-8")
    return _Table.model_validate(tomllib.loads(source)).rule


def known_to(catalog: Catalog, signal: str) -> bool:
    """Return whether any playbook would look at a type of signal."""
    return any(
        trigger.type == signal for book in catalog.playbooks.values() for trigger in book.triggers
    )
