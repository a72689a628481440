"""A dead letter is tried again, or put aside, from its page, however many lie on top of it."""

import re
from html import unescape
from typing import Any

from agent.case.ruling import Role
from agent.records import arrivals, deadletters
from agent.records.arrivals import Arrived
from agent.records.gates import Collected
from agent.records.states import LetterState
from tests.agent.pages.conftest import Floor, csrf_of

MANY = 202


async def test_a_letter_under_hundreds_of_others_can_still_be_put_aside(floor: Floor) -> None:
    oldest = await _many_died(floor)
    ines = await floor.signed_in("ines", Role.INTEGRATOR)
    form = {"csrf": await csrf_of(ines), "reason": "a test message"}
    done = await ines.post(f"/dead-letters/{oldest}/drop", data=form)
    assert done.status_code == 200
    with floor.machinery.database.read() as session:
        letter = deadletters.letter(session, oldest)
    assert letter is not None
    assert letter.state is LetterState.DROPPED
    assert (await ines.post("/dead-letters/999999/drop", data=form)).status_code == 404


async def test_the_oldest_letter_is_reached_page_by_page_each_shown_once(floor: Floor) -> None:
    oldest = await _many_died(floor)
    ines = await floor.signed_in("ines", Role.INTEGRATOR)
    seen, address = list[int](), "/dead-letters"
    while address:
        shown = (await ines.get(address)).text
        seen += [int(number) for number in re.findall(r'<h2 id="l(\d+)"', shown)]
        further = re.search(r'rel="next" href="([^"]+)"', shown)
        address = unescape(further[1]) if further else ""
    assert seen == sorted(set(seen), reverse=True)
    assert (len(seen), seen[-1]) == (MANY, oldest)
    assert (await ines.get("/dead-letters?after=nonsense")).status_code == 200


async def test_other_plants_letters_hide_none_of_ones_own(floor: Floor) -> None:
    mine = await _died(floor, "1010", 1)
    await _many_died(floor)
    ines = await floor.signed_in("ines", Role.INTEGRATOR, plants=frozenset({"1010"}))
    shown = (await ines.get("/dead-letters")).text
    assert re.findall(r'<h2 id="l(\d+)"', shown) == [str(mine)]
    assert 'rel="next"' not in shown


async def _many_died(floor: Floor) -> int:
    """Let more signals die than a page shows, and return the first one's letter."""
    return await _died(floor, "1710", MANY)


async def _died(floor: Floor, plant: str, count: int) -> int:
    dead = [
        Arrived(f"/dm/{plant}", f"dead-{n}", _signal(plant, n), refusal="SAP is away")
        for n in range(count)
    ]
    at = floor.machinery.context.clock()
    with floor.machinery.database.write() as session:
        received = arrivals.receive_all(session, dead, Collected(), at)
    return received[0].dead_letter or 0


def _signal(plant: str, number: int) -> dict[str, Any]:
    return {"id": f"dead-{number}", "data": {"plant": plant}}
