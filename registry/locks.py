"""What a prompt is locked by: its name, version and hash, what it came from, and who wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from registry.schema import Hash, Name
from registry.versions import VERSION, order_of

ABOUT = (
    "# Written by 'concord prompts lock'. A locked prompt is never edited: write a new version.\n"
)

Version = Annotated[str, StringConstraints(pattern=VERSION.pattern)]


class Locked(BaseModel):
    """One locked prompt. ``parent`` is the version it was made from."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name
    version: Version
    sha256: Hash
    parent: Version | None = None
    author: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=120)]


class LockFile(BaseModel):
    """The file ``registry.lock``."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    prompt: list[Locked] = []


def lock_text(locked: Iterable[Locked]) -> str:
    """Return the lock file's text, in the order of names and versions."""
    ordered = sorted(locked, key=lambda one: (one.name, order_of(one.version)))
    return ABOUT + "".join(_table(one) for one in ordered)


def _table(one: Locked) -> str:
    fields = one.model_dump(exclude_none=True)
    rows = "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items()
    )
    return f"\n[[prompt]]\n{rows}"
