"""Whether a system's services offer what the wrappers rely on, asked before a case needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from tools.errors import ToolError
from tools.sap.landscape import Landscape
from tools.sap.metadata import Needs


@dataclass(frozen=True, slots=True)
class Demand:
    """What one wrapper wants of one service.

    ``otherwise`` says what happens where an optional demand is not met; None means that the
    wrapper cannot work at all.
    """

    service: str
    needs: Needs
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """What became of one demand. ``sha256`` is that of the service's ``$metadata``."""

    demand: Demand
    missing: tuple[str, ...] = ()
    error: ToolError | None = None
    sha256: str | None = None

    @property
    def offered(self) -> bool:
        """Whether everything demanded is there."""
        return self.error is None and not self.missing


async def capabilities(landscape: Landscape, demands: Iterable[Demand]) -> tuple[Capability, ...]:
    """Check each demand against its service's metadata, all at once."""
    return tuple(await asyncio.gather(*(_check(landscape, demand) for demand in demands)))


async def _check(landscape: Landscape, demand: Demand) -> Capability:
    try:
        metadata = await landscape.service(demand.service).metadata()
    except ToolError as error:
        return Capability(demand, error=error)
    return Capability(demand, tuple(metadata.missing(demand.needs)), sha256=metadata.sha256)
