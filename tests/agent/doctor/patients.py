"""Plants over real sockets, and the doctor's word on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import tools.sandbox
from agent.clock import now
from agent.doctor import Report, examine
from agent.doctoring.finding import Finding, Mark
from agent.settings import Settings
from agent.sides import Wires
from tools.patience import Rhythm
from tools.sandbox.cmms.server import ROOT as CMMS_ROOT
from tools.sandbox.ignition.server import ROOT as IGNITION_ROOT
from tools.sandbox.serve import Served
from tools.sandbox.servers import Server

SHIPPED = Path(tools.sandbox.__path__[0]) / "plants"


async def no_pause(seconds: float) -> None:
    """Wait for nothing: a read that is repeated is repeated at once."""


def environment_of(plant: Served) -> dict[str, str]:
    known = plant.credentials
    return {
        "CONCORD_SANDBOX_S4_URL": plant.urls[Server.S4],
        "CONCORD_SANDBOX_S4_USER": known.user,
        "CONCORD_SANDBOX_S4_PASSWORD": known.password,
        "CONCORD_SANDBOX_DM_URL": plant.urls[Server.DM],
        "CONCORD_SANDBOX_DM_TOKEN_URL": f"{plant.urls[Server.DM]}/oauth/token",
        "CONCORD_SANDBOX_DM_CLIENT_ID": known.client_id,
        "CONCORD_SANDBOX_DM_CLIENT_SECRET": known.client_secret,
        "CONCORD_SANDBOX_IGNITION_URL": plant.urls[Server.IGNITION] + IGNITION_ROOT,
        "CONCORD_SANDBOX_IGNITION_TOKEN": known.api_key,
        "CONCORD_SANDBOX_CMMS_URL": plant.urls[Server.CMMS] + CMMS_ROOT,
        "CONCORD_SANDBOX_CMMS_TOKEN": known.api_key,
    }


@dataclass
class Patient:
    """An installation whose parts a test spoils one by one, then has examined."""

    served: Served
    settings: Settings
    env: dict[str, str]
    clock: Callable[[], datetime] = now
    patience: float = 20.0
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(sleep=no_pause))

    async def examined(self) -> Report:
        wires = Wires(self.env, self.clock, rhythm=self.rhythm)
        return await examine(self.settings, wires, self.patience)

    async def ills(self) -> dict[str, Finding]:
        """Return by its subject what is not ok."""
        report = await self.examined()
        return {one.what: one for one in report.findings if one.mark is not Mark.OK}
