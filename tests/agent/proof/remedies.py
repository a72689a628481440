"""A remedy and the facts it rests on, built piece by piece."""

from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from agent.actions.action import Action
from agent.actions.post_movement import PostMovement
from agent.case.proof import Result, Verdict
from agent.case.remedy import Derivation, Remedy, Term
from agent.case.text import text
from agent.plain import dump
from agent.proof.check import Subject
from agent.proof.checks import checks
from tools.objects.confirmation import ConfirmationProposal
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.order import OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.objects.stock import StockLine, StockType
from tools.objects.units import AlternativeUnit
from tools.plant.reading import check_plant

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
TODAY = date(2026, 3, 17)
PLANT = check_plant(Path(str(files("tools.sandbox") / "plants" / "1010.toml")), None).plant


def pieces(amount: object) -> Quantity:
    return Quantity(Decimal(str(amount)), "ST")


def kilos(amount: object) -> Quantity:
    return Quantity(Decimal(str(amount)), "KG")


ORDER = ProductionOrder(
    number="1000012",
    plant="1010",
    material="V-100",
    category=OrderCategory.PRODUCTION,
    type="PP01",
    status=OrderStatus.RELEASED,
    quantity=pieces(100),
    yielded=pieces(0),
    scrapped=pieces(0),
    delivered=pieces(0),
    planned_start=NOW,
    planned_end=NOW,
)

BOLT = Material(
    number="BOLT",
    plant="1010",
    description="Hex bolt",
    type="ROH",
    group="SCREWS",
    base_unit="ST",
    conversions=(AlternativeUnit("KAR", Decimal(12), Decimal(1)),),
)


def lying(amount: object, location: str = "0001", batch: str | None = None) -> StockLine:
    return StockLine("BOLT", "1010", location, StockType.UNRESTRICTED, pieces(amount), batch)


@dataclass(frozen=True)
class Facts:
    """What a test lets the systems say."""

    order: ProductionOrder | None = ORDER
    shop_order: ProductionOrder | None = None
    material: Material | None = BOLT
    stock: tuple[StockLine, ...] = (lying(10),)
    period: PostingPeriod | None = field(
        default_factory=lambda: PostingPeriod("1010", date(2026, 3, 1), date(2026, 3, 31))
    )
    proposal: ConfirmationProposal | None = None
    amounts: tuple[Quantity, ...] = ()
    said: str = ""


SYSTEMS = {"shop_order": System.MES, "said": System.MES}


def line(
    amount: object, kind: MovementType = MovementType.ISSUE_ORDER, **fields: Any
) -> GoodsMovement:
    given: dict[str, Any] = {"quantity": pieces(amount), "location": "0001", "order": "1000012"}
    return GoodsMovement(type=kind, material="BOLT", plant="1010", **(given | fields))


def booked(*lines: GoodsMovement, on: date = TODAY) -> PostMovement:
    return PostMovement(MovementDraft(on, lines))


def remedy(*hard: Action, **fields: Any) -> Remedy:
    return Remedy(cause="some_cause", summary=text("Book it"), hard=hard, **fields)


def subject(it: Remedy, facts: Facts | None = None, age: timedelta = timedelta()) -> Subject:
    facts = facts or Facts()
    sheet = {
        one.name: {
            "system": SYSTEMS.get(one.name, System.ERP).value,
            "read_at": dump(NOW - age),
            "etag": None,
            "value": dump(getattr(facts, one.name)),
        }
        for one in fields(facts)
    }
    assert PLANT is not None
    return Subject(remedy=it, facts=facts, sheet=sheet, plant=PLANT, now=NOW)


def verdict(check: str, it: Remedy, facts: Facts | None = None, **more: Any) -> Verdict:
    return checks()[check](subject(it, facts, **more))


def result(check: str, it: Remedy, facts: Facts | None = None, **more: Any) -> Result:
    return verdict(check, it, facts, **more).result


def derived(amount: Quantity, *terms: Term, field: str = "draft.lines.0.quantity") -> Derivation:
    return Derivation(0, field, amount, terms)
