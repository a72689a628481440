"""What situations of confirmed quantities are told with: reports, corrections, what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, refusal_of, supplied
from tools.sandbox.scenarios.picking import Wanted

KIND = "concord.confirmation.quantity.v1"
HARD = ("post_confirmation", "cancel_confirmation", "withdraw_confirmation", "report_confirmation")
TEXTS = ("Confirmed yield differs between MES and ERP", "Rückgemeldete Menge weicht ab")


def others_than(*actions: str) -> tuple[str, ...]:
    """Return the hard actions that would be wrong where these are right."""
    return tuple(one for one in HARD if one not in actions)


def order_in_work(draw: Draw, pieces: bool = False) -> Order:
    """Return an order in work; of the piece plant where pieces are wanted."""
    plant = "1010" if pieces else draw.plant()
    return draw.order(plant, 40, Wanted(unit="ST") if pieces else None)


def reported(draw: Draw, order: Order, made: Decimal | str, **more: Any) -> Change:
    """Return a report at the terminal, posted unless something else is said."""
    report: dict[str, Any] = {
        "do": "mes_confirmation",
        "as": "report",
        "order": order.number,
        "yielded": said(made) if isinstance(made, Decimal) else made,
        "minutes_ago": draw.between(180, 600),
        "state": "posted",
        "note": draw.idle(),
    }
    return report | more


def corrected(order: Order, note: str = "", **amounts: Decimal) -> Change:
    """Return a correction of the report at the terminal, of which the ERP is not told."""
    row: dict[str, Any] = {"do": "mes_correction", "order": order.number}
    said_amounts = {name: said(amount) for name, amount in amounts.items()}
    return row | {"confirmation": "${report.confirmation}", "note": note} | said_amounts


def differs(
    draw: Draw, order: Order, confirmation: str = "${report.confirmation}"
) -> dict[str, Any]:
    """Return the signal that both sides differ."""
    data = {"order": order.number, "operation": order.operation, "confirmation": confirmation}
    return {"type": KIND, "data": {**data, "text": draw.rng.choice(TEXTS)}}


def signal_of_refusal(order: Order) -> dict[str, Any]:
    """Return the signal that quotes what the ERP answered."""
    data = {"order": order.number, "operation": order.operation}
    names = {"confirmation": "${report.confirmation}"} | refusal_of("report")
    return {"type": KIND, "data": data | names}


def shows(order: Order, what: str, wanted: str, system: str = "erp") -> dict[str, str]:
    """Return what a side is expected to show of the operation."""
    about = {"order": order.number, "operation": order.operation}
    return {"system": system, "what": what, "is": wanted, **about}


def by(order: Order, amount: Decimal) -> str:
    """Return a change by so much, as an expectation writes it."""
    sign = "-" if amount < 0 else "+"
    return f"{sign}{said(abs(amount))} {order.made_in}"


def so_it_happened(draw: Draw, order: Order, *happened: Change, times: int = 3) -> Sequence[Change]:
    """Return the supplied order, what has nothing to do with it, and what happened."""
    return [supplied(order, times), *draw.clutter(order.plant), *happened]


def some_bad(draw: Draw, made: Decimal) -> Decimal:
    """Return a few pieces of a lot, too many for any tolerance and no slip of digits."""
    if made < 8:
        raise NotThisTime("the lot is too small")
    few = Decimal(draw.between(max(2, int(made) // 12), max(3, int(made) // 5)))
    if sorted(said(made)) == sorted(said(made - few)):
        raise NotThisTime("the same digits in another order")
    return few
