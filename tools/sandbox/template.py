"""A template: one world from which many equal ones are made, in a few milliseconds each.

What cannot change (frozen records, numbers, moments) is shared between the worlds that come of one
template; only what can change is made anew. A template lives in one process; to store a world, use
``World.dump``.
"""

from __future__ import annotations

import gc
import io
import pickle
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tools.sandbox.world import World

_UNCHANGING = (Decimal, date, timedelta)


class _Taking(pickle.Pickler):
    """Stores a world, and puts aside what its copies may share."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.shared: list[Any] = []
        self._known: dict[int, int] = {}

    def persistent_id(self, obj: Any) -> int | None:
        if not isinstance(obj, _UNCHANGING) and not _frozen(obj):
            return None
        if id(obj) not in self._known:
            self._known[id(obj)] = len(self.shared)
            self.shared.append(obj)
        return self._known[id(obj)]


def _frozen(obj: Any) -> bool:
    kind: type = type(obj)  # pyright: ignore[reportUnknownVariableType]
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and parameters.frozen


class Template:
    """A world at rest.

    Args:
        world: What the worlds made from here are equal to; later changes to it do not matter.
    """

    def __init__(self, world: World) -> None:
        file = io.BytesIO()
        taking = _Taking(file)
        taking.dump(world)
        self._stored, self._shared = file.getvalue(), taking.shared

    def world(self) -> World:
        """Return a new world; changing it changes no other."""
        reading = pickle.Unpickler(io.BytesIO(self._stored))
        reading.persistent_load = self._shared.__getitem__
        collecting = gc.isenabled()
        gc.disable()  # thousands of new rows are no garbage; looking at them would double the time
        try:
            world = reading.load()
        finally:
            if collecting:
                gc.enable()
        if not isinstance(world, World):
            raise TypeError("no world was stored here")
        return world
