"""One system of a plant as the sum of its ports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from tools.errors import NotOffered
from tools.objects.reading import System
from tools.ports.port import Access, Port, marked

PortT = TypeVar("PortT", bound=Port)


@dataclass(frozen=True)
class Side:
    """One system of a plant: every port its connector offers."""

    system: System
    name: str
    ports: tuple[Port, ...]
    clock: Callable[[], datetime]

    def port(self, kind: type[PortT]) -> PortT:
        """Return the port for one kind of record.

        Raises:
            NotOffered: This system keeps no such records.
        """
        for port in self.ports:
            if isinstance(port, kind):
                return port
        raise NotOffered(self.system, kind.__name__)

    def methods(self, access: Access) -> Iterator[tuple[str, Callable[..., Awaitable[Any]]]]:
        """Walk the methods of all ports that read, or that write."""
        for port in self.ports:
            for name in _marked_so(type(port), access):
                yield name, getattr(type(port), name).__get__(port)


@cache
def _marked_so(kind: type[Port], access: Access) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if marked(kind, name) is access)
