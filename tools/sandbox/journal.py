"""The journal: every write any server received, so that it can be asked from outside.

It answers the question no ERP answers by itself: was anything posted twice, or lost? An entry says
what was asked, by which reference, whether it was committed and whether its sender was told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Literal

from tools.sandbox.servers import Server

LOST: Literal["lost"] = "lost"
Answered = int | Literal["lost"]


@dataclass(frozen=True, slots=True)
class Write:
    """What a handler knows of a write.

    Args:
        operation: What was done, such as ``create A_MaterialDocumentHeader``.
        object: The key of the business object it was done to.
        reference: The mark its sender gave it, None where there was none.
        document: The number of the document it made, None where it made none.
        committed: Whether it changed anything; a refused write and a repetition do not.
    """

    operation: str
    object: str
    reference: str | None = None
    document: str | None = None
    committed: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One write as it was received and answered."""

    sequence: int
    at: datetime
    server: Server
    operation: str
    object: str
    reference: str | None
    correlation: str | None
    committed: bool
    answered: Answered
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Committed writes that carry the same reference and did the same thing."""

    server: Server
    operation: str
    reference: str
    entries: tuple[Entry, ...]


@dataclass
class Journal:
    """All writes in the order in which they were answered."""

    entries: list[Entry] = field(default_factory=list[Entry])

    def record(
        self,
        write: Write,
        server: Server,
        at: datetime,
        *,
        answered: Answered,
        correlation: str | None = None,
    ) -> Entry:
        """Add a write; the door of each server does this from what its handler reported."""
        entry = Entry(
            sequence=len(self.entries) + 1,
            at=at,
            server=server,
            operation=write.operation,
            object=write.object,
            reference=write.reference,
            correlation=correlation,
            committed=write.committed,
            answered=answered,
            document=write.document,
        )
        self.entries.append(entry)
        return entry

    def lose(self, entries: list[Entry]) -> None:
        """Mark that the senders of these writes were never told."""
        for entry in entries:
            self.entries[entry.sequence - 1] = replace(entry, answered=LOST)

    def committed(self, server: Server | None = None) -> list[Entry]:
        """Return what changed something."""
        return [e for e in self.entries if e.committed and server in (None, e.server)]

    def duplicates(self) -> list[Duplicate]:
        """Return what was committed more than once: same server, operation and reference."""
        groups: dict[tuple[Server, str, str], list[Entry]] = defaultdict(list)
        for entry in self.committed():
            if entry.reference:
                groups[entry.server, entry.operation, entry.reference].append(entry)
        return [Duplicate(*key, tuple(group)) for key, group in groups.items() if len(group) > 1]

    def effects(self) -> dict[str, int]:
        """Count committed writes by server and operation."""
        counts: dict[str, int] = defaultdict(int)
        for entry in self.committed():
            counts[f"{entry.server} {entry.operation}"] += 1
        return dict(counts)

    def as_json(self) -> dict[str, object]:
        """Return everything as plain JSON values."""
        return {
            "entries": [_plain(entry) for entry in self.entries],
            "duplicates": [
                {
                    "server": str(group.server),
                    "operation": group.operation,
                    "reference": group.reference,
                    "sequences": [entry.sequence for entry in group.entries],
                }
                for group in self.duplicates()
            ],
            "effects": self.effects(),
            "lost_answers": sum(1 for e in self.entries if e.committed and e.answered == LOST),
        }


def _plain(entry: Entry) -> Mapping[str, object]:
    return asdict(entry) | {"at": entry.at.isoformat(), "server": str(entry.server)}
