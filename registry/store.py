"""What the registry keeps besides the words: locks, aliases, the gate's records, promotions.

Files ship with Concord; where several nodes run, the same port is a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from registry.aliases import Aliases
from registry.locks import Locked
from registry.promotions import Change, GateRecord


class Store(Protocol):
    """Where locks, aliases, gate records and promotions are kept."""

    def locked(self) -> Sequence[Locked]:
        """Return every locked prompt."""
        ...

    def lock(self, locked: Locked) -> None:
        """Add a lock; the registry has made sure that it is new."""
        ...

    def aliases(self) -> Mapping[str, Aliases]:
        """Return the aliases as they were set, whatever promotions say of production."""
        ...

    def set_aliases(self, name: str, aliases: Aliases, by: str) -> None:
        """Replace a prompt's aliases; ``by`` is who does it."""
        ...

    def changes(self) -> Sequence[Change]:
        """Return all promotions and rollbacks, the first one first."""
        ...

    def append(self, change: Change, aliases: Aliases) -> None:
        """Write a change down and set the prompt's aliases to what it makes of them.

        Raises:
            MovedMeanwhile: There is a change of this number already.
        """
        ...

    def gates(self) -> Sequence[GateRecord]:
        """Return everything the gate has said."""
        ...

    def record_gate(self, gate: GateRecord) -> None:
        """Write the gate's word down, once."""
        ...
