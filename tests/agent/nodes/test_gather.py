"""Facts are read from every system: in parallel, each by its mark, with what nobody has named."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, make_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import pytest

from agent.case.conflict import Conflict, Signal
from agent.case.remedy import Unsettled
from agent.case.text import text
from agent.nodes.diagnose import typed_facts
from agent.nodes.gather import Gathered, NoSuchRead, Unreadable, read_facts
from agent.playbooks.playbook import Each, Method, Playbook, Received, Refused, Today, Via
from tools.errors import Denied, NotFound, Unavailable
from tools.objects.cost import CostObject, CostObjectKind, PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument
from tools.objects.order import Component, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import Refusal
from tools.objects.units import UnknownUnit
from tools.plant.model import Plant
from tools.plant.reading import check_plant
from tools.ports import Costs, Materials, Movements, Orders, Port, Side, Stock

NOW = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)
SIGNAL = Signal("s1", "/dm", "concord.posting_refused", NOW, "1010", {"order": "1000012"})
REFUSALS = (Refusal("M7", "021", "Deficit"),)


def plant() -> Plant:
    found = check_plant(Path(str(files("tools.sandbox") / "plants" / "1010.toml")), None).plant
    assert found is not None
    return found


PLANT = plant()


def pieces(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "ST")


ORDER = ProductionOrder(
    number="1000012",
    plant="1010",
    material="VALVE",
    category=OrderCategory.PRODUCTION,
    type="PP01",
    status=OrderStatus.RELEASED,
    quantity=pieces(5),
    yielded=pieces(0),
    scrapped=pieces(0),
    delivered=pieces(0),
    planned_start=NOW,
    planned_end=NOW,
    components=tuple(
        Component("77", str(index), name, pieces(1), pieces(0), "0010")
        for index, name in enumerate(("BOLT", "NUT", "SEAL"))
    ),
)


@dataclass
class Traffic:
    """What was asked, and how many were under way at the same time."""

    asked: list[str] = field(default_factory=list[str])
    under_way: int = 0
    peak: int = 0

    async def answer(self, what: str, reply: Any, etag: str | None = None) -> Any:
        self.asked.append(what)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        for _ in range(3):
            await asyncio.sleep(0)
        self.under_way -= 1
        if isinstance(reply, Exception):
            raise reply
        return Reading(reply, System.ERP, NOW - timedelta(seconds=len(self.asked)), etag)


class Books(Orders):
    system = System.ERP

    def __init__(self, traffic: Traffic, known: ProductionOrder | Exception = ORDER) -> None:
        self.traffic, self.known = traffic, known

    async def order(self, order: str) -> Reading[ProductionOrder]:
        return await self.traffic.answer(f"order {order}", self.known, etag="W/1")


class Masters(Materials):
    system = System.ERP

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic

    async def material(self, material: str, plant: str) -> Reading[Material]:
        known = Material(material, plant, "", "ROH", "", "ST")
        reply = NotFound("S/4", "no such material") if material == "NUT" else known
        return await self.traffic.answer(f"material {material}", reply)


class Store(Stock):
    system = System.ERP

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        place = StockLine(material, plant, "0001", StockType.UNRESTRICTED, pieces(1))
        return await self.traffic.answer(f"stock {material}", (place, place))


class Documents(Movements):
    system = System.ERP

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic

    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        return await self.traffic.answer(f"movements {order}", ())

    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        return await self.traffic.answer(f"movements of {material}", ())


class Ledger(Costs):
    system = System.ERP

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic

    async def cost_center(self, cost_center: str) -> Reading[CostObject]:
        known = CostObject(cost_center, CostObjectKind.COST_CENTER, "1010", "")
        return await self.traffic.answer(f"cost center {cost_center}", known)

    async def period(self, company_code: str) -> Reading[PostingPeriod]:
        known = PostingPeriod(company_code, date(2026, 3, 1), date(2026, 3, 31))
        return await self.traffic.answer(f"period {company_code}", known)


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


Gather = Callable[..., Awaitable[Gathered]]


@pytest.fixture
def gathered(traffic: Traffic) -> Gather:
    async def read(*ports: Port, keys: dict[str, str] | None = None, **facts: Any) -> Gathered:
        offered = ports or (
            Books(traffic),
            Masters(traffic),
            Store(traffic),
            Documents(traffic),
            Ledger(traffic),
        )
        side = Side(System.ERP, "S/4HANA", offered, lambda: NOW)
        conflict = Conflict(
            "materials/lost_box", "1010", "1010/order/1000012", keys or {"order": "1000012"}
        )
        return await read_facts(
            playbook(**facts), conflict, SIGNAL, REFUSALS, PLANT, {System.ERP: side}, NOW
        )

    return read


def playbook(**facts: Any) -> Playbook:
    return Playbook(
        number="T1",
        title=text("Lost box"),
        business_object="order",
        object_key="order",
        endpoint="API_PRODUCTION_ORDER_2_SRV",
        triggers=(),
        facts=make_dataclass("Facts", list(facts.items()), frozen=True),
        causes=(),
        weigh=lambda facts, plant: (),
        remedy=lambda cause, facts, plant: Unsettled(cause, text("?")),
    )


ORDER_FACT = Annotated[ProductionOrder, System.ERP]
PARTS = Each("order", lambda it: [{"material": one.material} for one in it.components])
PRODUCT = Via("order", lambda it: {"material": it.material})


async def test_a_fact_carries_its_source_time_and_change_marker(gathered: Gather) -> None:
    found = await gathered(order=ORDER_FACT)
    row = found.sheet["order"]
    assert (row["system"], row["etag"], found.missing) == ("ERP", "W/1", ())
    assert datetime.fromisoformat(row["read_at"]) == NOW - timedelta(seconds=1)
    assert row["value"]["quantity"] == {"amount": "5", "unit": "ST"}


async def test_what_was_gathered_comes_back_typed(gathered: Gather) -> None:
    facts = {"order": ORDER_FACT, "lots": Annotated[Material | None, System.MES]}
    found = await gathered(**facts)
    typed = typed_facts(playbook(**facts), found.sheet)
    assert (typed.order, typed.lots) == (ORDER, None)


async def test_eight_reads_are_under_way_at_once(gathered: Gather, traffic: Traffic) -> None:
    facts = {f"order_{number}": ORDER_FACT for number in range(8)}
    found = await gathered(**facts)
    assert (len(found.sheet), traffic.peak) == (8, 8)


async def test_a_wave_waits_for_what_it_needs_and_for_nothing_else(
    gathered: Gather, traffic: Traffic
) -> None:
    found = await gathered(
        material=Annotated[Material, System.ERP, PRODUCT],
        stock=Annotated[
            tuple[StockLine, ...],
            System.ERP,
            Via("material", lambda it: {"material": it.number}),
        ],
        period=Annotated[PostingPeriod, System.ERP],
        order=ORDER_FACT,
    )
    assert found.missing == ()
    assert set(traffic.asked[:2]) == {"order 1000012", "period 1010"}
    assert traffic.asked[2:] == ["material VALVE", "stock VALVE"]
    assert list(found.sheet) == ["material", "stock", "period", "order"]


async def test_each_reads_for_every_key_at_once_and_leaves_out_what_is_not_there(
    gathered: Gather, traffic: Traffic
) -> None:
    found = await gathered(
        order=ORDER_FACT, parts=Annotated[tuple[Material, ...], System.ERP, PARTS]
    )
    assert traffic.peak == 3
    assert [one["number"] for one in found.sheet["parts"]["value"]] == ["BOLT", "SEAL"]
    assert found.missing == ()


async def test_each_joins_what_its_reads_list_and_is_as_old_as_the_oldest(
    gathered: Gather,
) -> None:
    found = await gathered(
        order=ORDER_FACT,
        stock=Annotated[
            tuple[StockLine, ...], System.ERP, Each("order", PARTS.keys), Method("stock")
        ],
    )
    names = [line["material"] for line in found.sheet["stock"]["value"]]
    assert names == ["BOLT", "BOLT", "NUT", "NUT", "SEAL", "SEAL"]
    assert datetime.fromisoformat(found.sheet["stock"]["read_at"]) == NOW - timedelta(seconds=4)


async def test_each_of_nothing_is_an_empty_list(gathered: Gather) -> None:
    nothing = Each("order", lambda it: [])
    found = await gathered(
        order=ORDER_FACT, parts=Annotated[tuple[Material, ...], System.ERP, nothing]
    )
    assert (found.sheet["parts"]["value"], found.missing) == ([], ())


async def test_a_method_is_named_where_the_record_does_not_tell(
    gathered: Gather, traffic: Traffic
) -> None:
    documents = tuple[MaterialDocument, ...]
    await gathered(
        order=ORDER_FACT,
        booked=Annotated[documents, System.ERP, Method("movements")],
        latest=Annotated[documents, System.ERP, PRODUCT, Method("movements_of")],
    )
    assert set(traffic.asked[1:]) == {"movements 1000012", "movements of VALVE"}


async def test_nobody_guesses_which_method_was_meant(gathered: Gather) -> None:
    with pytest.raises(NoSuchRead, match="name one"):
        await gathered(booked=Annotated[tuple[MaterialDocument, ...], System.ERP])


@pytest.mark.parametrize(
    "facts",
    [
        {"order": ProductionOrder},
        {
            "one": Annotated[Material, System.ERP, Via("other", lambda it: {})],
            "other": Annotated[Material, System.ERP, Via("one", lambda it: {})],
        },
        {"one": Annotated[Material, System.ERP, Via("nothing", lambda it: {})]},
    ],
)
async def test_facts_that_cannot_be_read_are_a_developer_s_error(
    gathered: Gather, facts: dict[str, Any]
) -> None:
    with pytest.raises(NoSuchRead):
        await gathered(**facts)


async def test_signal_refusals_and_day_are_given_not_read(
    gathered: Gather, traffic: Traffic
) -> None:
    found = await gathered(
        received=Annotated[Signal, Received()],
        refused=Annotated[tuple[Refusal, ...], Refused()],
        today=Annotated[date, Today()],
    )
    assert traffic.asked == []
    assert found.sheet["received"]["value"]["id"] == "s1"
    assert [row["message_number"] for row in found.sheet["refused"]["value"]] == ["021"]
    assert found.sheet["today"]["value"] == "2026-03-18"
    assert [row["system"] for row in found.sheet.values()] == ["signal", "Concord", "Concord"]


async def test_an_order_nobody_knows_is_missing_and_what_hangs_on_it_too(
    gathered: Gather, traffic: Traffic
) -> None:
    unknown = Books(traffic, NotFound("S/4HANA", "no order 1000012"))
    found = await gathered(
        unknown,
        Masters(traffic),
        order=ORDER_FACT,
        material=Annotated[Material, System.ERP, PRODUCT],
        parts=Annotated[tuple[Material, ...] | None, System.ERP, PARTS],
    )
    assert found.missing == ("order", "material")
    assert traffic.asked == ["order 1000012"]
    assert found.sheet["order"] == {"system": "ERP", "read_at": None, "etag": None, "value": None}


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        (Annotated[CostObject, System.ERP], ("it",)),
        (Annotated[CostObject | None, System.ERP], ()),
        (Annotated[ProductionOrder, System.MES], ("it",)),
        (Annotated[ProductionOrder | None, System.MES], ()),
        (Annotated[Material | None, System.ERP, Method("nothing_like_it")], ()),
        (Annotated[Material, System.ERP, Method("nothing_like_it")], ("it",)),
    ],
    ids=["no key", "no key, optional", "no system", "no system, optional", "not offered", "needed"],
)
async def test_what_cannot_be_asked_for_is_missing_unless_it_is_optional(
    gathered: Gather, wanted: Any, missing: tuple[str, ...]
) -> None:
    found = await gathered(it=wanted)
    assert (found.missing, found.sheet["it"]["value"]) == (missing, None)


@pytest.mark.parametrize("trouble", [Unavailable("S/4", "down"), Denied("S/4", "no right")])
async def test_a_system_that_does_not_answer_is_no_missing_record(
    gathered: Gather, traffic: Traffic, trouble: Exception
) -> None:
    with pytest.raises(type(trouble)):
        await gathered(Books(traffic, trouble), order=Annotated[ProductionOrder | None, System.ERP])


async def test_keys_of_the_conflict_are_handed_over_by_name(
    gathered: Gather, traffic: Traffic
) -> None:
    await gathered(
        keys={"order": "1000012", "cost_center": "4711"},
        cost=Annotated[CostObject, System.ERP],
    )
    assert traffic.asked == ["cost center 4711"]


async def test_a_unit_nobody_knows_names_its_fact_even_where_it_is_optional(
    gathered: Gather, traffic: Traffic
) -> None:
    with pytest.raises(Unreadable, match="order: 'pcs' is no unit"):
        await gathered(
            Books(traffic, UnknownUnit("pcs", "en")),
            order=Annotated[ProductionOrder | None, System.ERP],
        )
