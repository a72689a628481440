"""Copies of Concord's audit, kept by a system of the plant."""

from __future__ import annotations

from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.ports.port import Port, write


class AuditCopies(Port):
    """Where copies of the audit go.

    A copy is no posting: it changes no business object and comes again until an answer says it is
    there, so it does not pass through effects. A target knows a repeat by the entry's identity.
    """

    @write
    async def copy_entry(self, entry: AuditEntry) -> Posted:
        """Keep a copy of an entry; one that is there already is kept once."""
        self._absent("copies of the audit")
