"""From a posting back to the words: the port through which the records tell it.

Who keeps records registers, in the entry points ``concord.lineage``, a function that takes a
document, posting, case or signal and returns the chains that end in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

GROUP = "concord.lineage"


@dataclass(frozen=True)
class Step:
    """One step back: what it is (``decision``), which one, and what is known of it."""

    what: str
    id: str
    says: str = ""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def plain(self) -> dict[str, Any]:
        """Return it as JSON-plain data."""
        return {"what": self.what, "id": self.id, "says": self.says, "details": dict(self.details)}


class Lineage(Protocol):
    """Tells how documents came about."""

    def __call__(self, word: str) -> Sequence[Sequence[Step]]:
        """Return a chain for each posting the word leads to, from the document to the signal."""
        ...
