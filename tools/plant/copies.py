"""Which systems of the plant keep copies of Concord's audit: none, unless a table here says so."""

from __future__ import annotations

from pydantic import Field

from tools.plant.section import Code, Section, Text


class Properties(Section):
    """What the site's service calls what it is told."""

    EntryHash: Code = Field(
        default="EntryHash", description="Hash of the entry, 64 hexadecimal digits: the key."
    )
    EntrySequence: Code = Field(
        default="EntrySequence", description="Number of the entry in the audit."
    )
    Plant: Code = Field(default="Plant", description="The plant.")
    RecordedAt: Code = Field(default="RecordedAt", description="When it was written.")
    RecordedBy: Code = Field(default="RecordedBy", description="Who did it.")
    Activity: Code = Field(default="Activity", description="What was done.")
    CaseID: Code = Field(default="CaseID", description="The case.")
    Reason: Code = Field(default="Reason", description="Why, in the words of who did it.")
    Documents: Code = Field(
        default="Documents", description="Document numbers, separated by commas."
    )
    Details: Code = Field(default="Details", description="All it says, as JSON text.")


class Copies(Section):
    """One system that keeps copies."""

    from_start: bool = Field(
        default=False,
        description="Copy what was written before this table stood here, too.",
    )


class ApplicationLog(Copies):
    """SAP's application log, by an OData service the site exposes: no name here is SAP's."""

    service: Code = Field(
        default="ZCONCORD_AUDIT_SRV",
        description="Name of the site's service, or its path where it starts with a slash.",
    )
    entity_set: Code = Field(default="AuditEntrySet", description="Entity set that takes entries.")
    properties: Properties = Field(
        default=Properties(), description="Property names of the site, by the name Concord expects."
    )


class ExtensionTable(Copies):
    """An extension table of SAP DM, by the process ``copy_audit`` of ``systems.mes.processes``."""


class AuditProfile(Copies):
    """An audit profile of Ignition, by the WebDev resource ``audit``."""

    profile: Text | None = Field(
        default=None, description="Name of the profile; without it the gateway's own."
    )


class AuditCopy(Section):
    """Where copies of the audit go."""

    application_log: ApplicationLog | None = Field(
        default=None, description="SAP's application log, in the S/4HANA of systems.erp."
    )
    extension_table: ExtensionTable | None = Field(
        default=None, description="An extension table of the SAP DM of systems.mes."
    )
    audit_profile: AuditProfile | None = Field(
        default=None, description="An audit profile of the Ignition of systems.mes."
    )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The tables that are there, by name."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)

    def of(self, kind: str) -> Copies:
        """Return one of the tables that are there."""
        found: Copies = getattr(self, kind)
        return found
