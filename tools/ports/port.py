"""What makes a port: reads and writes, each marked as such."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import NoReturn, ParamSpec, TypeVar

from tools.errors import NotOffered
from tools.objects.reading import System

P = ParamSpec("P")
R = TypeVar("R")


class Access(StrEnum):
    """Whether a port's method changes the system behind it."""

    READ = "read"
    WRITE = "write"


def read(method: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Mark a method that leaves the system as it was."""
    method.access = Access.READ  # pyright: ignore[reportFunctionMemberAccess]
    return method


def write(method: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Mark a method that changes the system."""
    method.access = Access.WRITE  # pyright: ignore[reportFunctionMemberAccess]
    return method


class Port:
    """One kind of record in one system."""

    system: System

    def _absent(self, what: str) -> NoReturn:
        raise NotOffered(self.system, what)


def marked(kind: type[Port], name: str) -> Access | None:
    """Return how a method is marked, by the port that declares it; None if it is no port method."""
    for owner in kind.__mro__:
        access = getattr(owner.__dict__.get(name), "access", None)
        if isinstance(access, Access):
            return access
    return None
