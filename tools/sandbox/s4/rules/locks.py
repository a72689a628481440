"""Locks: while another user works on an object, S/4 lets nobody else change it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tools.sandbox.s4.refusal import Locked
from tools.sandbox.s4.state import S4


def order_lock(order: str) -> str:
    """Name the lock of an order."""
    return f"order {order}"


def material_lock(material: str, plant: str) -> str:
    """Name the lock of a material in a plant."""
    return f"material {material} {plant}"


def require_free(state: S4, objects: Iterable[str], now: datetime) -> None:
    """Refuse with 423 if one of the objects is locked at this moment.

    Raises:
        Locked: Another user holds it.
    """
    for what in objects:
        lock = state.locks.get(what)
        if lock is not None and lock.until > now:
            raise Locked(what, lock.holder)
