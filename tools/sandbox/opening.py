"""The box as it is opened: both seeded plants on their servers, every system agreeing.

Plant 1010 runs on SAP Digital Manufacturing, 1710 on Ignition with a CMMS of its own; both book in
the same S/4HANA.
"""

from __future__ import annotations

from datetime import datetime

from tools.sandbox.clock import SandboxClock
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.world import World

ON_DM = frozenset({"1010"})


def opened(seed: int, now: datetime, *, running: bool = False) -> World:
    """Return a world at this moment; the same seed and moment give the same world.

    Args:
        seed: Decides what the plants hold, and every chance later on.
        now: The world's first moment.
        running: Whether its clock runs on by itself.
    """
    both = books(seed, now)
    others = [book for book in both if book.plant not in ON_DM]
    return World(
        seed=seed,
        clock=SandboxClock(now, running=running),
        s4=S4.from_books(both),
        dm=DmState.from_books([book for book in both if book.plant in ON_DM]),
        ignition=IgnitionState.from_books(others),
        cmms=CmmsState.from_books(others),
    )
