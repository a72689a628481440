"""The box as it is opened: both seeded plants on their servers, every system agreeing.

Plant 1010 runs on SAP Digital Manufacturing, 1710 on Ignition with a CMMS of its own; both book in
the same S/4HANA.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tools.book import PlantBook
from tools.sandbox.clock import SandboxClock
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.world import World

ON_DM = frozenset({"1010"})
#: For how many days of a month the month before is still open.
LATE_DAYS = 3


def opened(seed: int, now: datetime, *, running: bool = False) -> World:
    """Return a world at this moment; the same seed and moment give the same world.

    Args:
        seed: Decides what the plants hold, and every chance later on.
        now: The world's first moment.
        running: Whether its clock runs on by itself.
    """
    both = [_with_late_postings(book) for book in books(seed, now)]
    others = [book for book in both if book.plant not in ON_DM]
    return World(
        seed=seed,
        clock=SandboxClock(now, running=running),
        s4=S4.from_books(both),
        dm=DmState.from_books([book for book in both if book.plant in ON_DM]),
        ignition=IgnitionState.from_books(others),
        cmms=CmmsState.from_books(others),
    )


def _with_late_postings(book: PlantBook) -> PlantBook:
    """Keep the last month open in the first days of a month, for what is posted late."""
    period = book.period
    if book.today.day > LATE_DAYS:
        return book
    before = (period.opens - timedelta(days=1)).replace(day=1)
    return replace(book, period=replace(period, opens=before))
