"""A short run of chaos: whoever is killed, whatever answers get lost, the plant's books agree."""

from pathlib import Path

import pytest

from benchmarks.chaos.run import Wanted, run

BUSY_MACHINE = 900
NOTHING = {"duplicates": 0, "missing": 0, "order_violations": 0, "unauthorised": 0}


@pytest.mark.timeout(BUSY_MACHINE)
async def test_whatever_is_killed_and_lost_the_plants_own_books_agree(tmp_path: Path) -> None:
    wanted = Wanted(cases=8, kills=2, faults=0.3, seed=4, url=None, workers=1)
    figures, found = await run(wanted, tmp_path)
    assert {name: figures[name] for name in NOTHING} == NOTHING, found
    assert (figures["kills"], figures["audit_ok"]) == (2, True)
