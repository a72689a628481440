"""How many notifications of an asset maintenance has that are not done with."""

from __future__ import annotations

from typing import Literal

from evals.ends.end import End, Shown
from evals.part import Text
from tools.objects.identifiers import normal
from tools.objects.maintenance import MaintenanceStatus
from tools.sandbox.s4.rows import Row
from tools.sandbox.world import World

DONE = frozenset({MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED})
DONE_PHASES = frozenset({"4", "5"})


class Notifications(End):
    """How many notifications of an asset maintenance has that are not done with."""

    system: Literal["cmms"]
    what: Literal["notifications"]
    equipment: Text

    def read(self, world: World) -> Shown:
        """Count them where the asset is kept: in the CMMS, or in plant maintenance."""
        asset = normal(self.equipment)
        if asset in world.cmms.equipment:
            told = world.cmms.notifications.values()
            return sum(one.equipment == asset and one.status not in DONE for one in told)
        return sum(_open(row, asset) for row in world.s4.notifications.values())


def _open(row: Row, asset: str) -> bool:
    return row["TechnicalObject"] == asset and row["NotifProcessingPhase"] not in DONE_PHASES
