"""What a CMMS says of itself, for ``concord doctor``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.connection import Connection
from tools.errors import Misread
from tools.maintenance.cmms.api import judge
from tools.maintenance.cmms.rows import Moment
from tools.shape import Shape, shaped

CONTRACT = "concord-cmms/1"


class InfoRow(Shape):
    """The resource ``info``."""

    contract: str
    product: str
    sites: tuple[str, ...]
    at: Moment


@dataclass(frozen=True, slots=True)
class CmmsInfo:
    """A CMMS that speaks the contract; ``ahead`` is how far its clock runs before ours."""

    product: str
    sites: tuple[str, ...]
    ahead: timedelta


async def probe(connection: Connection, clock: Callable[[], datetime]) -> CmmsInfo:
    """Ask a CMMS who it is: reachable, credentials accepted, contract, clock.

    Raises:
        ToolError: It does not answer, does not let us in, or speaks another contract.
    """
    reply = await connection.read("GET", "info", judge=judge)
    row = shaped(reply, InfoRow)
    if row.contract != CONTRACT:
        why = f"the CMMS speaks {row.contract!r}, not {CONTRACT!r}"
        raise Misread(connection.system, why, reply.exchange)
    return CmmsInfo(row.product, row.sites, row.at - clock())
