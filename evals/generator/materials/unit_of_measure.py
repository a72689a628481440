"""Units in dispute: what was taken in truth, in which unit it was said, and what arrived.

The order always has room for what was taken in truth; what is right follows from how the unit, the
point or the factor went wrong on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, Situation, supplied
from evals.world import fresh
from tools.sandbox.scenarios.picking import Wanted

PREFIX = "gum"
PACKS = {"1010": ("KAR", "PAK", "ROL"), "1710": ("FAS", "SAK")}
NOTHING_ELSE = ("withdraw_issue", "report_issue", "retry_message")
UNTOUCHED = ("post_movement", "cancel_movement", *NOTHING_ELSE)
PLENTY = "900000"


@dataclass(frozen=True)
class Packed:
    """An order's component that comes in packs of so many base units."""

    order: Order
    pack: str
    holds: Decimal


def _packed(draw: Draw) -> Packed:
    plant = draw.plant()
    pack = draw.rng.choice(PACKS[plant])
    order = draw.order(plant, 8, Wanted(packed_in=pack))
    return Packed(order, pack, _holds(order.component, pack))


@cache
def _holds(material: str, pack: str) -> Decimal:
    own = fresh().s4.conversions[material].alternatives
    found = next(one for one in own if one.unit == pack)
    return found.numerator / found.denominator


def _issue(draw: Draw, order: Order, amount: Decimal, unit: str, **more: Any) -> Change:
    taken: dict[str, Any] = {"material": order.component, "quantity": said(amount), "unit": unit}
    if order.batch:
        taken["batch"] = order.batch
    told = {"minutes_ago": draw.minutes(), **more}
    return {"do": "mes_goods_issue", "as": "issue", "order": order.number, **taken, **told}


def _there(order: Order) -> Change:
    place = {"material": order.component, "plant": order.plant, "location": order.location}
    return {"do": "mes_stock", "quantity": PLENTY, **place, **_batch(order)}


def _batch(order: Order) -> dict[str, str]:
    return {"batch": order.batch} if order.batch else {}


def _made(draw: Draw, order: Order, *changes: Change) -> dict[str, Any]:
    data = {"order": order.number, "material": order.component, "document": "${issue.document}"}
    return {
        "plant": order.plant,
        "world": [supplied(order), *draw.clutter(order.plant), _there(order), *changes],
        "signal": {"type": "concord.unit.mismatch.v1", "data": data},
    }


def _withdrawn(order: Order, wanted: str) -> dict[str, str]:
    about = {"order": order.number, "material": order.component}
    return {"system": "erp", "what": "withdrawn", "is": wanted, **about}


def _packs(draw: Draw, it: Packed) -> Decimal:
    """Return some packs, mostly less than one, that the order has room for."""
    share = it.order.share / it.holds * Decimal(draw.between(30, 90)) / 100
    packs = share.quantize(Decimal("0.01"))
    if packs <= 0:
        raise NotThisTime("not a hundredth of a pack")
    return packs


def _right(it: Packed, packs: Decimal) -> Decimal:
    amount = packs * it.holds
    if amount != amount.quantize(Decimal("0.001")):
        raise NotThisTime("no amount the ERP can keep")
    return amount


def pack_became_base_unit(draw: Draw) -> Situation:
    """The interface dropped the unit."""
    it = _packed(draw)
    packs = _packs(draw, it)
    right, order = _right(it, packs), it.order
    arrived = {"quantity": said(packs), "unit": order.unit}
    issue = _issue(draw, order, packs, it.pack, arrives_as=arrived)
    amount = f"{said(right)} {order.unit}"
    return Situation(
        **_made(draw, order, issue),
        story="A number arrived in the ERP without the unit it was reported in.",
        causes=("wrong_unit",),
        actions=[("cancel_movement", "post_movement")],
        forbidden=NOTHING_ELSE,
        quantities=[{"action": "post_movement", "of": order.component, "is": amount}],
        end=[_withdrawn(order, f"+{said(right - packs)} {order.unit}")],
        because="The ERP's document has the report's number in another unit, and both sides agree"
        " on the factor",
        alone="decided",
    )


def point_slipped_on_the_way(draw: Draw) -> Situation:
    """The interface lost the decimal point."""
    order = draw.order(draw.plant(), 8, Wanted(whole=Decimal(2)))
    amount = (order.share * Decimal(draw.between(30, 90)) / 100).quantize(Decimal("1"))
    if amount < 1:
        raise NotThisTime("too little to slip")
    arrived = {"quantity": said(amount * 10), "unit": order.unit}
    issue = _issue(draw, order, amount, order.unit, arrives_as=arrived)
    made = _made(draw, order, issue)
    made["world"][0] = supplied(order, 30)
    return Situation(
        **made,
        story="Ten times what was reported arrived in the ERP.",
        causes=("decimal_slip",),
        actions=[("cancel_movement", "post_movement")],
        forbidden=NOTHING_ELSE,
        end=[_withdrawn(order, f"-{said(amount * 9)} {order.unit}")],
        because="Same digits and unit, and the order has room for what was reported",
        alone="decided",
    )


def factors_went_apart(draw: Draw) -> Situation:
    """One side's factor was maintained, the other's was not."""
    it = _packed(draw)
    side = draw.rng.choice(("erp", "mes"))
    per = said((it.holds * Decimal(draw.between(60, 90)) / 100).quantize(Decimal("0.01")))
    factor = {"unit": it.pack, "per": per}
    change = {"do": "material", "material": it.order.component, "side": side, "factor": factor}
    change["plant"] = it.order.plant
    return Situation(
        **_made(draw, it.order, change, _issue(draw, it.order, _packs(draw, it), it.pack)),
        story="The two sides convert the pack by different factors.",
        causes=("factor_differs",),
        forbidden=UNTOUCHED,
        end=[_withdrawn(it.order, "as_before")],
        because="The ERP booked by its own factor; which one is out of date is for its keeper",
    )


def factor_was_deleted(draw: Draw) -> Situation:
    """The ERP has no factor for the pack."""
    it = _packed(draw)
    gone = {"do": "material", "material": it.order.component, "side": "erp"}
    change = {**gone, "plant": it.order.plant, "factor": {"unit": it.pack, "per": "0"}}
    issue = _issue(draw, it.order, _packs(draw, it), it.pack, state="refused")
    return Situation(
        **_made(draw, it.order, change, issue),
        story="The ERP refuses a pack it has no factor for.",
        causes=("factor_missing",),
        forbidden=UNTOUCHED,
        end=[_withdrawn(it.order, "as_before")],
        because="Without a factor on record nothing converts",
        difficulty="easy",
    )


def nothing_explains_it(draw: Draw) -> Situation:
    """What arrived is neither in another unit nor with its point elsewhere."""
    order = draw.order(draw.plant(), 8, Wanted(whole=Decimal(10)))
    amount = Decimal(draw.between(4, 9))
    arrived = {"quantity": said(amount - draw.between(1, 3)), "unit": order.unit}
    return Situation(
        **_made(draw, order, _issue(draw, order, amount, order.unit, arrives_as=arrived)),
        story="Another amount arrived in the ERP, and no unit or decimal point explains it.",
        causes=(),
        forbidden=UNTOUCHED,
        end=[_withdrawn(order, "as_before")],
        because="Contradictory evidence posts nothing",
        difficulty="hard",
    )


def same_amount_in_two_units(draw: Draw) -> Situation:
    """Both sides mean the same."""
    it = _packed(draw)
    return Situation(
        **_made(draw, it.order, _issue(draw, it.order, _packs(draw, it), it.pack)),
        story="The comparison looked at bare numbers; with their units they are the same.",
        causes=("not_a_conflict",),
        forbidden=UNTOUCHED,
        end=[_withdrawn(it.order, "as_before")],
        because="One factor on both sides, one amount",
        alone="decided",
    )


TEMPLATES = (
    pack_became_base_unit,
    point_slipped_on_the_way,
    factors_went_apart,
    factor_was_deleted,
    nothing_explains_it,
    same_amount_in_two_units,
)
