"""An entry of Concord's audit, as another system keeps a copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tools.objects.reference import Reference


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what about a case, when, and why.

    ``sequence`` and ``hash`` are its place in the audit's chain and what it is recognised by: the
    same entry sent again has both the same. ``details`` is all it says, as JSON text; ``reason``
    and ``documents`` are what of it is looked for most.
    """

    sequence: int
    hash: str
    at: datetime
    who: str
    what: str
    plant: str
    case: str
    reason: str
    documents: tuple[str, ...]
    details: str

    @property
    def identity(self) -> str:
        """What it is recognised by, in one text of at most 100 characters."""
        return f"{self.sequence}/{self.hash}"

    @property
    def reference(self) -> Reference:
        """The same for a target that wants a reference: the first half of its hash."""
        return Reference(self.hash[:32])
