"""Where copies of the audit go: the targets a plant file names, each behind its own connection.

A connection of their own keeps what copies meet (refused tokens, an open breaker, a full line) from
everything else that is asked of the same system.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.records.audit_copies import Wanted
from agent.sides import Wires, dm_plant, landscape_of
from tools.connection import Connection
from tools.mes.ignition.audit_profile import IgnitionAuditProfile
from tools.mes.ignition.site import Site
from tools.mes.sap_dm.extension_table import DmExtensionTable
from tools.mes.sap_dm.plant import Dm
from tools.plant.connecting import connect
from tools.plant.copies import ApplicationLog
from tools.plant.model import Plant
from tools.plant.systems import Ignition, Reachable, SapDm
from tools.ports import AuditCopies
from tools.sap.application_log import ApplicationLog as SapLog
from tools.sap.application_log import LogNames

SHARE = 10
"""Copies may take a tenth of a system's rate on top, where the plant file sets one."""


@dataclass(frozen=True)
class Target:
    """One target: what is wanted, what takes it, and what must be closed in the end."""

    wanted: Wanted
    port: AuditCopies
    connection: Connection | None = None

    @property
    def name(self) -> str:
        """What it is called in records and lists."""
        return self.wanted.target


def targets_of(plant: Plant, wires: Wires) -> tuple[Target, ...]:
    """Return a plant's targets; nothing is opened before the first entry."""
    return tuple(_target(plant, kind, wires) for kind in plant.audit_copy.kinds)


def log_names(table: ApplicationLog) -> LogNames:
    """Return what the site calls its service in front of the application log."""
    return LogNames(table.service, table.entity_set, table.properties.model_dump())


def _target(plant: Plant, kind: str, wires: Wires) -> Target:
    asked, mes = plant.audit_copy, plant.systems.mes
    wanted = Wanted(f"{plant.code}/{kind}", plant.code, asked.of(kind).from_start)
    if kind == "application_log" and (table := asked.application_log):
        connection = _slowly("S/4HANA", plant.systems.erp, wires)
        landscape = landscape_of(plant, connection, wires)
        return Target(wanted, SapLog(landscape, log_names(table)), connection)
    if kind == "extension_table" and isinstance(mes, SapDm):
        connection = _slowly("SAP DM", mes, wires)
        dm = Dm(connection, dm_plant(plant, mes), wires.clock)
        return Target(wanted, DmExtensionTable(dm), connection)
    if kind == "audit_profile" and isinstance(mes, Ignition) and (profile := asked.audit_profile):
        connection = _slowly("Ignition", mes, wires)
        site = Site(connection, {}, wires.clock)
        return Target(wanted, IgnitionAuditProfile(site, profile.profile), connection)
    raise ValueError(f"{kind} is not for a plant whose MES is {mes.kind}")


def _slowly(name: str, place: Reachable, wires: Wires) -> Connection:
    rate = place.rate_per_minute
    pace = {"concurrency": 1, "rate_per_minute": rate and max(1, rate // SHARE)}
    slow = place.model_copy(update=pace)
    return connect(name, slow, wires.env, transport=wires.transport, rhythm=wires.rhythm)
