"""How many heaps a process has: glibc gives nearly every thread one of its own.

Python's threads allocate in turns anyway, and each heap keeps what its threads let go of.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

M_ARENA_MAX = -8
"""What glibc calls the number of heaps."""

HEAPS = 2


def keep_few() -> None:
    """Let all threads share two heaps; call it before they begin.

    Whoever sets ``MALLOC_ARENA_MAX`` knows better, and no other C library knows the parameter.
    """
    if "MALLOC_ARENA_MAX" not in os.environ:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
