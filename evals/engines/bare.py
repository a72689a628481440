"""The bare engine: plays the tasks, several at once, and nothing else."""

from __future__ import annotations

import asyncio

from evals.engines.engine import Course, Playing
from evals.task import Task


async def drive(course: Course, play: Playing) -> None:
    """Play every task once."""
    room = asyncio.Semaphore(course.width)

    async def one(task: Task) -> None:
        async with room:
            await play(task)

    await asyncio.gather(*(one(task) for task in course.tasks))
