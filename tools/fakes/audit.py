"""Copies of the audit in memory."""

from __future__ import annotations

from tools.errors import ToolError
from tools.fakes.desk import Desk
from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.ports import AuditCopies


class FakeAuditCopies(AuditCopies):
    """Keeps each entry once, and everything that came, in order, repeats included.

    ``troubles`` are raised one after the other before anything is taken again; ``refused`` maps
    the sequence of an entry that is not taken to the error that says so.
    """

    def __init__(self, desk: Desk) -> None:
        self.system, self._desk = desk.system, desk
        self.came = list[AuditEntry]()
        self.kept = dict[str, AuditEntry]()
        self.troubles = list[ToolError]()
        self.refused = dict[int, ToolError]()

    async def copy_entry(self, entry: AuditEntry) -> Posted:
        if self.troubles:
            raise self.troubles.pop(0)
        if entry.sequence in self.refused:
            raise self.refused[entry.sequence]
        self.came.append(entry)
        self.kept.setdefault(entry.identity, entry)
        return self._desk.note("copy_entry", entry.identity, entry.reference)
