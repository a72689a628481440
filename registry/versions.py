"""Versions: three numbers, as in ``1.4.0``; a later one is greater."""

from __future__ import annotations

import re

VERSION = re.compile(r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")


def order_of(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by."""
    return tuple(int(number) for number in version.split("."))
