"""Whatever fails, and wherever the process dies: posted once, or visibly not."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.actions.action import Action
from agent.effects.effects import Effects, PostingState
from agent.effects.keys import numbered, reference_of
from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.records.postings import Posting, PostingRecords
from tests.agent.effects.target import (
    Death,
    Goes,
    MortalRecords,
    Target,
    Time,
    effects_on,
    issue,
)

REMEDY = (issue(), issue(), issue("FG-2"))
CERTAINLY_NOT = {PostingState.INTENDED, PostingState.REFUSED, PostingState.STALE}
IN_DOUBT = {PostingState.UNKNOWN, PostingState.GIVEN_UP}
DEADLY = {Goes.DIES_BEFORE_COMMIT, Goes.DIES_AFTER_COMMIT, Goes.DIES_AND_COMMITS_LATE}
CASES = count(1)


@dataclass
class Life:
    """When a process dies: at which transactions (before or after them), at which sleeps."""

    transactions: dict[int, bool]
    sleeps: set[int]


LIVES = st.lists(
    st.builds(
        Life,
        st.dictionaries(st.integers(1, 14), st.booleans(), max_size=1),
        st.sets(st.integers(1, 12), max_size=1),
    ),
    max_size=4,
)
CALLS = st.lists(st.sampled_from(list(Goes)), max_size=8)
LOOKS = st.lists(st.booleans(), max_size=6)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database.of_home(tmp_path_factory.mktemp("records"))
    upgrade(database.engine)
    yield database
    database.dispose()


async def _carry_out(effects: Effects, case: str) -> None:
    """Perform the remedy as the machine does: in order, until something is not confirmed."""
    for action, ordinal in numbered(REMEDY):
        done = await effects.perform(case, action, ordinal, "d-1")
        if done.state is not PostingState.CONFIRMED:
            assert str(done.why)
            return


async def _live(database: Database, case: str, target: Target, lives: list[Life]) -> None:
    """Carry the remedy out, a new process after each death, until one gets to the end."""
    time = target.time
    for life in [*lives, *([Life({}, set())] * (len(target.calls) + 1))]:
        time.slept.clear()
        time.dies_asleep = life.sleeps
        records = MortalRecords(database, time, life.transactions.items())
        try:
            await _carry_out(effects_on(records, time, target), case)
        except Death:
            continue
        return
    raise AssertionError("no process got to the end")


def _consistent(posting: Posting | None, posted: int) -> bool:
    """Return whether ledger and target tell the same story of one key."""
    if posting is None or posting.state in CERTAINLY_NOT:
        return posted == 0
    if posting.state is PostingState.CONFIRMED:
        return posted == 1
    return posting.state in IN_DOUBT and posted <= 1


HARMLESS = (
    Goes.WELL,
    Goes.LOCKED,
    Goes.THROTTLED,
    Goes.TOKEN_REJECTED,
    Goes.NOT_SENT,
    Goes.LOST_AFTER_COMMIT,
    Goes.COMMITS_LATE,
    Goes.UNREADABLE,
)


def _key(case: str, action: Action, ordinal: int) -> str:
    return reference_of(case, action, ordinal).key


@given(CALLS, LOOKS, LIVES)
@example([Goes.DIES_AND_COMMITS_LATE], [], [])
@example([Goes.COMMITS_LATE], [], [Life({}, {2})])
@example([Goes.LOCKED, Goes.LOST_AFTER_COMMIT], [False], [Life({3: True}, set())])
@example([Goes.LOST_BEFORE_COMMIT, Goes.DIES_AND_COMMITS_LATE], [], [])
def test_every_key_is_posted_once_or_visibly_not(
    database: Database, calls: list[Goes], looks: list[bool], lives: list[Life]
) -> None:
    case = f"c-{next(CASES)}"
    target = Target(Time(), calls=list(calls), looks=list(looks))

    asyncio.run(_live(database, case, target, lives))

    keys = {_key(case, action, ordinal) for action, ordinal in numbered(REMEDY)}
    rows = {row.key: row for row in asyncio.run(PostingRecords(database, Time()).of_case(case))}
    assert set(rows) <= keys
    assert {booked for booked, _ in target.booked} <= set(rows)
    for key in keys:
        assert _consistent(rows.get(key), target.postings_of(key)), rows.get(key)


@given(st.lists(st.sampled_from(HARMLESS), max_size=6))
def test_nobody_has_to_look_where_every_lost_answer_can_be_found(
    database: Database, calls: list[Goes]
) -> None:
    case = f"c-{next(CASES)}"
    target = Target(Time(), calls=list(calls))

    asyncio.run(_live(database, case, target, []))

    rows = asyncio.run(PostingRecords(database, Time()).of_case(case))
    assert [row.state for row in rows] == [PostingState.CONFIRMED] * len(REMEDY)


@given(CALLS, LOOKS, LIVES)
def test_a_remedy_made_anew_never_repeats_what_an_earlier_one_posted(
    database: Database, calls: list[Goes], looks: list[bool], lives: list[Life]
) -> None:
    """A person's word apart, what the target holds is what the ledger says, over two remedies."""
    case = f"c-{next(CASES)}"
    target = Target(Time(), calls=list(calls), looks=list(looks))
    asyncio.run(_live(database, case, target, lives))
    target.calls = [call for call in target.calls if call not in DEADLY]
    target.time.dies_asleep = set()
    patient = effects_on(PostingRecords(database, target.time), target.time, target)
    other = issue(amount="7")

    second = asyncio.run(patient.perform(case, other, 0, "d-2"))

    rows = asyncio.run(PostingRecords(database, target.time).of_case(case))
    for row in rows:
        assert _consistent(row, target.postings_of(row.key))
    if any(row.state in IN_DOUBT and row.key != second.key for row in rows):
        assert target.postings_of(_key(case, other, 0)) == 0


async def test_the_settling_time_is_what_keeps_a_late_commit_single(database: Database) -> None:
    """The properties above can fail: without it, the look before the late commit sees nothing."""
    time = Time()
    target = Target(time, calls=[Goes.COMMITS_LATE])
    hasty = effects_on(PostingRecords(database, time), time, target, settle=0)

    done = await hasty.perform(f"c-{next(CASES)}", issue(), 0, "d-1")

    assert target.postings_of(done.key) == 2
