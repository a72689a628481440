"""Whatever the clock is set to while a posting is in doubt: it goes out once, and is looked for."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from agent.bootstrap import machinery
from agent.clock import seconds
from agent.effects.effects import PostingState
from agent.effects.waiting import Waiting
from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.records.postings import Mark, NewPosting, Posting, PostingRecords
from agent.settings import Settings
from tests.agent.effects.target import CALL, SETTLE, Death, Goes, Target, Time, effects_on, issue

CASE = "c-1"
DAY = timedelta(days=1)
JUMPS = [2 * DAY, timedelta(seconds=SETTLE), -2 * DAY]


class Watched(PostingRecords):
    """The ledger; something happens once nobody knows any more what became of a posting."""

    then: Callable[[], None]

    async def move(
        self, key: str, frm: PostingState, to: PostingState, mark: Mark | None = None
    ) -> Posting:
        moved = await super().move(key, frm, to, mark)
        if to is PostingState.UNKNOWN:
            self.then()
        return moved


def setting(time: Time, ahead: timedelta) -> Callable[[], None]:
    def set_it() -> None:
        time.ahead = ahead

    return set_it


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("goes", [Goes.COMMITS_LATE, Goes.LOST_BEFORE_COMMIT])
async def test_it_goes_out_once_and_its_outcome_is_known(
    goes: Goes, jump: timedelta, database: Database, time: Time, target: Target
) -> None:
    ledger = Watched(database, time)
    ledger.then = setting(time, jump)
    target.calls = [goes]

    done = await effects_on(ledger, time, target).perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert target.postings_of(done.key) == 1


@pytest.mark.parametrize("jump", JUMPS)
async def test_nor_is_it_if_the_clock_is_set_while_nobody_runs(
    jump: timedelta, ledger: PostingRecords, time: Time, target: Target
) -> None:
    hasty = effects_on(ledger, time, target, waiting=Waiting(seconds=1))
    target.calls = [Goes.COMMITS_LATE]
    await hasty.perform(CASE, issue(), 0, "d-1")
    time.ahead = jump

    again = effects_on(ledger, time, target)
    done = await again.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert target.postings_of(done.key) == 1


async def test_a_clock_that_was_a_day_ahead_keeps_nothing_in_doubt_for_a_day(
    database: Database, time: Time, target: Target
) -> None:
    ledger, began = Watched(database, time), time.now
    ledger.then = setting(time, timedelta(0))
    time.ahead = DAY
    target.calls = [Goes.LOST_BEFORE_COMMIT]

    done = await effects_on(ledger, time, target).perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert time.now - began < timedelta(seconds=CALL + SETTLE + 10)


async def test_a_process_halted_before_its_call_does_not_make_it_though_the_clock_was_set_back(
    database: Database, time: Time, target: Target
) -> None:
    class Halted(PostingRecords):
        async def intend_and_send(self, wanted: NewPosting) -> tuple[Posting, bool]:
            sending = await super().intend_and_send(wanted)
            time.now += timedelta(seconds=CALL + SETTLE)
            time.ahead = -DAY
            return sending

    halted = Halted(database, time)
    once = effects_on(halted, time, target, waiting=Waiting(tries=1))

    done = await once.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.INTENDED
    assert target.sent == []


async def test_nor_does_one_halted_before_it_calls_again(
    database: Database, time: Time, target: Target
) -> None:
    class Halted(PostingRecords):
        async def send(self, key: str) -> Posting:
            sending = await super().send(key)
            time.now += timedelta(seconds=CALL + SETTLE)
            time.ahead = -DAY
            return sending

    target.calls = [Goes.LOCKED]
    twice = effects_on(Halted(database, time), time, target, waiting=Waiting(tries=2))

    done = await twice.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.INTENDED
    assert len(target.sent) == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The records, on either database."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("empty_postgresql") if server else None
    database = Database.of_home(tmp_path / "either", url)
    upgrade(database.engine)
    yield database
    database.dispose()


@pytest.mark.parametrize("goes", [Goes.LOST_AFTER_COMMIT, Goes.DIES_AFTER_COMMIT])
async def test_a_clock_that_was_set_back_puts_no_look_off(
    goes: Goes, either: Database, time: Time, target: Target
) -> None:
    target.calls, target.looks = [goes], [False] * 8
    hasty = effects_on(PostingRecords(either, time), time, target, waiting=Waiting(seconds=10))
    with suppress(Death):
        await hasty.perform(CASE, issue(), 0, "d-1")
    again = effects_on(PostingRecords(either, time), time, target)
    assert await again.unfinished() == []
    time.ahead = -2 * DAY
    target.looks.clear()

    assert [one.case for one in await again.unfinished()] == [CASE]
    [done] = await again.resume(CASE)

    assert (done.state, await again.unfinished()) == (PostingState.CONFIRMED, [])


async def test_concord_as_it_is_wired_waits_by_seconds_that_only_pass(tmp_path: Path) -> None:
    (tmp_path / "plants").mkdir()
    settings = Settings(home=tmp_path / "home", plants=tmp_path / "plants")
    async with machinery(settings) as concord:
        assert concord.wires.passing() is seconds
