"""Copies of the audit in SAP's application log (BAL, transaction SLG1).

SAP releases no service that writes it. A site exposes a small OData V2 service of its own, behind
which a class writes what comes by ``CL_BALI_LOG``. Every name here is that site's to give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.errors import Refused, ToolError
from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.ports import AuditCopies
from tools.sap.landscape import Landscape
from tools.sap.literals import Value
from tools.sap.metadata import Needs

KEY = "EntryHash"
PROPERTIES = (
    KEY,
    "EntrySequence",
    "Plant",
    "RecordedAt",
    "RecordedBy",
    "Activity",
    "CaseID",
    "Reason",
    "Documents",
    "Details",
)


@dataclass(frozen=True, slots=True)
class LogNames:
    """How a site calls its service; ``properties`` has its own names where they are others."""

    service: str = "ZCONCORD_AUDIT_SRV"
    entity_set: str = "AuditEntrySet"
    properties: Mapping[str, str] = field(default_factory=dict[str, str])

    def name(self, known: str) -> str:
        """Return the site's name of a property."""
        return self.properties.get(known, known)

    @property
    def needs(self) -> Needs:
        """What must be there."""
        return Needs(sets={self.entity_set: frozenset(map(self.name, PROPERTIES))})


class ApplicationLog(AuditCopies):
    """One row of the site's service is one log with one entry."""

    def __init__(self, landscape: Landscape, names: LogNames) -> None:
        self.system = landscape.system
        self._landscape, self._names = landscape, names
        self._service = landscape.service(names.service)

    async def copy_entry(self, entry: AuditEntry) -> Posted:
        said: dict[str, Value] = {
            KEY: entry.hash,
            "EntrySequence": entry.sequence,
            "Plant": entry.plant,
            "RecordedAt": entry.at,
            "RecordedBy": entry.who,
            "Activity": entry.what,
            "CaseID": entry.case,
            "Reason": entry.reason,
            "Documents": ", ".join(entry.documents),
            "Details": entry.details,
        }
        row = {self._names.name(name): value for name, value in said.items()}
        try:
            answer = await self._service.create(self._names.entity_set, row)
        except Refused:
            # A plain service refuses a key it has; then the copy is there, and that is all we want.
            if not await self._there(entry):
                raise
            return Posted(self.system, entry.identity, self._landscape.clock())
        return self._landscape.posted(entry.identity, answer)

    async def _there(self, entry: AuditEntry) -> bool:
        key = {self._names.name(KEY): entry.hash}
        try:
            await self._service.get(self._names.entity_set, key)
        except ToolError:
            return False
        return True
