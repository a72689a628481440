"""Short runs of chaos: whoever is killed, whatever answers get lost, the plant's books agree."""

from pathlib import Path

import pytest

from benchmarks.chaos.outcome import Outcome
from benchmarks.chaos.plan import Struck
from benchmarks.chaos.recovering import How
from benchmarks.chaos.run import Wanted, run

BUSY_MACHINE = 900


@pytest.mark.timeout(BUSY_MACHINE)
async def test_whatever_is_killed_and_lost_the_plants_own_books_agree(tmp_path: Path) -> None:
    wanted = Wanted(cases=20, kills=5, faults=0.3, seed=2, url=None, workers=1)
    _came_through(wanted, await run(wanted, tmp_path))


@pytest.mark.timeout(BUSY_MACHINE)
async def test_so_they_do_where_workers_stay_away_and_others_take_over(
    tmp_path: Path, empty_postgresql: str
) -> None:
    wanted = Wanted(cases=20, kills=5, faults=0.3, seed=6, url=empty_postgresql, workers=3)
    _came_through(wanted, await run(wanted, tmp_path))


def _came_through(wanted: Wanted, outcome: Outcome) -> None:
    assert outcome.wrong() == []
    assert len(outcome.unknown) <= 1
    assert set(outcome.kills) == set(Struck)
    assert sum(outcome.kills.values()) == wanted.kills
    assert outcome.cases >= wanted.cases
    assert outcome.faults > 0
    assert outcome.found.effects >= wanted.cases
    assert [one for one in outcome.recoveries if one.seconds is None] == []
    webs = [one for one in outcome.recoveries if one.how is How.WEB]
    assert len(webs) == outcome.kills[Struck.WEB]
