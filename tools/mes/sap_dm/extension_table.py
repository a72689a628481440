"""Copies of the audit in an extension table of the site, written by a process of the desk.

DM's public API has nothing for it: which table that is, and how the process reaches it, is the
site's. The table's key is the entry's hash.
"""

from __future__ import annotations

from datetime import UTC

from tools.mes.sap_dm.plant import Dm, Process
from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.ports import AuditCopies
from tools.shape import Shape


class Kept(Shape):
    """The row that holds the entry, new or not."""

    row: str


class DmExtensionTable(AuditCopies):
    """One row is one entry."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def copy_entry(self, entry: AuditEntry) -> Posted:
        kept = await self._dm.tell(
            Process.COPY_AUDIT,
            {
                "sequence": entry.sequence,
                "hash": entry.hash,
                "recordedAt": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                "recordedBy": entry.who,
                "activity": entry.what,
                "case": entry.case,
                "reason": entry.reason,
                "documents": list(entry.documents),
                "details": entry.details,
                "reference": entry.reference.guid,
            },
            Kept,
        )
        return self._dm.posted(kept.row)
