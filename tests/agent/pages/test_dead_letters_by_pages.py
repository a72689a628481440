"""A dead letter is tried again, or put aside, from its page, however many lie on top of it."""

from agent.case.ruling import Role
from agent.records import arrivals, deadletters
from agent.records.arrivals import Arrived
from agent.records.gates import Collected
from agent.records.states import LetterState
from tests.agent.pages.conftest import Floor, csrf_of


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


async def _many_died(floor: Floor) -> int:
    """Let more signals die than a page shows, and return the first one's letter."""
    dead = [
        Arrived("/dm/1010", f"dead-{n}", {"id": f"dead-{n}"}, refusal="SAP is away")
        for n in range(202)
    ]
    at = floor.machinery.context.clock()
    with floor.machinery.database.write() as session:
        received = arrivals.receive_all(session, dead, Collected(), at)
    return received[0].dead_letter or 0
