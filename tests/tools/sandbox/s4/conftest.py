"""A small hand-made plant behind the OData services, and a clerk who works in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.tools.sandbox.s4.clerk import Clerk
from tools.book import PlantBook
from tools.objects.bom import Bom, BomItem
from tools.objects.cost import CostObject, CostObjectKind, PostingPeriod
from tools.objects.equipment import Equipment
from tools.objects.inspection import InspectionLot, InspectionResult, Valuation
from tools.objects.maintenance import MaintenanceWindow
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.order import Component, Operation, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.routing import Routing, RoutingOperation, WorkCenter
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.objects.units import AlternativeUnit
from tools.sandbox.clock import SandboxClock
from tools.sandbox.s4.state import S4
from tools.sandbox.template import Template
from tools.sandbox.world import World

TODAY = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)

STATES = {
    "1000001": OrderStatus.RELEASED,
    "1000002": OrderStatus.CREATED,
    "1000003": OrderStatus.TECHNICALLY_COMPLETED,
    "1000004": OrderStatus.CLOSED,
    "1000005": OrderStatus.DISCARDED,
    "1000006": OrderStatus.ON_HOLD,
}


def pieces(amount: int | str) -> Quantity:
    return Quantity(Decimal(amount), "ST")


def kilos(amount: int | str) -> Quantity:
    return Quantity(Decimal(amount), "KG")


def minutes(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "MIN")


def material(number: str, unit: str, **traits: Any) -> Material:
    return Material(
        number=number,
        plant="1010",
        description=f"Test part {number}",
        type="FERT" if number.startswith("FG") else "ROH",
        group="TEST",
        base_unit=unit,
        issue_location=traits.pop("issue_location", "0001"),
        standard_price=Money(Decimal("2.50"), "EUR"),
        **traits,
    )


def order(number: str, status: OrderStatus, **traits: Any) -> ProductionOrder:
    operations = tuple(
        Operation(
            number=step,
            work_center="ASSY-1",
            description=f"Step {step}",
            planned=pieces(100),
            yielded=pieces(0),
            scrapped=pieces(0),
            control_key="PP01",
        )
        for step in ("0010", "0020")
    )
    components = (
        Component(number, "1", "RM-SCREW", pieces(400), pieces(0), "0010", "0001", None, True),
        Component(number, "2", "RM-RESIN", kilos(50), kilos(0), "0020", "0001", "B1"),
    )
    return ProductionOrder(
        number=number,
        plant="1010",
        material="FG-VALVE",
        category=traits.pop("category", OrderCategory.PRODUCTION),
        type="PP01",
        status=status,
        quantity=pieces(100),
        yielded=pieces(0),
        scrapped=pieces(0),
        delivered=pieces(0),
        planned_start=datetime(2026, 3, 16, 6, 0, tzinfo=UTC),
        planned_end=datetime(2026, 3, 18, 14, 0, tzinfo=UTC),
        operations=operations,
        components=components,
        **traits,
    )


def book() -> PlantBook:
    result = PlantBook(
        plant="1010",
        company_code="1010",
        currency="EUR",
        today=TODAY.date(),
        period=PostingPeriod("1010", date(2026, 3, 1), date(2026, 3, 31)),
    )
    result.materials = [
        material("FG-VALVE", "ST", issue_location="0003"),
        material("RM-SCREW", "ST", backflushed=True, conversions=(carton("KAR", 24),)),
        material("RM-RESIN", "KG", batch_managed=True, conversions=(carton("SAK", 25),)),
        material("RM-OLD", "ST", blocked=True, successor="RM-SCREW"),
    ]
    result.boms = [valve_bom()]
    result.routings = [valve_routing()]
    result.work_centers = [WorkCenter("ASSY-1", "1010", "Assembly", "4711", Decimal(16))]
    result.erp.orders = [order(number, status) for number, status in STATES.items()]
    result.erp.orders.append(order("2000001", OrderStatus.RELEASED, category=OrderCategory.PROCESS))
    result.erp.stock = [
        StockLine("RM-SCREW", "1010", "0001", StockType.UNRESTRICTED, pieces(1000)),
        StockLine("RM-SCREW", "1010", "0002", StockType.UNRESTRICTED, pieces(10)),
        StockLine("RM-RESIN", "1010", "0001", StockType.UNRESTRICTED, kilos(80), "B1"),
        StockLine("RM-RESIN", "1010", "0001", StockType.QUALITY, kilos(20), "B2"),
        StockLine("RM-OLD", "1010", "0001", StockType.BLOCKED, pieces(5)),
    ]
    result.erp.cost_objects = [
        CostObject("4711", CostObjectKind.COST_CENTER, "1010", "Assembly"),
        CostObject("4712", CostObjectKind.COST_CENTER, "1010", "Closed", locked=True),
    ]
    result.erp.lots = [lot()]
    result.erp.messages = [message()]
    result.maintenance.equipment = [
        Equipment("10000001", "1010", "Press 1", "ASSY-1", "Schuler", "S-1", "A")
    ]
    result.maintenance.windows = [
        MaintenanceWindow("W1", "1010", "10000001", TODAY, TODAY.replace(hour=12), "Oil change")
    ]
    return result


def carton(unit: str, content: int) -> AlternativeUnit:
    return AlternativeUnit(unit, Decimal(content), Decimal(1))


def valve_bom() -> Bom:
    return Bom(
        material="FG-VALVE",
        plant="1010",
        usage="1",
        alternative="01",
        base_quantity=pieces(1),
        valid_from=date(2025, 1, 1),
        items=(
            BomItem("0010", "RM-SCREW", pieces(4), backflushed=True),
            BomItem("0020", "RM-RESIN", kilos("0.5"), scrap_percent=Decimal(10)),
        ),
    )


def valve_routing() -> Routing:
    return Routing(
        group="50000001",
        counter="1",
        material="FG-VALVE",
        plant="1010",
        base_quantity=pieces(10),
        operations=tuple(
            RoutingOperation(
                step, "ASSY-1", f"Step {step}", "PP01", minutes(15), minutes(30), minutes(40)
            )
            for step in ("0010", "0020")
        ),
    )


def lot() -> InspectionLot:
    result = InspectionResult(
        lot="40000001",
        operation="0010",
        characteristic="VISC",
        description="Viscosity",
        value=Decimal("12.5"),
        unit="L",
        valuation=Valuation.REJECTED,
        upper=Decimal(12),
        measured_at=TODAY,
    )
    return InspectionLot(
        number="40000001",
        plant="1010",
        material="RM-RESIN",
        quantity=kilos(20),
        origin="01",
        decision=Valuation.REJECTED,
        created_at=TODAY,
        batch="B2",
        results=(result,),
    )


def message() -> SyncMessage:
    return SyncMessage(
        number="MSG-1",
        plant="1010",
        type="CONFIRMATION",
        object="QC-1",
        state=SyncState.FAILED,
        queued_at=TODAY,
        attempts=1,
        refusals=(Refusal("M7", "021", "Deficit"),),
        order="1000001",
    )


@pytest.fixture(scope="session")
def fresh() -> Callable[[], World]:
    template = Template(World(clock=SandboxClock(TODAY), s4=S4.from_books([book()])))
    return template.world


@pytest.fixture
def clerk(fresh: Callable[[], World]) -> Clerk:
    return Clerk(fresh())
