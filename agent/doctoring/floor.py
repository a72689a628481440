"""The MES and a maintenance system of its own, by what they say of themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.doctoring.finding import Finding, bad, fine, odd
from agent.doctoring.hours import skew
from agent.doctoring.place import Site
from agent.doctoring.rights import rights
from agent.sides import ConnectedPlant, dm_plant
from tools.connection import Connection
from tools.errors import Denied, ToolError
from tools.maintenance import cmms
from tools.mes import ignition, sap_dm
from tools.objects.reading import System
from tools.plant.model import Plant
from tools.plant.systems import Ignition, RestCmms, SapDm

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Introduction:
    """What a system says of itself: who it is, its clock, and what Concord misses there."""

    says: str
    ahead: timedelta | None
    strange: tuple[Finding, ...] = ()


async def examine(
    site: Site, system: System, connected: ConnectedPlant, clock: Clock
) -> AsyncIterator[Finding]:
    """Look at a MES or CMMS; what does not answer at all is looked at no further."""
    connection = connected.connections[system]
    try:
        said = await _introduced(site, system, connected, clock)
    except Denied as error:
        yield fine(site.what("reachable"), f"{connection.base_url} answers")
        yield site.trouble("credentials", error)
        return
    except ToolError as error:
        yield site.trouble("reachable", error)
        return
    yield fine(site.what("reachable"), said.says)
    yield fine(site.what("credentials"), "accepted")
    yield skew(site, said.ahead)
    for finding in said.strange:
        yield finding
    for finding in await rights(site, connected.sides[system], {"plant": connected.plant.code}):
        yield finding


def _introduced(
    site: Site, system: System, connected: ConnectedPlant, clock: Clock
) -> Awaitable[Introduction]:
    connection = connected.connections[system]
    systems = connected.plant.systems
    place = systems.mes if system is System.MES else systems.cmms
    match place:
        case SapDm():
            return _dm(site, connected, place, clock)
        case Ignition():
            return _ignition(site, connection, connected.plant, clock)
        case RestCmms():
            return _cmms(site, connection, place.site or connected.plant.code, clock)
        case _ as unreachable:
            raise ValueError(f"{unreachable.kind} shares the connection of the ERP")


async def _dm(site: Site, connected: ConnectedPlant, place: SapDm, clock: Clock) -> Introduction:
    info = await sap_dm.probe(connected.connections[System.MES], dm_plant(connected.plant, place))
    strange = list[Finding]()
    if not info.work_centers:
        what = site.what(f"plant {info.plant}")
        strange.append(bad(what, "it has no work centre there", f"Correct {site.section}.plant."))
    missing = [one.value for one in info.missing]
    strange.append(_complete(site, "processes", missing, f"name its key in {site.section}"))
    ahead = None if info.said_at is None else info.said_at - clock()
    return Introduction(f"plant {info.plant}, {info.work_centers} work centres", ahead, (*strange,))


async def _ignition(site: Site, connection: Connection, plant: Plant, clock: Clock) -> Introduction:
    info = await ignition.probe(connection, clock)
    missing = [*info.missing]
    if plant.audit_copy.audit_profile is not None and not info.takes_audit:
        missing.append("audit")
    complete = _complete(site, "resources", missing, f"add it to project {info.project}")
    return Introduction(
        f"project {info.project}",
        info.ahead,
        (_knows(site, plant.code, info.plants), complete),
    )


async def _cmms(site: Site, connection: Connection, place: str, clock: Clock) -> Introduction:
    info = await cmms.probe(connection, clock)
    return Introduction(info.product, info.ahead, (_knows(site, place, info.sites),))


def _complete(site: Site, what: str, missing: Sequence[str], how: str) -> Finding:
    """Say which published processes or resources there are not; their reads are not offered."""
    if not missing:
        return fine(site.what(what), "all that Concord can use are published")
    mend = f"Publish what the plant wants to use, and {how}."
    return odd(site.what(what), f"not offered: {', '.join(missing)}", mend)


def _knows(site: Site, plant: str, known: Sequence[str]) -> Finding:
    if plant in known:
        return fine(site.what(f"plant {plant}"), "known there")
    said = f"not among {', '.join(known) or 'none'}"
    return bad(site.what(f"plant {plant}"), said, f"Correct {site.address}, or the plant's code.")
