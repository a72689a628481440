"""A plant's file is taken away while a posting of it is under way: all else goes on."""

from pathlib import Path

import pytest

from agent.actions.catalog import to_plain
from agent.bootstrap import Machinery
from agent.doctoring.finding import Mark
from agent.doctoring.strays import strays
from agent.records.cases import CaseStatus
from agent.records.postings import NewPosting, PostingState
from tests.agent.effects.target import issue
from tests.agent.operations.years import at_rest, deficits, replayed, told, working, years

KEY = "k" * 32


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else request.getfixturevalue("empty_postgresql")


async def test_a_worker_starts_without_it_and_the_posting_is_named(
    tmp_path: Path, url: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    here = years(tmp_path)
    file, aside = tmp_path / "plants/1010.toml", tmp_path / "1010.toml"
    async with here.concord(url=url) as running:
        [deficit] = await deficits(running, here.world, 1)
        await _sending(running, await told(running, deficit))
        assert strays(running.settings, {"1010"}).mark is Mark.OK
    here.world.clock.advance(3600)
    file.rename(aside)
    async with here.concord(url=url) as running, working(running):
        assert await running.advance.in_doubt() == set()
        assert f"nobody looks for posting {KEY}" in caplog.text
        assert "sweeping failed" not in caplog.text
        found = strays(running.settings, set())
        assert (found.mark, found.found) == (
            Mark.WARN,
            f"plant 1010 has no file that can be used: {KEY}",
        )
    aside.rename(file)
    async with here.concord(url=url) as running:
        [due] = await running.context.effects.unfinished()
        assert (due.key, due.state) == (KEY, PostingState.SENDING)


async def test_its_cases_say_what_is_missing_and_go_on_once_it_is_back(tmp_path: Path) -> None:
    here = years(tmp_path)
    file, aside = tmp_path / "plants/1010.toml", tmp_path / "1010.toml"
    async with here.concord() as running:
        [deficit] = await deficits(running, here.world, 1)
        case = await told(running, deficit)
    file.rename(aside)
    async with here.concord() as running, working(running):
        assert await at_rest(running, case) is CaseStatus.DEAD
        [letter] = await running.records.dead_letters()
        assert (letter.case, letter.reason) == (
            case,
            "Plant 1010 has no file any more. Put it back and try this again, or put it aside.",
        )
    aside.rename(file)
    async with here.concord() as running, working(running):
        await replayed(running, letter.id)
        assert await at_rest(running, case) is CaseStatus.WAITING


async def _sending(running: Machinery, case: str) -> None:
    """Leave a posting as a call leaves it that was broken off."""
    action = issue()
    wanted = NewPosting(
        KEY, case, action.kind, 0, action.system.value, "x", True, to_plain(action), None
    )
    await running.postings.intend(wanted)
    await running.postings.send(KEY)
