"""Ignition, by the WebDev contract of docs/connectors/ignition-webdev.md.

One file per record; ``site.py`` is what they share, ``views.py`` the read-only way by SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tools.connection import Connection
from tools.mes.ignition.confirmations import IgnitionConfirmations
from tools.mes.ignition.consumption import IgnitionConsumption
from tools.mes.ignition.defects import IgnitionNonconformances, IgnitionScraps
from tools.mes.ignition.floor import IgnitionFloor
from tools.mes.ignition.holds import IgnitionHolds
from tools.mes.ignition.info import SiteInfo, probe
from tools.mes.ignition.materials import IgnitionMaterials
from tools.mes.ignition.messages import IgnitionMessages
from tools.mes.ignition.orders import IgnitionOrders
from tools.mes.ignition.site import Site
from tools.mes.ignition.stock import IgnitionStock
from tools.mes.ignition.tasks import IgnitionTasks
from tools.mes.ignition.views import ViewedConsumption, ViewedStock, Views
from tools.ports import Side

__all__ = ["SiteInfo", "Views", "ignition", "probe"]


def ignition(
    connection: Connection,
    *,
    clock: Callable[[], datetime],
    units: Mapping[str, str] | None = None,
    views: Views | None = None,
) -> Side:
    """Return an Ignition site as a side of the plant.

    Args:
        connection: Leads to ``…/system/webdev/<project>/concord``.
        clock: Says when a reading was taken.
        units: The site's names of units that are not SAP's English codes (``pcs`` for ``ST``).
        views: Where consumption and line-side stock are read from, if not from WebDev.
    """
    site = Site(connection, units or {}, clock)
    return Side(
        system=Site.system,
        name=connection.system,
        ports=(
            IgnitionOrders(site),
            IgnitionConfirmations(site),
            ViewedConsumption(site, views) if views else IgnitionConsumption(site),
            ViewedStock(site, views) if views else IgnitionStock(site),
            IgnitionMaterials(site),
            IgnitionMessages(site),
            IgnitionNonconformances(site),
            IgnitionHolds(site),
            IgnitionScraps(site),
            IgnitionTasks(site),
            IgnitionFloor(site),
        ),
        clock=clock,
    )
