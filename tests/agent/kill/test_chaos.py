"""A short run of chaos: whoever is killed, whatever answers get lost, the plant's books agree."""

from pathlib import Path

from benchmarks.chaos.run import Wanted, run

NOTHING = {"duplicates": 0, "missing": 0, "order_violations": 0, "unauthorised": 0}


async def test_whatever_is_killed_and_lost_the_plants_own_books_agree(tmp_path: Path) -> None:
    wanted = Wanted(cases=10, kills=2, faults=0.3, seed=4, url=None, workers=1)
    figures, found = await run(wanted, tmp_path)
    assert {name: figures[name] for name in NOTHING} == NOTHING, found
    assert (figures["kills"], figures["audit_ok"]) == (2, True)
