"""One kind of write: its body, and how the site carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from tools.sandbox.ignition.bodies import BodyT
from tools.sandbox.ignition.state import IgnitionState, Record


@dataclass(frozen=True)
class Call:
    """The circumstances of a write: when it came, and the version it was meant for."""

    now: datetime
    version: str | None


@dataclass(frozen=True)
class Done:
    """What a write made or changed."""

    record: Record
    number: str
    created: bool = False


@dataclass(frozen=True)
class Write(Generic[BodyT]):
    """A verb below a resource."""

    body: type[BodyT]
    carry_out: Callable[[IgnitionState, BodyT, Call], Done]
