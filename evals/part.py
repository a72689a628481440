"""A part of a golden file: nothing unknown in it, and it does not change."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, StringConstraints

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Part(BaseModel):
    """What every part of a golden file has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
