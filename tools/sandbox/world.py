"""A world: everything one plant in a box is, as plain picklable data.

Worlds of evaluations come from a `template`, in milliseconds. The servers are built once and hold
nothing; each request names its world.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from tools.sandbox.access import Access
from tools.sandbox.clock import SandboxClock
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.dm.state import DmState
from tools.sandbox.faults import Faults
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.journal import Journal
from tools.sandbox.s4.state import S4
from tools.sandbox.servers import Server

#: What a world has beside the states of its servers.
_SURROUNDINGS = frozenset({"seed", "clock", "journal", "faults", "access", "parked"})


@dataclass(frozen=True, slots=True)
class Parked:
    """A write that was received, never answered, and is carried out when it is due."""

    due: datetime
    server: Server
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class World:
    """One plant in a box.

    Args:
        seed: Decides every chance in this world: faults, tokens, passwords.
        clock: Its time.
        journal: Every write it received.
        faults: What goes wrong in it.
        access: Who may log on, sessions and tokens.
        parked: Writes that will be carried out later.
    """

    seed: int = 0
    clock: SandboxClock = field(default_factory=SandboxClock)
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    access: Access = field(default_factory=Access)
    parked: list[Parked] = field(default_factory=list[Parked])
    s4: S4 = field(default_factory=S4)
    dm: DmState = field(default_factory=DmState)
    ignition: IgnitionState = field(default_factory=IgnitionState)
    cmms: CmmsState = field(default_factory=CmmsState)

    def __post_init__(self) -> None:
        """Let tokens follow from this world's seed."""
        self.access.secret = f"{self.access.secret}/{self.seed}"

    def dump(self) -> bytes:
        """Store the whole world."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)

    @classmethod
    def load(cls, stored: bytes) -> World:
        """Return a world that was stored by this same program; never load foreign bytes."""
        world = pickle.loads(stored)  # our own bytes, from the same process or its template file
        if not isinstance(world, World):
            raise TypeError("no world was stored here")
        return world

    def snapshot(self, *names: str) -> bytes:
        """Store these states (such as ``"s4"``), or all, so that they can be put back."""
        names = names or tuple(f.name for f in fields(self) if f.name not in _SURROUNDINGS)
        return pickle.dumps({name: getattr(self, name) for name in names}, pickle.HIGHEST_PROTOCOL)

    def restore(self, snapshot: bytes) -> None:
        """Put back what a snapshot of this world holds."""
        stored: dict[str, Any] = pickle.loads(snapshot)
        for name, value in stored.items():
            setattr(self, name, value)
