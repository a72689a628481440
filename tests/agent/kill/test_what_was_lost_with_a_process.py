"""What a killed process may take with it: an answer, its checkpoints, its place, its worker."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.savers import FILE
from tests.agent.dispatch.deficits import corrected_once, set_line
from tests.agent.kill.child import REFUSED, Job
from tests.agent.kill.killing import KILLED, Forge, each, plant, told

ALONE = ("decide_alone:before", "decide_alone:after", "burst:done", "burst:recorded", "send:after")
WHERE_CHECKPOINTS_MATTER = ("waiting", "node:decide", "send:after", "confirm:after", "burst:done#2")
BOOKED_MEANWHILE = Decimal(3)


async def test_what_the_agent_settles_alone_survives_as_well(
    tmp_path: Path, tables: Path, forging: list[Forge]
) -> None:
    async with plant(tmp_path, tables) as here:

        async def kill(point: str, forge: Forge) -> list[Any]:
            deficit = next(here.deficits)
            killed = await forge.run(here.job(deficit, point, alone=True, die=point))
            job = here.job(deficit, point, alone=True)
            ended = await forge.run(job)
            return [killed, ended, told(job)["cases"][0]["settlement"], deficit]

        found = await each(ALONE, forging, kill)
        await here.settled()
        for killed, ended, settlement, deficit in found.values():
            assert (killed, ended, settlement) == (KILLED, 0, "corrected")
            assert corrected_once(here.world, deficit)
        assert here.world.journal.duplicates() == []


async def test_lost_checkpoints_are_worked_out_again(
    tmp_path: Path, tables: Path, forging: list[Forge]
) -> None:
    async with plant(tmp_path, tables) as here:

        async def kill(point: str, forge: Forge) -> list[Any]:
            deficit = next(here.deficits)
            killed = await forge.run(here.job(deficit, point, die=point))
            job = here.job(deficit, point)
            for file in Path(job.home).glob(f"{FILE}*"):
                file.unlink()
            ended = await forge.run(job)
            case = told(job)["cases"][0]
            return [killed, ended, case["settlement"], case["attempt"], deficit]

        found = await each(WHERE_CHECKPOINTS_MATTER, forging, kill)
        await here.settled()
        for killed, ended, settlement, attempt, deficit in found.values():
            assert (killed, ended, settlement, attempt) == (KILLED, 0, "corrected", 1)
            assert corrected_once(here.world, deficit)
        assert here.world.journal.duplicates() == []


@pytest.mark.parametrize("lose_checkpoints", [False, True])
async def test_an_answer_is_not_given_to_the_next_question(
    tmp_path: Path, tables: Path, forging: list[Forge], lose_checkpoints: bool
) -> None:
    async with plant(tmp_path, tables) as here:
        deficit, forge = next(here.deficits), forging[0]
        job = here.job(deficit, "moved")
        assert await forge.run(replace(job, die="waiting")) == KILLED
        set_line(here.world, deficit, BOOKED_MEANWHILE)
        # The answer to the first question finds that the facts moved; a second one is reached.
        assert await forge.run(replace(job, die="burst:done")) == KILLED
        if lose_checkpoints:
            for file in Path(job.home).glob(f"{FILE}*"):
                file.unlink()
        assert await forge.run(replace(job, die="waiting")) == KILLED
        assert deficit.elsewhere == here.elsewhere(
            deficit
        )  # nothing was posted on the first answer
        assert await forge.run(job) == 0
        case = told(job)["cases"][0]
        await here.settled()
        assert (case["settlement"], case["attempt"]) == ("corrected", 2)
        assert corrected_once(here.world, deficit, BOOKED_MEANWHILE)


async def test_a_case_that_kills_its_worker_again_and_again_is_buried_and_makes_way(
    tmp_path: Path, tables: Path, forging: list[Forge]
) -> None:
    async with plant(tmp_path, tables) as here:
        poison, behind = next(here.deficits), next(here.deficits)
        assert poison.order == behind.order
        job = here.job(poison, "poison", others=(behind.event,), deaths=1)
        for _ in range(2):
            assert await forging[0].run(replace(job, die="node:gather")) == KILLED
        assert await forging[0].run(job) == 0
        first, second = told(job)["cases"]
        assert (first["status"], second["settlement"]) == ("dead", "corrected")
        assert "killed its worker" in first["dead"][0]
        await here.settled()
        assert corrected_once(here.world, behind)


async def test_a_second_worker_on_the_same_data_is_refused(
    tmp_path: Path, tables: Path, forging: list[Forge]
) -> None:
    async with plant(tmp_path, tables) as here:
        job = here.job(next(here.deficits), "held", holds=True)
        second = replace(job, out=str(tmp_path / "second.json"), executor="another")
        async with _held(job, forging[0]):
            assert await forging[1].run(second) == REFUSED
            assert "a worker runs on the data" in told(second)["refused"]


async def test_a_second_worker_of_the_same_name_is_refused_by_the_database(
    tmp_path: Path, tables: Path, forging: list[Forge], urls: Callable[[], str]
) -> None:
    async with plant(tmp_path, tables) as here:
        url, deficit = urls(), next(here.deficits)
        job = here.job(deficit, "first", holds=True, url=url)
        second = here.job(deficit, "second", url=url)
        async with _held(job, forging[0]):
            assert await forging[1].run(second) == REFUSED
            assert "with the executor id 'local'" in told(second)["refused"]
        assert await forging[1].run(second) == 0
        assert told(second)["cases"][0]["settlement"] == "corrected"


class _held:
    """A worker that runs and holds its data, until it is killed."""

    def __init__(self, job: Job, forge: Forge) -> None:
        self._job, self._running = job, asyncio.create_task(forge.run(job))

    async def __aenter__(self) -> None:
        while not Path(self._job.out).exists():
            await asyncio.sleep(0.05)

    async def __aexit__(self, *_: object) -> None:
        os.kill(told(self._job)["process"], signal.SIGKILL)
        assert await self._running == KILLED
