"""An action of a case has one key, however it is spelled and whatever else the remedy holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.actions.catalog import from_plain, to_plain
from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.effects.keys import numbered, reference_of
from tests.agent.effects.target import START, confirm, issue
from tools.objects.task import TaskDraft

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=3)


@given(AMOUNTS)
def test_a_number_has_one_key_however_it_is_written(amount: Decimal) -> None:
    spellings = [str(amount), f"{amount}0", f"{amount:E}", str(amount.normalize())]

    assert len({reference_of("c-1", issue(amount=one), 0).key for one in spellings}) == 1


@given(AMOUNTS, AMOUNTS)
def test_another_number_has_another_key(one: Decimal, other: Decimal) -> None:
    keys = {reference_of("c-1", issue(amount=str(each)), 0).key for each in (one, other)}

    assert len(keys) == (1 if one == other else 2)


def test_case_content_kind_and_ordinal_each_make_another_key() -> None:
    action = issue()
    later = PostMovement(replace(action.draft, posting_date=date(2026, 11, 21)))

    keys = {
        reference_of("c-1", action, 0).key,
        reference_of("c-2", action, 0).key,
        reference_of("c-1", action, 1).key,
        reference_of("c-1", later, 0).key,
        reference_of("c-1", confirm(), 0).key,
    }

    assert len(keys) == 5


def test_an_action_keeps_its_key_through_json() -> None:
    task = OpenTask(TaskDraft("1010", "Count", "", due_at=START))
    for action in (issue(amount="1E+2"), confirm(), task):
        again = from_plain(to_plain(action))
        assert reference_of("c-1", again, 0) == reference_of("c-1", action, 0)


def test_equal_actions_are_numbered_and_others_are_not() -> None:
    found = numbered([issue(), issue("FG-2"), issue(amount="5.0"), issue()])

    assert [ordinal for _, ordinal in found] == [0, 0, 1, 2]
