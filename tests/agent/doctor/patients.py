"""Plants over real sockets, and the doctor's word on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from agent.box import plants_folder
from agent.clock import now
from agent.doctor import Report, examine
from agent.doctoring.finding import Finding, Mark
from agent.settings import Settings
from agent.sides import Wires
from tools.patience import Rhythm
from tools.sandbox.serve import Served

SHIPPED = plants_folder()


async def no_pause(seconds: float) -> None:
    """Wait for nothing: a read that is repeated is repeated at once."""


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
