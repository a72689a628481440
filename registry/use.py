"""Which version of a prompt is used for a case, and how it was come by."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from registry.aliases import Alias
from registry.locks import Version
from registry.schema import Hash, Name


class Resolved(BaseModel):
    """The version an alias led to. ``bucket`` is the case's place where a canary was drawn for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    version: Version
    sha256: Hash
    alias: Alias
    bucket: int | None = None
