"""How many heaps a process has: glibc gives nearly every thread one of its own.

Each heap keeps what its threads let go of, and most of what ours do they do one after the other.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from contextlib import suppress

M_ARENA_MAX = -8
"""What glibc calls the number of heaps."""

HEAPS = 2


def keep_few(env: Mapping[str, str]) -> None:
    """Let all threads share two heaps; call it before they begin.

    Who sets the number by the environment knows better, and no other C library knows the parameter.
    """
    said = "MALLOC_ARENA_MAX" in env or "arena_max" in env.get("GLIBC_TUNABLES", "")
    if not said:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
