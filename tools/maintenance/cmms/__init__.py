"""A maintenance system of its own, by the contract of docs/connectors/cmms-rest.md.

The CMMS does not promise that a caller's mark is unique: whoever does not know the outcome of a
creation looks for it with ``…_by_reference`` before anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tools.connection import Connection
from tools.maintenance.cmms.api import Api
from tools.maintenance.cmms.assets import CmmsAssets
from tools.maintenance.cmms.info import CmmsInfo, probe
from tools.maintenance.cmms.work import CmmsMaintenance
from tools.objects.reading import System
from tools.ports import Side

__all__ = ["CmmsInfo", "cmms", "probe"]


def cmms(
    connection: Connection,
    *,
    clock: Callable[[], datetime],
    units: Mapping[str, str] | None = None,
    sites: Mapping[str, str] | None = None,
) -> Side:
    """Return a CMMS as a side of the plant.

    Args:
        connection: Leads to ``…/api/v1``.
        clock: Says when a reading was taken.
        units: The CMMS's names of units that are not SAP's English codes.
        sites: What plants are called in the CMMS, where they go by another code.
    """
    api = Api(connection, units or {}, clock, sites or {})
    return Side(
        system=System.CMMS,
        name=connection.system,
        ports=(CmmsAssets(api), CmmsMaintenance(api)),
        clock=clock,
    )
