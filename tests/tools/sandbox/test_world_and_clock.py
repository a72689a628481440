"""A world is data: it can be stored, copied and put back; its clock too."""

from datetime import UTC, datetime, timedelta

import pytest

from tools.sandbox.clock import OPENING, SandboxClock
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.world import World


def test_a_standing_clock_moves_only_when_it_is_advanced() -> None:
    clock = SandboxClock()
    assert clock.now() == clock.now() == OPENING
    assert clock.advance(90) == OPENING + timedelta(seconds=90)
    with pytest.raises(ValueError, match="go back"):
        clock.advance(-1)


def test_a_running_clock_runs_and_speaks_utc() -> None:
    assert SandboxClock.real().running
    clock = SandboxClock(datetime.fromisoformat("2026-03-17T09:00+01:00"), running=True)
    assert timedelta() <= clock.now() - OPENING < timedelta(minutes=1)
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        SandboxClock(datetime(2026, 3, 17))  # noqa: DTZ001


def test_a_stored_world_goes_on_where_it_was() -> None:
    world = World(seed=3, clock=SandboxClock(running=True))
    world.clock.advance(5)
    world.faults.add(Fault(FaultKind.LOCK))
    again = World.load(world.dump())
    assert again.seed == 3
    assert abs(again.clock.now() - world.clock.now()) < timedelta(minutes=1)
    assert again.access.draw() == world.access.draw()
    assert [rule.fault for rule in again.faults.rules] == [Fault(FaultKind.LOCK)]


def test_worlds_of_one_seed_draw_the_same_and_others_do_not() -> None:
    drawn = [World(seed=seed).access.draw() for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_snapshot_puts_back_one_state_and_leaves_the_rest() -> None:
    world = World()
    kept = world.snapshot("s4")
    world.s4.user = "SOMEBODY"
    world.clock.advance(1)
    world.restore(kept)
    assert world.s4.user == "CONCORD"
    assert world.clock.now() == OPENING + timedelta(seconds=1)
