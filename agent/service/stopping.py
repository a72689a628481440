"""How a process is told to stop: SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager

TOLD_BY = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopping() -> Generator[asyncio.Event]:
    """Return an event that is set once the process is told to stop."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in TOLD_BY:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in TOLD_BY:
            loop.remove_signal_handler(number)
