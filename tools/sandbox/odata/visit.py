"""One request inside a service, and what it is answered with at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from tools.sandbox.journal import Write
from tools.sandbox.odata.finding import Finder
from tools.sandbox.odata.rendering import Renderer
from tools.sandbox.odata.service import Reply, Service
from tools.sandbox.world import World


@dataclass(frozen=True)
class Ask:
    """A request as seen below the service's root; the parts of a batch are such too."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The decoded query."""
        return parse_qsl(self.query, keep_blank_values=True, errors="replace")


@dataclass(frozen=True)
class Visit:
    """A service at work in one world.

    Args:
        service: The service.
        world: The world.
        root: The service's absolute address.
        record: Takes each write for the journal.
    """

    service: Service
    world: World
    root: str
    record: Callable[[Write], None]

    def renderer(self) -> Renderer:
        """Return a renderer that has seen nothing yet; writes make earlier ones stale."""
        return Renderer(Finder(self.service, self.world), self.root)

    def run(self, handler: Callable[[], Any]) -> Reply:
        """Run a handler; its service's own exceptions become SAP's."""
        try:
            result = handler()
        except self.service.catches as error:
            raise self.service.translate(error) from error
        return result if isinstance(result, Reply) else Reply(result)
