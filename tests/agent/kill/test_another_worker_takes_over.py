"""A worker that dies never comes back: another one, on another machine, goes on with its cases."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from agent.dispatch.enqueue import DurableEnqueuer
from agent.dispatch.owner import named, vacant
from agent.records.database import Database
from tests.agent.dispatch.deficits import Deficit, corrected_once
from tests.agent.kill.killing import KILLED, Forge, each, plant, told

WHERE = (
    "burst:done",
    "call:flying",
    "call:answered",
    "end_turn:before#2",
)


async def test_its_cases_end_as_they_would_have_and_are_posted_once(
    tmp_path: Path, tables: Path, forging: list[Forge], urls: Callable[[], str]
) -> None:
    async with plant(tmp_path, tables) as here:

        async def kill(point: str, forge: Forge) -> tuple[int, int, str | None, Deficit]:
            deficit, url = next(here.deficits), urls()
            job = here.job(deficit, f"{point}-a", url=url, executor="a")
            killed = await forge.run(replace(job, die=point))
            other = here.job(deficit, f"{point}-b", url=url, executor="b")
            ended = await forge.run(other)
            settlement = told(other)["cases"][0]["settlement"] if ended == 0 else None
            return killed, ended, settlement, deficit

        found = await each(WHERE, forging, kill)
        assert {point: one[:3] for point, one in found.items()} == dict.fromkeys(
            WHERE, (KILLED, 0, "corrected")
        )
        await here.settled()
        assert [
            point for point, one in found.items() if not corrected_once(here.world, one[3])
        ] == []
        assert here.world.journal.duplicates() == []


async def test_a_case_that_kills_one_worker_after_the_other_is_buried_and_makes_way(
    tmp_path: Path, tables: Path, forging: list[Forge], urls: Callable[[], str]
) -> None:
    async with plant(tmp_path, tables) as here:
        poison, behind, url = next(here.deficits), next(here.deficits), urls()
        assert poison.order == behind.order
        more: dict[str, Any] = {"url": url, "others": (behind.event,), "deaths": 1}
        for name in ("a", "b"):
            job = here.job(poison, f"poison-{name}", executor=name, die="node:gather", **more)
            assert await forging[0].run(job) == KILLED
        last = here.job(poison, "poison-c", executor="c", **more)
        assert await forging[0].run(last) == 0
        first, second = told(last)["cases"]
        assert (first["status"], second["settlement"]) == ("dead", "corrected")
        assert "one worker after the other" in first["dead"][0]
        await here.settled()
        assert corrected_once(here.world, behind)


def test_a_name_that_is_held_is_not_vacant_and_one_that_was_lost_is(
    urls: Callable[[], str],
) -> None:
    ours, theirs = (Database(url) for url in [urls()] * 2)
    with named(ours, "a") as name:
        assert name.still_held()
        with vacant(theirs, "a") as is_so:
            assert not is_so
        with theirs.engine.connect() as connection:  # as a broken network would end it
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        assert not name.still_held()
        with vacant(theirs, "a") as is_so:
            assert is_so
    for database in (ours, theirs):
        database.dispose()


def test_a_server_is_told_how_soon_a_silent_machine_is_gone(
    urls: Callable[[], str],
) -> None:
    database = Database(urls())
    with database.engine.connect() as connection:
        said = connection.connection.dbapi_connection
        assert isinstance(said, psycopg.Connection)
        told = said.info.get_parameters()
    database.dispose()
    assert told["keepalives_idle"] == "5"
    assert "-c tcp_keepalives_idle=5" in told["options"]


def test_nothing_is_pending_where_nobody_works(urls: Callable[[], str]) -> None:
    database = Database(urls())
    enqueuer = DurableEnqueuer(database)
    assert enqueuer.pending() == {}
    enqueuer.resume([])
    enqueuer.close()
    database.dispose()
