"""What may not be read is named, kind of record by kind of record."""

from dataclasses import dataclass

import pytest

from agent.clock import now
from agent.doctoring.finding import Finding, Mark
from agent.doctoring.place import Site
from agent.doctoring.rights import rights
from tools.errors import Denied, Misread, NotFound, NotOffered, Refused, Unavailable
from tools.objects.cost import PostingPeriod
from tools.objects.order import ProductionOrder
from tools.objects.reading import Reading, System
from tools.objects.stock import StockLine
from tools.objects.units import UnknownUnit
from tools.plant.systems import BasicAuth, Reachable
from tools.ports import Costs, Orders, Side, Stock

SITE = Site(
    plant="1010",
    name="S/4HANA",
    section="systems.erp",
    place=Reachable(
        url="https://s4.example", auth=BasicAuth(kind="basic", user_env="U", password_env="P")
    ),
    skew=5,
)


@dataclass
class NoOrders(Orders):
    system = System.ERP

    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        return Reading((), System.ERP, now())


@dataclass
class Store(Stock):
    answer: Exception | None
    system = System.ERP

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        if self.answer is not None:
            raise self.answer
        return Reading((), System.ERP, now())


@dataclass
class Ledger(Costs):
    system = System.ERP

    async def period(self, company_code: str) -> Reading[PostingPeriod]:
        raise NotFound("S/4HANA", "no period")


async def found(answer: Exception | None) -> list[Finding]:
    side = Side(System.ERP, "S/4HANA", (NoOrders(), Store(answer), Ledger()), now)
    return await rights(SITE, side, {"plant": "1010", "company_code": "1010"})


@pytest.mark.parametrize("answer", [None, NotFound("S/4HANA", "none"), Refused("S/4HANA", "no")])
async def test_an_empty_shelf_and_a_definite_no_are_answers(answer: Exception | None) -> None:
    [said] = await found(answer)
    assert (said.mark, said.found) == (Mark.OK, "may read orders, stock, costs")


async def test_what_is_not_offered_is_no_matter_of_rights() -> None:
    [said] = await found(NotOffered("S/4HANA", "stock"))
    assert (said.mark, said.found) == (Mark.OK, "may read orders, costs")


@pytest.mark.parametrize(
    ("answer", "mark", "mend"),
    [
        (Denied("S/4HANA", "the rights do not suffice"), Mark.FAIL, "Give the user of U and P"),
        (Unavailable("S/4HANA", "down"), Mark.FAIL, "Start S/4HANA"),
        (Misread("S/4HANA", "HTML"), Mark.FAIL, "Something else answers"),
        (UnknownUnit("pcs", "en"), Mark.WARN, "Add the unit to mappings.units"),
    ],
)
async def test_what_keeps_a_record_from_being_read_is_named(
    answer: Exception, mark: Mark, mend: str
) -> None:
    [said] = await found(answer)
    assert (said.mark, said.what) == (mark, "1010 S/4HANA rights: stock")
    assert said.mend.startswith(mend)
