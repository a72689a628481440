"""A process that stood still, or erred, goes on while another has taken its posting over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from agent.effects.effects import Effects, Performed, PostingState
from agent.records.database import Database
from agent.records.postings import NewPosting, Posting, PostingRecords
from tests.agent.effects.target import Death, Goes, Target, Time, effects_on, issue, until

LONG = 5.0


@dataclass
class Shared(Time):
    """Virtual time, in which something happens elsewhere once somebody sleeps for long."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def sleep(self, seconds: float) -> None:
        if self.meanwhile is not None and seconds > LONG:
            happens, self.meanwhile = self.meanwhile, None
            self.now += timedelta(seconds=LONG)
            await happens()
            seconds -= LONG
        await super().sleep(seconds)


class Standing(PostingRecords):
    """The ledger of a process that stands still at a place, once, until it goes on."""

    def __init__(self, database: Database, time: Time) -> None:
        super().__init__(database, time)
        self.stands, self.goes_on = asyncio.Event(), asyncio.Event()

    async def stand(self) -> None:
        if not self.stands.is_set():
            self.stands.set()
            await self.goes_on.wait()


class BeforeItSendsAgain(Standing):
    """It stands between a look and the commit of the next sending."""

    async def send(self, key: str) -> Posting:
        await self.stand()
        return await super().send(key)


class BeforeItCalls(Standing):
    """It stands between the commit of a sending and the call."""

    async def intend_and_send(self, wanted: NewPosting) -> tuple[Posting, bool]:
        sending = await super().intend_and_send(wanted)
        await self.stand()
        return sending


class Erring(PostingRecords):
    """The ledger of a process whose database does not answer when it reads a row again."""

    errs = True

    async def get(self, key: str) -> Posting | None:
        if self.errs:
            self.errs = False
            raise OSError("the database is gone")
        return await super().get(key)


@pytest.fixture
def time() -> Shared:
    return Shared()


def perform(effects: Effects) -> asyncio.Task[Performed]:
    return asyncio.create_task(effects.perform("c-1", issue(), 0, "d-1"))


@pytest.mark.parametrize(
    ("standing", "first"), [(BeforeItSendsAgain, [Goes.LOST_BEFORE_COMMIT]), (BeforeItCalls, [])]
)
async def test_who_wakes_while_another_calls_waits_for_what_comes_of_it(
    database: Database,
    ledger: PostingRecords,
    time: Shared,
    target: Target,
    standing: type[Standing],
    first: list[Goes],
) -> None:
    target.calls = first
    mine = standing(database, time)
    halted = perform(effects_on(mine, time, target))
    await mine.stands.wait()
    answered = target.held = asyncio.Event()
    other = perform(effects_on(ledger, time, target))
    await until(lambda: target.under_way == 1)
    target.held = None

    async def answers() -> None:
        answered.set()
        await other

    time.meanwhile = answers
    mine.goes_on.set()

    assert (await halted).state is PostingState.CONFIRMED
    answered.set()
    assert (await other).state is PostingState.CONFIRMED
    assert len(target.booked) == 1


async def test_who_doubted_one_sending_waits_anew_for_the_next(
    database: Database, ledger: PostingRecords, time: Shared, target: Target
) -> None:
    erring = effects_on(Erring(database, time), time, target)
    target.calls = [Goes.LOST_BEFORE_COMMIT]
    with pytest.raises(OSError, match="is gone"):
        await perform(erring)
    target.calls = [Goes.DIES_AND_COMMITS_LATE]
    with pytest.raises(Death):
        await effects_on(ledger, time, target).perform("c-1", issue(), 0, "d-1")

    done = await perform(erring)

    assert done.state is PostingState.CONFIRMED
    assert len(target.booked) == 1
