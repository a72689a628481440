"""Aliases: which version answers, which waits, which runs beside, and which a few cases try.

A case stays with the version it drew: its place is the hash of its id and the canary's salt. One
salt, one draw; another salt draws anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from registry.locks import Version
from registry.schema import Name

BUCKETS = 100
ABOUT = (
    "# Which version is in use. Once a prompt was promoted, what is in production is said by\n"
    "# promotions/ alone, and verify wants this file to say the same.\n"
)


class Alias(StrEnum):
    """What a version may be in use as."""

    PRODUCTION = "production"
    STAGING = "staging"
    SHADOW = "shadow"
    CANARY = "canary"


class Canary(BaseModel):
    """A version that some percent of the cases get."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    version: Version
    percent: Annotated[int, Field(ge=0, le=100)]
    salt: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,40}$")]

    def draws(self, case: str) -> bool:
        """Return whether a case gets this version."""
        return bucket_of(case, self.salt) < self.percent


class Aliases(BaseModel):
    """The versions of one prompt that are in use. ``shadow`` runs beside and decides nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    production: Version
    staging: Version | None = None
    shadow: Version | None = None
    canary: Canary | None = None

    def version(self, alias: Alias) -> str | None:
        """Return the version an alias stands for."""
        match alias:
            case Alias.PRODUCTION:
                return self.production
            case Alias.STAGING:
                return self.staging
            case Alias.SHADOW:
                return self.shadow
            case Alias.CANARY:
                return self.canary.version if self.canary else None


class AliasFile(RootModel[dict[Name, Aliases]]):
    """The file ``aliases.toml``: a table for each prompt."""


def bucket_of(case: str, salt: str) -> int:
    """Return a case's place among a hundred, the same for ever."""
    drawn = hashlib.sha256(f"{case}\n{salt}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % BUCKETS


def aliases_text(aliases: Mapping[str, Aliases]) -> str:
    """Return the alias file's text."""
    tables = (_tables(name, one) for name, one in sorted(aliases.items()))
    return ABOUT + "".join(tables)


def _tables(name: str, one: Aliases) -> str:
    plain = one.model_dump(exclude_none=True)
    canary = plain.pop("canary", None)
    tables = f"\n[{name}]\n{_rows(plain)}"
    return tables + (f"\n[{name}.canary]\n{_rows(canary)}" if canary else "")


def _rows(plain: Mapping[str, str | int]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in plain.items())
