"""Refused issues: what is short, where it really is, and what that makes right.

Whoever takes material can only take what is there. So the situation is made by saying where the
material lies in truth, and what each system was told of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, Situation, refusal_of, supplied
from tools.sandbox.scenarios.picking import Wanted

PREFIX = "gsd"
STORE = {"1010": "0001", "1710": "1001"}
THIRD = {"1010": "0005", "1710": "1003"}
CAGE = {"1010": "0004", "1710": "1004"}
SETTLED = ("post_movement", "retry_message")
UNTOUCHED = ("post_movement", "retry_message")
PLENTY = "9000"


def _order(draw: Draw, batches: bool | None = None) -> Order:
    plant = draw.plant()
    return draw.order(plant, 40, Wanted(batches=batches))


def _stock(order: Order, amount: Decimal | str, **more: Any) -> Change:
    place: dict[str, Any] = {"material": order.component, "plant": order.plant, "quantity": amount}
    if isinstance(amount, Decimal):
        place["quantity"] = said(amount)
    if order.batch and "batch" not in more:
        place["batch"] = order.batch
    return {"do": "erp_stock", **place, **more}


def _counted(order: Order, amount: str) -> Change:
    place = {"material": order.component, "plant": order.plant, "location": order.location}
    batch = {"batch": order.batch} if order.batch else {}
    return {"do": "mes_stock", "quantity": amount, **place, **batch}


def _issue(draw: Draw, order: Order, amount: Decimal, note: str | None = None) -> Change:
    taken: dict[str, Any] = {"material": order.component, "quantity": said(amount)}
    if order.batch:
        taken["batch"] = order.batch
    written = draw.idle() if note is None else note
    told = {"note": written, "minutes_ago": draw.minutes(), "state": "refused"}
    return {"do": "mes_goods_issue", "as": "issue", "order": order.number, **taken, **told}


def _signal(order: Order) -> dict[str, Any]:
    data = {"order": order.number, "material": order.component, "document": "${issue.document}"}
    return {"type": "concord.posting.rejected.v1", "data": data | refusal_of("issue")}


def _message(state: str) -> dict[str, str]:
    return {
        "system": "mes",
        "what": "message_state",
        "message": "${issue.message}",
        "is": state,
    }


def _lies(order: Order, wanted: str, location: str) -> dict[str, str]:
    about = {"material": order.component, "plant": order.plant, "location": location}
    batch = {"batch": order.batch} if order.batch else {}
    return {"system": "erp", "what": "stock", "is": wanted, **about, **batch}


def _wanted(draw: Draw, order: Order) -> Decimal:
    part = (order.share * Decimal(draw.between(30, 100)) / 100).quantize(Decimal(1))
    if part < 2:
        raise NotThisTime("too little to issue")
    return part


def _transferred(
    draw: Draw, order: Order, wanted: Decimal, short: Decimal, note: str
) -> dict[str, Any]:
    """Return what a transfer from the store that was never booked looks like."""
    return {
        "plant": order.plant,
        "world": [
            supplied(order),
            *draw.clutter(order.plant),
            _stock(order, "0", only=True),
            _stock(order, wanted - short),
            _stock(order, PLENTY, location=STORE[order.plant]),
            _issue(draw, order, wanted, note),
        ],
        "signal": _signal(order),
        "actions": [SETTLED],
        "forbidden": ("cancel_movement",),
        "quantities": [
            {"action": "post_movement", "of": order.component, "is": f"{said(short)} {order.unit}"}
        ],
        "end": [_message("succeeded"), _lies(order, f"0 {order.unit}", order.location)],
        "alone": "decided",
    }


def forklift_was_faster(draw: Draw) -> Situation:
    """The whole quantity was brought to the line, nobody booked it there."""
    order = _order(draw)
    wanted = _wanted(draw, order)
    note, language = draw.note("transfer")
    return Situation(
        **_transferred(draw, order, wanted, wanted, note),
        story="Material stands at the line and was taken; the ERP still has it in the store.",
        causes=("transfer_not_booked",),
        because="The shop floor counts it at the line, the ERP in one other place",
        difficulty="easy",
        language=language,
    )


def last_few_missing(draw: Draw) -> Situation:
    """Some of it was booked to the line, the rest was not: only the rest has to be moved."""
    order = _order(draw)
    wanted = _wanted(draw, order)
    short = Decimal(draw.between(1, max(1, int(wanted) // 4)))
    return Situation(
        **_transferred(draw, order, wanted, short, draw.idle()),
        story="Part of what was taken had been booked to the line, the rest had not.",
        causes=("transfer_not_booked",),
        because="Exactly what is short was moved without a booking",
    )


def carried_by_hand(draw: Draw) -> Situation:
    """Taken straight out of the store: the line never counted it."""
    order = _order(draw, batches=False)
    wanted = _wanted(draw, order)
    note, language = draw.note("transfer")
    made = _transferred(draw, order, wanted, wanted, note)
    made["world"].insert(-1, _counted(order, said(wanted)))
    return Situation(
        **made,
        story="The operator fetched the parts from the store and reported them from the line.",
        causes=("wrong_location", "transfer_not_booked"),
        because="One other place has it; whether it lay at the line for a moment changes nothing",
        language=language,
    )


def _asked(draw: Draw, order: Order, wanted: Decimal, lying: list[Change]) -> dict[str, Any]:
    """Return what an issue looks like that nothing but a person can settle."""
    place = _lies(order, "as_before", STORE[order.plant])
    return {
        "plant": order.plant,
        "world": [supplied(order), *draw.clutter(order.plant), *lying, _issue(draw, order, wanted)],
        "signal": _signal(order),
        "forbidden": UNTOUCHED,
        "end": [_message("failed"), place],
    }


def waits_in_the_cage(draw: Draw) -> Situation:
    """All of it is in inspection, or blocked."""
    order = _order(draw)
    kind = draw.rng.choice(("quality", "blocked"))
    held = _stock(order, PLENTY, location=CAGE[order.plant], type=kind)
    return Situation(
        **_asked(draw, order, _wanted(draw, order), [_stock(order, "0", only=True), held]),
        story=f"All there is of the material is {kind} stock.",
        causes=("quality_hold",),
        because="What quality has not released is never issued",
        difficulty="easy",
    )


def between_two_halls(draw: Draw) -> Situation:
    """Posted out of one place, not into the other."""
    order = _order(draw, batches=False)
    moving = _stock(order, PLENTY, type="in_transit")
    return Situation(
        **_asked(draw, order, _wanted(draw, order), [_stock(order, "0", only=True), moving]),
        story="The transfer is posted out but not in.",
        causes=("in_transit",),
        because="Its arrival has to be posted by whoever received it",
    )


def sticker_of_another_lot(draw: Draw) -> Situation:
    """The place holds it, in another batch."""
    order = _order(draw, batches=True)
    batch = f"B-{draw.between(7000, 7999)}"
    other = _stock(order, PLENTY, location=order.location, batch=batch)
    return Situation(
        **_asked(draw, order, _wanted(draw, order), [_stock(order, "0", only=True), other]),
        story="The line holds the material in another batch than was reported.",
        causes=("wrong_batch",),
        because="Which batch went in is a question of traceability",
    )


def swept_clean(draw: Draw) -> Situation:
    """The ERP has none of it anywhere."""
    order = _order(draw)
    return Situation(
        **_asked(draw, order, _wanted(draw, order), [_stock(order, "0", only=True)]),
        story="The shop floor used what the ERP has nowhere.",
        causes=("nowhere_in_plant",),
        because="Only a count or a delivery explains it",
        difficulty="easy",
    )


def more_than_a_year_needs(draw: Draw) -> Situation:
    """A slip of the hand: many times what the order can use."""
    order = _order(draw, batches=False)
    wanted = _wanted(draw, order) * draw.rng.choice((100, 1000))
    made = _asked(draw, order, wanted, [_stock(order, "40", only=True)])
    made["world"][0] = supplied(order, 5000)
    made["end"] = [_message("failed")]
    return Situation(
        **made,
        story="Many times the order's whole need is to be issued at once.",
        causes=("issue_too_large",),
        because="The order cannot use it; moving stock for it would make it worse",
    )


def two_stores_have_it(draw: Draw) -> Situation:
    """It lies in two other places; from which one it was taken, nobody wrote down."""
    order = _order(draw)
    lying = [
        _stock(order, "0", only=True),
        _stock(order, PLENTY, location=STORE[order.plant]),
        _stock(order, PLENTY, location=THIRD[order.plant]),
    ]
    return Situation(
        **_asked(draw, order, _wanted(draw, order), lying),
        story="Two places hold enough, and nothing tells from which one it was taken.",
        causes=("transfer_not_booked", "wrong_location"),
        because="Moving it out of the wrong place would put two places wrong",
        difficulty="hard",
    )


def delivery_came_after(draw: Draw) -> Situation:
    """Short when it was refused, not short any more; the message still lies there."""
    order = _order(draw)
    wanted = _wanted(draw, order)
    made = _asked(draw, order, wanted, [_stock(order, "0", only=True)])
    made["world"].append(_stock(order, PLENTY))
    made |= {"actions": [("retry_message",)], "forbidden": ("post_movement",)}
    made["end"] = [_message("succeeded")]
    return Situation(
        **made,
        story="The delivery was booked to the line after the issue had been refused.",
        causes=("not_a_conflict",),
        because="Nothing is short; the message is good as it is",
        alone="decided",
    )


def storeman_booked_and_sent(draw: Draw) -> Situation:
    """Everything was put right by hand before anybody looked."""
    order = _order(draw)
    wanted = _wanted(draw, order)
    made = _asked(draw, order, wanted, [_stock(order, "0", only=True)])
    again = {"do": "message_sent_again", "order": order.number, "message": "${issue.message}"}
    made["world"] += [_stock(order, PLENTY), again]
    made |= {"forbidden": (*UNTOUCHED, "cancel_movement"), "end": [_message("succeeded")]}
    return Situation(
        **made,
        story="Stock was booked and the message sent again by hand.",
        causes=("not_a_conflict",),
        because="The issue is booked",
        alone="decided",
    )


def cried_too_early(draw: Draw) -> Situation:
    """A warning about material that is there."""
    order = _order(draw)
    issue = {**_issue(draw, order, _wanted(draw, order)), "state": "pending", "minutes_ago": 0}
    data = {"order": order.number, "material": order.component, "document": "${issue.document}"}
    return Situation(
        plant=order.plant,
        story="The line warned of a shortage while its issue was on its way; stock suffices.",
        world=[supplied(order), *draw.clutter(order.plant), issue],
        signal={
            "type": "concord.stock.deficit.v1",
            "data": {**data, "text": draw.idle() or "short"},
        },
        causes=("not_a_conflict",),
        forbidden=UNTOUCHED,
        end=[_lies(order, "as_before", STORE[order.plant])],
        because="Nothing is short",
        alone="decided",
    )


def nobody_took_any(draw: Draw) -> Situation:
    """A warning, but no issue: nobody can say what was wanted."""
    order = _order(draw)
    data = {"order": order.number, "material": order.component, "text": draw.idle() or "??"}
    return Situation(
        plant=order.plant,
        story="A shortage is reported, no issue of the material is.",
        world=[supplied(order), *draw.clutter(order.plant), _stock(order, "0")],
        signal={"type": "concord.stock.deficit.v1", "data": data},
        causes=(),
        forbidden=UNTOUCHED,
        end=[_lies(order, "as_before", STORE[order.plant])],
        because="Nobody said how much was taken from where",
        difficulty="hard",
    )


TEMPLATES = (
    forklift_was_faster,
    last_few_missing,
    carried_by_hand,
    waits_in_the_cage,
    between_two_halls,
    sticker_of_another_lot,
    swept_clean,
    more_than_a_year_needs,
    two_stores_have_it,
    delivery_came_after,
    storeman_booked_and_sent,
    cried_too_early,
    nobody_took_any,
)
