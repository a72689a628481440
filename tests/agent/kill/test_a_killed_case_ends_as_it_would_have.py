"""Kill -9 at any point, and start again: the case ends as it would have, posted once.

Real processes on real sockets; what was posted is counted in the plant, not in Concord's tables.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.agent.dispatch.deficits import Deficit, corrected_once
from tests.agent.kill.killing import KILLED, Forge, Plant, each, plant, told

PLANNING = (
    "node:identify",
    "node:gather",
    "node:recall",
    "node:diagnose",
    "node:remedy",
    "node:prove",
    "pin:before",
    "pin:after",
    "node:rule",
    "graph:done",
    "ask:before",
    "ask:after",
    "burst:done",
    "burst:recorded",
    "end_turn:before",
    "end_turn:after",
)
DECIDING = ("enqueue:before", "enqueue:after", "node:decide")
POSTING = (
    "send:before",
    "send:after",
    "call:flying",
    "call:answered",
    "confirm:before",
    "confirm:after",
    "send:after#2",
    "confirm:after#2",
    "node:execute",
    "settle:before",
    "settle:after",
    "node:learn",
    "burst:done#2",
    "burst:recorded#2",
    "end_turn:before#2",
    "end_turn:after#2",
)
ALONE = ("decide_alone:before", "decide_alone:after", "burst:done", "burst:recorded", "send:after")
HALF = (
    "node:prove",
    "pin:after",
    "graph:done",
    "burst:done",
    "end_turn:after",
    "enqueue:after",
    "send:after",
    "call:flying",
    "confirm:after",
    "settle:after",
    "burst:done#2",
    "end_turn:before#2",
)
RIGHT = "corrected"


async def _killed_and_started_again(
    here: Plant, point: str, forge: Forge, url: str | None, *, alone: bool = False
) -> tuple[str, Deficit]:
    """Kill Concord at a point, start it again, and say how its case ended."""
    deficit = next(here.deficits)
    name = f"alone-{point}" if alone else point
    code = await forge.run(here.job(deficit, name, alone=alone, url=url, die=point))
    if code != KILLED:
        return f"was not killed ({code})", deficit
    again = here.job(deficit, name, alone=alone, url=url)
    code = await forge.run(again)
    return (ending(told(again)) if code == 0 else f"ended with {code}"), deficit


def ending(said: dict[str, Any]) -> str:
    case = said["cases"][0]
    settled = (case["status"], case["settlement"], case["running"]) == ("settled", "corrected", 0)
    return RIGHT if settled else str(case)


async def _all_end_right(
    points: Sequence[str], here: Plant, forging: list[Forge], url: Callable[[], str | None]
) -> None:
    """Kill and start again at every point, two at a time, and ask the plant what it received."""
    found = await each(
        points,
        forging,
        lambda point, forge: _killed_and_started_again(here, point, forge, url()),
    )
    assert {point: said for point, (said, _) in found.items()} == dict.fromkeys(points, RIGHT)
    await here.settled()
    wrong = [point for point, (_, one) in found.items() if not corrected_once(here.world, one)]
    assert wrong == []
    assert here.world.journal.duplicates() == []


@pytest.mark.parametrize("points", [PLANNING, (*DECIDING, *POSTING)], ids=["planning", "posting"])
async def test_a_case_killed_at_any_point_ends_as_it_would_have(
    points: tuple[str, ...], tmp_path: Path, tables: Path, forging: list[Forge]
) -> None:
    async with plant(tmp_path, tables) as here:
        await _all_end_right(points, here, forging, lambda: None)


async def test_on_postgresql_it_does_so_too(
    tmp_path: Path, tables: Path, forging: list[Forge], urls: Callable[[], str]
) -> None:
    async with plant(tmp_path, tables) as here:
        await _all_end_right(HALF, here, forging, urls)
