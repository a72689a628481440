"""What a site says of itself, for ``concord doctor``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.connection import Connection
from tools.errors import Misread
from tools.mes.ignition.audit_profile import RESOURCE
from tools.mes.ignition.site import Moment, judge
from tools.shape import Shape, shaped

CONTRACT = "concord-webdev/1"
RESOURCES = frozenset(
    {
        "certificates",
        "confirmations",
        "consumption",
        "dispatch",
        "downtime",
        "holds",
        "machines",
        "messages",
        "nonconformances",
        "orders",
        "scrap",
        "shifts",
        "stock",
        "tasks",
        "wip",
    }
)


class InfoRow(Shape):
    """The resource ``info``."""

    contract: str
    project: str
    plants: tuple[str, ...]
    resources: tuple[str, ...]
    at: Moment


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """A site that answers and speaks the contract.

    ``missing`` are the contract's resources it has not implemented; ``takes_audit`` is of the one
    that only a plant has which asks for copies; ``ahead`` is how far its clock runs before ours.
    """

    project: str
    plants: tuple[str, ...]
    missing: tuple[str, ...]
    takes_audit: bool
    ahead: timedelta


async def probe(connection: Connection, clock: Callable[[], datetime]) -> SiteInfo:
    """Ask a site who it is: reachable, credentials accepted, contract and resources, clock.

    Raises:
        ToolError: It does not answer, does not let us in, or speaks another contract.
    """
    reply = await connection.read("GET", "info", judge=judge)
    row = shaped(reply, InfoRow)
    if row.contract != CONTRACT:
        why = f"the site speaks {row.contract!r}, not {CONTRACT!r}"
        raise Misread(connection.system, why, reply.exchange)
    missing = tuple(sorted(RESOURCES - set(row.resources)))
    takes_audit = RESOURCE in row.resources
    return SiteInfo(row.project, row.plants, missing, takes_audit, row.at - clock())
