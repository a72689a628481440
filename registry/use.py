"""Which prompt a judgement rests on, as it is written down with the judgement."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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


class PromptUse(BaseModel):
    """One question to a model: which words, what they became, and who answered.

    ``model`` is the id the provider returned, ``asked`` the one that was asked for. ``promotion``
    is the number of the promotion that stands for it; None: it is provisional.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: Resolved
    rendered_sha256: Hash
    asked: str
    model: str
    promotion: Annotated[int, Field(gt=0)] | None = None

    @property
    def provisional(self) -> bool:
        """Whether no promotion stands for this prompt under this model."""
        return self.promotion is None
