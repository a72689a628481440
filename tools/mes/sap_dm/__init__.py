"""SAP Digital Manufacturing, by its public REST APIs and the site's own production processes.

Paths and fields are those of SAP's OpenAPI files (``sapdme_*`` on its Business Accelerator Hub).
For what these do not offer (numbers and notes of confirmations, holds, the reasons in integration
messages, a search by reference) the site publishes production processes, the *desk*: their names
are in ``plant.Process``, their inputs and outputs in the ``…Row`` of each record's file. A process
that is not published is ``NotOffered``; nothing is made up in its place.

One file per record; ``plant.py`` is what they share.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tools.connection import Connection
from tools.mes.sap_dm.boms import DmBoms
from tools.mes.sap_dm.confirmations import DmConfirmations
from tools.mes.sap_dm.defects import DmNonconformances, DmScraps
from tools.mes.sap_dm.floor import DmFloor
from tools.mes.sap_dm.holds import DmHolds
from tools.mes.sap_dm.info import DmInfo, probe
from tools.mes.sap_dm.machines import DmAssets
from tools.mes.sap_dm.materials import DmMaterials
from tools.mes.sap_dm.messages import DmMessages
from tools.mes.sap_dm.movements import DmMovements
from tools.mes.sap_dm.orders import DmOrders
from tools.mes.sap_dm.plant import Alerts, Dm, DmPlant, Process
from tools.mes.sap_dm.stock import DmStock
from tools.mes.sap_dm.tasks import DmTasks
from tools.ports import Side

__all__ = ["Alerts", "DmInfo", "DmPlant", "Process", "probe", "sap_dm"]


def sap_dm(connection: Connection, config: DmPlant, *, clock: Callable[[], datetime]) -> Side:
    """Return one plant on DM as a side of the plant.

    Args:
        connection: Leads to ``https://api.<region>.dmc.cloud.sap``, with client credentials.
        config: What is particular to the plant.
        clock: Says when a reading was taken.
    """
    dm = Dm(connection, config, clock)
    return Side(
        system=Dm.system,
        name=connection.system,
        ports=(
            DmOrders(dm),
            DmConfirmations(dm),
            DmMovements(dm),
            DmStock(dm),
            DmMaterials(dm),
            DmBoms(dm),
            DmMessages(dm),
            DmNonconformances(dm),
            DmHolds(dm),
            DmScraps(dm),
            DmTasks(dm),
            DmFloor(dm),
            DmAssets(dm),
        ),
        clock=clock,
    )
