"""Copies of the audit in an audit profile of the gateway, by the WebDev resource ``audit``.

The site's script hands them to ``system.util.audit``.
"""

from __future__ import annotations

from datetime import UTC

from tools.mes.ignition.site import Site
from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.ports import AuditCopies

RESOURCE = "audit"


class IgnitionAuditProfile(AuditCopies):
    """One event is one entry; without a profile's name, the gateway's own is written to."""

    system = Site.system

    def __init__(self, site: Site, profile: str | None = None) -> None:
        self._site, self._profile = site, profile

    async def copy_entry(self, entry: AuditEntry) -> Posted:
        return await self._site.post(
            f"{RESOURCE}/copy",
            {
                "plant": entry.plant,
                "profile": self._profile,
                "sequence": entry.sequence,
                "hash": entry.hash,
                "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                "who": entry.who,
                "what": entry.what,
                "case": entry.case,
                "reason": entry.reason,
                "documents": list(entry.documents),
                "details": entry.details,
                "reference": entry.reference.key,
            },
        )
