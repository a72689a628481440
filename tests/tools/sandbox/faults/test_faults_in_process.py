"""What a client sees of each fault, what was committed, and what the journal knows."""

import httpx
import pytest

from tests.tools.sandbox.tanks import DOORS, ROOT, TankWorld, tank_world
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.journal import LOST
from tools.sandbox.servers import Server
from tools.sandbox.transport import WorldTransport
from tools.sandbox.visitor import Visitor

FILLING = {"Tank": "1", "Quantity": "1", "ReferenceDocument": "R1"}
WRONG = {"Tank": "1", "Quantity": "99999"}


@pytest.fixture
def world() -> TankWorld:
    return tank_world()


@pytest.fixture
def visitor(world: TankWorld) -> Visitor:
    return Visitor(world, DOORS, ROOT)


def goes_wrong(world: TankWorld, kind: FaultKind, seconds: float = 2) -> None:
    world.faults.add(Fault(kind, Server.S4, "A_Filling", "WRITE", count=1, seconds=seconds))


def outcome(world: TankWorld) -> list[tuple[bool, int | str]]:
    return [(entry.committed, entry.answered) for entry in world.journal.entries]


@pytest.mark.parametrize(
    ("kind", "seen", "outcome_"),
    [
        (FaultKind.UNREACHABLE, httpx.ConnectError, []),
        (FaultKind.DROP_BEFORE_COMMIT, httpx.ReadError, []),
        (FaultKind.COMMIT_THEN_TIMEOUT, httpx.ReadTimeout, [(True, LOST)]),
        (FaultKind.COMMIT_THEN_RESET, httpx.ReadError, [(True, LOST)]),
    ],
)
async def test_a_lost_answer_raises_and_says_nothing_of_the_commit(
    world: TankWorld,
    visitor: Visitor,
    kind: FaultKind,
    seen: type[httpx.TransportError],
    outcome_: list[tuple[bool, str]],
) -> None:
    goes_wrong(world, kind)
    with pytest.raises(seen):
        await visitor.send("POST", "A_Filling", FILLING)
    assert outcome(world) == outcome_
    assert len(world.fillings) == 2 + len(outcome_)
    assert (await visitor.send("POST", "A_Filling", FILLING)).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status", "committed"),
    [
        (FaultKind.HTTP_429, 429, 0),
        (FaultKind.HTTP_503, 503, 0),
        (FaultKind.LOCK, 423, 0),
        (FaultKind.COMMIT_THEN_500, 500, 1),
        (FaultKind.STALE_TOKEN, 403, 0),
    ],
)
async def test_a_refusal_speaks_the_servers_dialect(
    world: TankWorld, visitor: Visitor, kind: FaultKind, status: int, committed: int
) -> None:
    goes_wrong(world, kind, seconds=7)
    response = await visitor.send("POST", "A_Filling", FILLING)
    assert (response.status_code, len(world.fillings) - 2) == (status, committed)
    if status in {429, 503}:
        assert response.headers["retry-after"] == "7"
    if status == 403:
        assert response.headers["x-csrf-token"] == "Required"
    else:
        assert response.json()["error"]["innererror"]["errordetails"]


async def test_a_posting_whose_answer_was_lost_is_a_duplicate_when_sent_again(
    world: TankWorld, visitor: Visitor
) -> None:
    goes_wrong(world, FaultKind.COMMIT_THEN_TIMEOUT)
    with pytest.raises(httpx.ReadTimeout):
        await visitor.send("POST", "A_Filling", FILLING)
    await visitor.send("POST", "A_Filling", FILLING)
    [duplicate] = world.journal.duplicates()
    assert (duplicate.operation, duplicate.reference) == ("create A_Filling", "R1")
    assert world.journal.as_json()["lost_answers"] == 1


async def test_a_slow_commit_appears_when_it_is_due(world: TankWorld, visitor: Visitor) -> None:
    goes_wrong(world, FaultKind.SLOW_COMMIT, seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        await visitor.send("POST", "A_Filling", FILLING)
    assert (len(world.fillings), outcome(world)) == (2, [])
    world = TankWorld.load(world.dump())  # type: ignore[assignment]
    visitor = Visitor(world, DOORS, ROOT)
    world.clock.advance(30)
    assert (await visitor.get("A_Filling/$count")).text == "2"
    world.clock.advance(30)
    assert (await visitor.get("A_Filling/$count")).text == "3"
    assert outcome(world) == [(True, LOST)]


@pytest.mark.parametrize("kind", [FaultKind.SLOW_COMMIT, FaultKind.COMMIT_THEN_TIMEOUT])
async def test_only_commits_lose_their_answer(
    world: TankWorld, visitor: Visitor, kind: FaultKind
) -> None:
    goes_wrong(world, kind)
    assert (await visitor.send("POST", "A_Filling", WRONG)).status_code == 400
    assert (
        await visitor.send("POST", "A_Filling", FILLING, x_csrf_token="stale")
    ).status_code == 403
    with pytest.raises(httpx.ReadTimeout):
        await visitor.send("POST", "A_Filling", FILLING)


async def test_latency_moves_a_standing_clock_and_beats_the_impatient(
    world: TankWorld, visitor: Visitor
) -> None:
    before = world.clock.now()
    goes_wrong(world, FaultKind.LATENCY, seconds=3)
    assert (await visitor.send("POST", "A_Filling", FILLING)).status_code == 201
    assert (world.clock.now() - before).total_seconds() == 3
    goes_wrong(world, FaultKind.LATENCY, seconds=100)
    with pytest.raises(httpx.ReadTimeout):
        await visitor.send("POST", "A_Filling", FILLING)
    assert outcome(world) == [(True, 201), (True, LOST)]


async def test_answers_may_be_torn_or_something_else(world: TankWorld, visitor: Visitor) -> None:
    world.faults.add(Fault(FaultKind.HTML_PAGE, path="A_Tank", count=1))
    world.faults.add(Fault(FaultKind.TRUNCATED, path="A_Tank", count=1))
    page, torn = await visitor.get("A_Tank"), await visitor.get("A_Tank")
    assert page.headers["content-type"] == "text/html"
    assert (page.status_code, torn.status_code) == (200, 200)
    assert torn.text.startswith('{"d"')
    with pytest.raises(ValueError, match=r"."):
        torn.json()


async def test_an_unknown_host_is_not_reachable(world: TankWorld) -> None:
    async with httpx.AsyncClient(transport=WorldTransport(world, DOORS)) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://elsewhere.sandbox/")


async def test_the_journal_keeps_the_trace_of_the_sender(
    world: TankWorld, visitor: Visitor
) -> None:
    await visitor.send("POST", "A_Filling", FILLING, x_correlation_id="case-7")
    assert [entry.correlation for entry in world.journal.entries] == ["case-7"]
    assert world.journal.effects() == {"s4 create A_Filling": 1}
