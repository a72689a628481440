"""What runs beside the work of a process, again and again, until it is told that it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress


async def passed(over: asyncio.Event, seconds: float) -> None:
    """Wait for so long, or until it is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await over.wait()


@asynccontextmanager
async def meanwhile(task: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncGenerator[None]:
    """Let something run beside; in the end it is told that it is over, and finishes."""
    over = asyncio.Event()
    running = asyncio.ensure_future(task(over))
    try:
        yield
    finally:
        over.set()
        await running
