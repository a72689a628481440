"""Master data is remembered for a minute; what moves, and what could not be read, is not."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.assessments.memory import FOR, Memory
from agent.assessments.reads import reading_only
from tools.errors import Unavailable
from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.reading import Reading, System
from tools.ports import ShopFloor, Side

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
WELDER = OperatorCertificate("OP1", "1010", "WELD", date(2026, 1, 1), date(2026, 12, 31))


class Floor(ShopFloor):
    """A shop floor that counts what it is asked, and answers late."""

    system = System.MES

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = NOW
        self.away = False

    async def certificates(self, plant: str) -> Reading[tuple[OperatorCertificate, ...]]:
        self.asked.append(f"certificates {plant}")
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("SAP DM", "away")
        return Reading((WELDER,), System.MES, self.now)

    async def downtimes(self, plant: str) -> Reading[tuple[DowntimeEvent, ...]]:
        self.asked.append(f"downtimes {plant}")
        return Reading((), System.MES, self.now)


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def remembering(floor: Floor) -> ShopFloor:
    side = Side(System.MES, "SAP DM", (floor,), lambda: floor.now)
    sides = reading_only({System.MES: side}, memory=Memory(lambda: floor.now))
    return sides[System.MES].port(ShopFloor)


async def test_certificates_are_read_once_a_minute_and_show_their_age(
    floor: Floor, remembering: ShopFloor
) -> None:
    await remembering.certificates(plant="1010")
    floor.now += FOR - timedelta(seconds=1)
    kept = await remembering.certificates(plant="1010")
    assert (kept.value, kept.read_at) == ((WELDER,), NOW)
    floor.now += timedelta(seconds=1)
    assert (await remembering.certificates(plant="1010")).read_at == floor.now
    assert floor.asked == ["certificates 1010"] * 2


async def test_who_asks_meanwhile_waits_for_the_same_answer_and_another_plant_is_another_question(
    floor: Floor, remembering: ShopFloor
) -> None:
    plants = ("1010", "1010", "1710")
    await asyncio.gather(*(remembering.certificates(plant=one) for one in plants))
    assert floor.asked == ["certificates 1010", "certificates 1710"]


async def test_what_moves_is_read_each_time(floor: Floor, remembering: ShopFloor) -> None:
    await remembering.downtimes(plant="1010")
    await remembering.downtimes(plant="1010")
    assert floor.asked == ["downtimes 1010"] * 2


async def test_nothing_is_remembered_of_a_system_that_was_away(
    floor: Floor, remembering: ShopFloor
) -> None:
    floor.away = True
    with pytest.raises(Unavailable):
        await remembering.certificates(plant="1010")
    floor.away = False
    assert (await remembering.certificates(plant="1010")).value == (WELDER,)
