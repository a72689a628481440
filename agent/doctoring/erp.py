"""S/4HANA, plant maintenance included: reachable, credentials, clock, services, token, rights."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from agent.audit_targets import log_names
from agent.doctoring.finding import Finding, bad, fine, odd
from agent.doctoring.hours import skew
from agent.doctoring.place import Site
from agent.doctoring.rights import rights
from agent.sides import ConnectedPlant
from tools.errors import Denied, ToolError
from tools.maintenance.s4_pm import maintenance_demands
from tools.objects.reading import System
from tools.plant.systems import S4Maintenance
from tools.reply import Reply
from tools.sap.capability import Capability, Demand, capabilities
from tools.sap.csrf import csrf_token
from tools.sap.refusal import judge_sap
from tools.sap.s4 import erp_demands


async def examine(
    site: Site, connected: ConnectedPlant, clock: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    """Look at a plant's S/4; what does not answer at all is looked at no further."""
    demands, address = _demands(connected), connected.connections[System.ERP].base_url
    try:
        reply = await _reach(connected, demands[0].service)
    except Denied as error:
        yield fine(site.what("reachable"), f"{address} answers")
        yield site.trouble("credentials", error)
        return
    except ToolError as error:
        yield site.trouble("reachable", error)
        return
    yield fine(site.what("reachable"), f"{address} answers")
    yield fine(site.what("credentials"), "accepted")
    yield skew(site, _ahead(reply, clock()))
    for finding in _offered(site, await capabilities(connected.landscape, demands)):
        yield finding
    yield await _token(site, connected, demands[0].service)
    plant = connected.plant
    keys = {"plant": plant.code, "company_code": plant.company_code}
    for finding in await rights(site, connected.sides[System.ERP], keys):
        yield finding
    if isinstance(plant.systems.cmms, S4Maintenance):
        side = connected.sides[System.CMMS]
        for finding in await rights(replace(site, name=side.name), side, keys):
            yield finding


def _demands(connected: ConnectedPlant) -> tuple[Demand, ...]:
    demands = erp_demands(connected.options)
    if (table := connected.plant.audit_copy.application_log) is not None:
        names = log_names(table)
        demands += (Demand(names.service, names.needs, "the audit is not copied there"),)
    if isinstance(connected.plant.systems.cmms, S4Maintenance):
        return demands + maintenance_demands()
    return demands


async def _reach(connected: ConnectedPlant, service: str) -> Reply:
    """Ask for anything: who is not let in is told so, even where the service is not active."""
    landscape = connected.landscape
    params = {"sap-client": landscape.sap_client} if landscape.sap_client else {}
    return await connected.connections[System.ERP].read(
        "GET", f"{landscape.service(service).path}/$metadata", params=params, judge=_reached
    )


def _reached(reply: Reply) -> ToolError | None:
    """Let pass what S/4 says of one service: that there is none, or that it is not for us."""
    if reply.ok and reply.media_type == "text/html":
        return reply.misread("a web page where a service description is expected")
    return None if reply.status in {403, 404} else judge_sap(reply)


def _ahead(reply: Reply, now: datetime) -> timedelta | None:
    """Return how far S/4's clock, by the head of its answer, runs before ours."""
    try:
        return parsedate_to_datetime(reply.headers["date"]) - now
    except (KeyError, ValueError, TypeError):
        return None


def _offered(site: Site, found: Sequence[Capability]) -> list[Finding]:
    """Return what the services lack; one that lacks nothing is only counted."""
    lacking = [_lacking(site, one) for one in found if not one.offered]
    services = {one.demand.service for one in found}
    if lacking:
        return lacking
    return [fine(site.what("services"), f"{len(services)} services offer what is needed")]


def _lacking(site: Site, one: Capability) -> Finding:
    service = one.demand.service
    what = site.what(f"service {service}")
    said = str(one.error) if one.error else f"lacks {', '.join(one.missing)}"
    if one.demand.otherwise is not None:
        return odd(what, f"{said}; {one.demand.otherwise}", f"Activate or update {service}.")
    if isinstance(one.error, Denied):
        return bad(what, said, f"Give the user of {site.secrets} the right to call {service}.")
    if one.error is not None:
        return bad(what, said, f"Activate {service} in the gateway's service catalogue.")
    return bad(what, said, f"Update {service}, or extend it by what is missing.")


async def _token(site: Site, connected: ConnectedPlant, service: str) -> Finding:
    landscape = connected.landscape
    root = f"{landscape.service(service).path}/"
    if landscape.sap_client:
        root += f"?sap-client={landscape.sap_client}"
    try:
        await csrf_token(connected.connections[System.ERP], root, {}, None)
    except ToolError as error:
        return bad(
            site.what("CSRF token"),
            str(error),
            f"Without it nothing can be posted: give the user of {site.secrets} the right to "
            f"{service}, and let no proxy take X-CSRF-Token or cookies away.",
        )
    return fine(site.what("CSRF token"), "can be had")
