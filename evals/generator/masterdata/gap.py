"""Numbers the ERP lacks: what was taken in truth, and under which name it was reported."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, Situation, refusal_of, supplied
from tools.sandbox.scenarios.picking import Wanted

PREFIX = "gmd"
ANEW = ("withdraw_issue", "report_issue")
NOT_IN_THE_ERP = ("post_movement", "cancel_movement", "retry_message")
UNTOUCHED = (*NOT_IN_THE_ERP, *ANEW)
# Finished goods: no order takes them as a component.
STRANGERS = {"1010": "FG-GV-25", "1710": "CT-EPX-RED"}


def _order(draw: Draw) -> Order:
    return draw.order(draw.plant(), 8, Wanted(whole=Decimal(2)))


def _amount(draw: Draw, order: Order) -> Decimal:
    amount = (order.share * Decimal(draw.between(30, 90)) / 100).quantize(Decimal(1))
    if amount < 1:
        raise NotThisTime("too little to take")
    return amount


def _reported(
    draw: Draw, order: Order, named: str, amount: Decimal, *before: Change, like: str | None = None
) -> dict[str, Any]:
    """Return what a refused issue under a number the ERP lacks looks like."""
    place: dict[str, Any] = {"plant": order.plant, "material": named, "location": order.location}
    batch = {"batch": order.batch} if order.batch and like is None else {}
    issue = {
        "do": "mes_goods_issue",
        "as": "issue",
        "order": order.number,
        "material": named,
        "quantity": said(amount),
        "location": order.location,
        "minutes_ago": draw.minutes(),
        "state": "refused",
        **batch,
    }
    known = {"do": "material", "material": named, "side": "mes", "plant": order.plant}
    data = {"order": order.number, "material": named, "document": "${issue.document}"}
    return {
        "plant": order.plant,
        "world": [
            supplied(order),
            *draw.clutter(order.plant),
            *before,
            {**known, "copy_of": like or order.component},
            {"do": "mes_stock", "quantity": "9000", **place, **batch},
            issue,
        ],
        "signal": {
            "type": "concord.masterdata.missing.v1",
            "data": data | refusal_of("issue"),
        },
    }


def _old(draw: Draw, order: Order) -> tuple[str, Change]:
    """Return a number of the system before, and the change by which the ERP keeps it."""
    number = f"{draw.rng.choice(('ALT', 'TEIL', 'P', 'K'))}-{draw.between(10000, 99999)}"
    kept = {"do": "material", "material": order.component, "side": "erp", "old_number": number}
    return number, {**kept, "plant": order.plant}


def _withdrawn(order: Order, wanted: str) -> dict[str, str]:
    about = {"order": order.number, "material": order.component}
    return {"system": "erp", "what": "withdrawn", "is": wanted, **about}


def label_from_the_old_warehouse(draw: Draw) -> Situation:
    """The number from before the migration was scanned."""
    order = _order(draw)
    amount = _amount(draw, order)
    number, kept = _old(draw, order)
    quantity = f"{said(amount)} {order.unit}"
    return Situation(
        **_reported(draw, order, number, amount, kept),
        story="An old label was scanned.",
        causes=("old_number",),
        actions=[ANEW],
        forbidden=NOT_IN_THE_ERP,
        quantities=[{"action": "report_issue", "of": order.component, "is": quantity}],
        end=[_withdrawn(order, f"+{quantity}")],
        because="The ERP keeps the old number with one material, and the order takes it",
        alone="decided",
    )


def slip_of_the_finger(draw: Draw) -> Situation:
    """One character of the number is another."""
    order = _order(draw)
    amount, right = _amount(draw, order), order.component
    at = draw.between(4, len(right) - 2)
    wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
    if wrong == right or "-" in right[at : at + 2]:
        raise NotThisTime("nothing swapped that anybody would")
    return Situation(
        **_reported(draw, order, wrong, amount),
        story="Two characters of the number were swapped.",
        causes=("typo",),
        actions=[ANEW],
        forbidden=NOT_IN_THE_ERP,
        end=[_withdrawn(order, f"+{said(amount)} {order.unit}")],
        because="One slip from what the order takes; a typed number is confirmed by a person",
    )


def part_before_its_record(draw: Draw) -> Situation:
    """Nobody has created it."""
    order = _order(draw)
    number = f"V-{draw.between(80000, 89999)}"
    stranger = STRANGERS[order.plant]
    if stranger == order.component:
        raise NotThisTime("no stranger to this order")
    return Situation(
        **_reported(draw, order, number, _amount(draw, order), like=stranger),
        story="A new part came to the line before its record.",
        causes=("not_created",),
        forbidden=UNTOUCHED,
        end=[_withdrawn(order, "as_before")],
        because="Nothing known is near: the record is asked for",
        difficulty="easy",
    )


def old_number_and_a_remark(draw: Draw) -> Situation:
    """An old number, beside a note that has nothing to do with it."""
    order = _order(draw)
    amount = _amount(draw, order)
    number, kept = _old(draw, order)
    made = _reported(draw, order, number, amount, kept)
    made["world"][-1]["note"] = draw.idle() or "s. Schichtbuch"
    return Situation(
        **made,
        story="An old label was scanned, and the operator wrote something.",
        causes=("old_number",),
        actions=[ANEW],
        forbidden=NOT_IN_THE_ERP,
        end=[_withdrawn(order, f"+{said(amount)} {order.unit}")],
        because="The records are clear; what the note means a person says first",
    )


def one_old_number_of_two(draw: Draw) -> Situation:
    """Two materials carry the old number."""
    order = _order(draw)
    number, kept = _old(draw, order)
    other = {**kept, "material": STRANGERS[order.plant]}
    return Situation(
        **_reported(draw, order, number, _amount(draw, order), kept, other),
        story="Two materials of the ERP carry the number that was scanned.",
        causes=(),
        forbidden=UNTOUCHED,
        end=[_withdrawn(order, "as_before")],
        because="A number of two materials says nothing of which was taken",
        difficulty="hard",
    )


def booked_long_ago(draw: Draw) -> Situation:
    """The record is there by now, the issue is booked, and the alarm is late."""
    order = _order(draw)
    issue: Change = {
        "do": "mes_goods_issue",
        "as": "issue",
        "order": order.number,
        "material": order.component,
        "quantity": said(_amount(draw, order)),
        "location": order.location,
        "minutes_ago": draw.minutes(),
        "state": "posted",
        **({"batch": order.batch} if order.batch else {}),
    }
    keys = {"order": order.number, "material": order.component}
    return Situation(
        plant=order.plant,
        world=[supplied(order), *draw.clutter(order.plant), issue],
        signal={
            "type": "concord.masterdata.missing.v1",
            "data": {**keys, "document": "${issue.document}"},
        },
        story="The alarm is older than the posting.",
        causes=("not_a_conflict",),
        actions=[()],
        forbidden=UNTOUCHED,
        end=[_withdrawn(order, "as_before")],
        because="The ERP knows the material and has booked the issue",
        alone="decided",
        difficulty="easy",
    )


TEMPLATES = (
    label_from_the_old_warehouse,
    slip_of_the_finger,
    part_before_its_record,
    old_number_and_a_remark,
    one_old_number_of_two,
    booked_long_ago,
)
