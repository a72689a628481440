"""Every scenario happens on every seed, tells a readable signal, and the world shows it."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest

from agent.intake import read_signal
from agent.playbooks.catalog import catalog
from tools.sandbox.control import Stage
from tools.sandbox.exchange import Request
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.catalog import NoSuchScenario, performances, scenario, scenarios
from tools.sandbox.scenarios.scenario import Settle, Told
from tools.sandbox.template import Template

NOW = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
OPENED = {seed: Template(opened(seed, NOW)) for seed in (7, 8)}


@cache
def happened(name: str, seed: int = 7) -> Told:
    """Let a scenario happen; worlds are not kept, a hundred of them would be slow to keep."""
    world = OPENED[seed].world()
    told = scenario(name).happen(world)
    assert world.journal.entries == []
    assert all(amount >= 0 for amount in world.s4.stock.values())
    return told


@pytest.mark.parametrize("seed", OPENED)
@pytest.mark.parametrize("name", scenarios())
def test_a_scenario_happens_and_can_be_read(name: str, seed: int) -> None:
    told = happened(name, seed)
    signal = read_signal(told.signal, NOW)
    assert signal.plant == told.plant
    assert name not in str(told.signal)
    assert "${" not in str(told.as_json())
    assert told.before != told.after
    assert told.truth.settle is Settle.NOTHING or any(line.differs for line in told.after)


@pytest.mark.parametrize("name", scenarios())
def test_a_scenario_names_a_cause_its_playbook_knows_and_is_recognised_by_it(name: str) -> None:
    told = happened(name)
    playbook = catalog().playbooks[told.truth.playbook]
    playbook.cause(told.truth.cause)
    assert playbook.specificity(read_signal(told.signal, NOW)) > 0


def test_all_scenarios_happen_one_after_the_other_in_one_world() -> None:
    world = OPENED[7].world()
    for listed in scenarios().values():
        listed.happen(world)


def test_there_are_enough_of_every_kind() -> None:
    truths = [one.scenario.truth for one in scenarios().values()]
    told = Counter(truth.playbook for truth in truths)
    assert {kind: told[kind] for kind in catalog().playbooks if told[kind] < 2} == {}
    assert sum(told.values()) >= 35
    assert sum(truth.settle is Settle.NOTHING for truth in truths) >= 2
    assert {one.scenario.plant for one in scenarios().values()} == {"1010", "1710"}


def test_a_story_is_told_under_each() -> None:
    assert all(len(one.story) > 200 for one in scenarios().values())


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(NoSuchScenario, match="pallet_moved_not_booked"):
        scenario("nonsense")


def test_a_running_box_that_has_no_such_order_left_says_so() -> None:
    world = OPENED[7].world()
    world.dm.orders.clear()
    stage = Stage(world, "token", lambda: world, performances(), lambda _: None)
    headers = {"authorization": "Bearer token"}
    path = "/scenarios/pallet_moved_not_booked"
    said = stage.control(Request(world, "POST", path, "", headers, b""))
    assert said.status == 409
    assert b"orders in work" in said.body


def test_the_month_before_is_open_in_the_first_days_of_a_month() -> None:
    early = opened(7, datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    assert early.s4.period_of("1010")[0].month == 2
    assert OPENED[7].world().s4.period_of("1010")[0].month == 3
