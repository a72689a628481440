"""A plant's systems to look at: the reads of its ports, and nothing else.

The window holds only methods that are marked as reads, so whoever has it cannot write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from tools.errors import NotFound, NotOffered, ToolError
from tools.objects.reading import Reading, System
from tools.ports import Access, Side

Read = Callable[..., Awaitable[Reading[Any]]]

ASKED = (System.ERP, System.MES)
"""The systems that keep what people ask about, in the order they are told of."""


@dataclass(frozen=True)
class Glimpse:
    """What one system answered, or why it did not."""

    system: System
    reading: Reading[Any] | None = None
    error: ToolError | None = None

    @property
    def missing(self) -> bool:
        """Whether the system says that it has no such record, or keeps none of the kind."""
        return isinstance(self.error, NotFound | NotOffered)

    @property
    def offered(self) -> bool:
        """Whether the system keeps such records at all."""
        return not isinstance(self.error, NotOffered)


class Window:
    """One plant, looked at.

    Args:
        code: The plant.
        name: What people call it.
        zone: Its time zone.
        sides: Its systems; only their reads are kept.
    """

    def __init__(self, code: str, name: str, zone: tzinfo, sides: Mapping[System, Side]) -> None:
        self.code, self.name, self.zone = code, name, zone
        self._reads: dict[System, dict[str, Read]] = {
            system: dict(side.methods(Access.READ)) for system, side in sides.items()
        }

    async def look(
        self, method: str, keys: Mapping[str, Any], systems: Iterable[System] = ASKED
    ) -> tuple[Glimpse, ...]:
        """Ask the systems for the same thing at once."""
        asked = [self._glimpse(system, method, keys) for system in systems]
        return tuple(await asyncio.gather(*asked))

    async def _glimpse(self, system: System, method: str, keys: Mapping[str, Any]) -> Glimpse:
        read = self._reads.get(system, {}).get(method)
        if read is None:
            return Glimpse(system, error=NotOffered(system, method))
        try:
            return Glimpse(system, await read(**keys))
        except ToolError as error:
            return Glimpse(system, error=error)
