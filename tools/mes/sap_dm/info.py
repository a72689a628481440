"""What DM says of itself, for ``concord doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from tools.connection import Connection
from tools.mes.sap_dm.forms import rows
from tools.mes.sap_dm.machines import WorkCenterRow
from tools.mes.sap_dm.plant import DmPlant, Process


@dataclass(frozen=True, slots=True)
class DmInfo:
    """A DM that answers for the plant.

    Args:
        plant: The plant.
        work_centers: How many work centres it has there.
        missing: The desk's processes for which no key is configured. The one for copies of the
            audit is none of them: a plant has it only if it asks for copies.
        said_at: Its own time, where it states one.
    """

    plant: str
    work_centers: int
    missing: tuple[Process, ...]
    said_at: datetime | None


async def probe(connection: Connection, config: DmPlant) -> DmInfo:
    """Ask DM for the plant: reachable, credentials accepted, plant known, clock.

    Raises:
        ToolError: It does not answer, does not let us in, or does not know the plant.
    """
    reply = await connection.read(
        "GET", "workcenter/v2/workcenters", params={"plant": config.plant}
    )
    found = rows(reply, WorkCenterRow)
    wanted = (one for one in Process if one is not Process.COPY_AUDIT)
    missing = tuple(one for one in wanted if one not in config.processes)
    return DmInfo(config.plant, len(found), missing, _said(reply.headers.get("date")))


def _said(date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
