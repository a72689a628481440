"""Small builders for playbook tests: one order of fifty valves, its records, and the proof."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

from agent.case.conflict import Signal
from agent.case.diagnosis import Diagnosis, Handover, Leaning
from agent.case.proof import Proof
from agent.case.remedy import Remedy
from agent.plain import adapter
from agent.playbooks.playbook import Playbook
from agent.proof.check import Subject
from agent.proof.checks import prove
from agent.reasoning.weighing import Fit
from agent.reasoning.weighing import weigh as judge
from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.order import Component, Operation, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.stock import StockLine, StockType
from tools.plant.model import Plant
from tools.plant.reading import check_plant

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
TODAY = NOW.date()
PERIOD = PostingPeriod("1010", date(2026, 3, 1), date(2026, 3, 31))
ORDER, STEP, PRODUCT, PART = "1000007", "0010", "FG-BV-25", "RM-SEAT-M"


@cache
def plant(code: str = "1010") -> Plant:
    found = check_plant(Path(str(files("tools.sandbox") / "plants" / f"{code}.toml")), None).plant
    assert found is not None
    return found


def pieces(amount: int | str | Decimal, unit: str = "ST") -> Quantity:
    return Quantity(Decimal(amount), unit)


def material(number: str = PRODUCT, price: str = "52.80") -> Material:
    return Material(
        number=number,
        plant="1010",
        description=number,
        type="FERT",
        group="BALL",
        base_unit="ST",
        standard_price=Money(Decimal(price), "EUR"),
    )


def order(quantity: int = 100, *, delivered: int = 0, step: str = STEP) -> ProductionOrder:
    nothing = pieces(0)
    return ProductionOrder(
        number=ORDER,
        plant="1010",
        material=PRODUCT,
        category=OrderCategory.PRODUCTION,
        type="PP01",
        status=OrderStatus.PARTIALLY_CONFIRMED,
        quantity=pieces(quantity),
        yielded=nothing,
        scrapped=nothing,
        delivered=pieces(delivered),
        planned_start=NOW,
        planned_end=NOW + timedelta(days=2),
        operations=(Operation(step, "ASSY-01", "Assemble", pieces(quantity), nothing, nothing),),
        components=(
            Component(ORDER, "1", PART, pieces(2 * quantity), nothing, step, location="0002"),
        ),
    )


def confirmation(
    number: str,
    yielded: int,
    scrapped: int = 0,
    reworked: int = 0,
    *,
    mark: str | None = "first",
    **more: Any,
) -> Confirmation:
    """Return a posted confirmation that used two parts for each piece."""
    made = yielded + scrapped + reworked
    used = (MaterialUse(PART, pieces(made * 2), "0002", None, ORDER, "1"),) if made else ()
    plain = Confirmation(
        number=number,
        order=ORDER,
        operation=STEP,
        yielded=pieces(yielded),
        scrapped=pieces(scrapped),
        reworked=pieces(reworked),
        state=ConfirmationState.POSTED,
        posting_date=TODAY,
        entered_at=NOW,
        reference=Reference.of(mark).guid if mark else None,
        uses=used,
    )
    return replace(plain, **more)


def stock(*numbers: str) -> tuple[StockLine, ...]:
    return tuple(
        StockLine(number, "1010", place, StockType.UNRESTRICTED, pieces(5000))
        for number in numbers
        for place in ("0002", "0003")
    )


def signal(type_: str, named: str | None = None, **keys: str) -> Signal:
    return Signal(
        id="s-1",
        source="/test",
        type=type_,
        time=NOW,
        plant="1010",
        keys={"order": ORDER, **keys},
        message=named,
    )


def diagnosed(playbook: Playbook, facts: Any, code: str = "1010") -> Diagnosis:
    """Return what the weighing makes of the facts."""
    leanings = playbook.weigh(facts, plant(code))
    assert not isinstance(leanings, Handover)
    return judge([cause.name for cause in playbook.causes], leanings, (), Fit())


def leaning(playbook: Playbook, facts: Any, cause: str) -> list[Leaning]:
    leanings = playbook.weigh(facts, plant())
    assert not isinstance(leanings, Handover)
    return [one for one in leanings if one.cause == cause]


def remedied(playbook: Playbook, facts: Any, cause: str) -> Remedy:
    """Return a proved remedy."""
    plan = playbook.remedy(cause, facts, plant())
    assert isinstance(plan, Remedy), plan
    proof = proved(facts, plan)
    assert proof.passed, [str(one.because) for one in proof.verdicts]
    return plan


def proved(facts: Any, remedy: Remedy) -> Proof:
    hints = get_type_hints(cast(type[Any], type(facts)), include_extras=True)
    sheet = {
        one.name: {
            "system": _system(hints[one.name]),
            "read_at": NOW.isoformat(),
            "etag": None,
            "value": adapter(get_args(hints[one.name])[0]).dump_python(
                getattr(facts, one.name), mode="json"
            ),
        }
        for one in dataclasses.fields(facts)
    }
    return prove(Subject(remedy, facts, sheet, plant(), NOW))


def _system(hint: Any) -> str:
    return next((mark.value for mark in get_args(hint) if isinstance(mark, System)), "signal")


def kinds(remedy: Remedy) -> list[str]:
    return [action.kind for action in remedy.hard]
