"""Confirmed quantities that differ: what was made in truth, and what each side was told of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, Situation, refusal_of, supplied
from tools.sandbox.scenarios.picking import Wanted

PREFIX = "gcq"
KIND = "concord.confirmation.quantity.v1"
HARD = ("post_confirmation", "cancel_confirmation", "withdraw_confirmation", "report_confirmation")
TEXTS = ("Confirmed yield differs between MES and ERP", "Rückgemeldete Menge weicht ab")
SWAP = ("cancel_confirmation", "post_confirmation")


def _other(*actions: str) -> tuple[str, ...]:
    """Return the hard actions that would be wrong where these are right."""
    return tuple(one for one in HARD if one not in actions)


def _order(draw: Draw, pieces: bool = False) -> Order:
    plant = "1010" if pieces else draw.plant()
    return draw.order(plant, 40, Wanted(unit="ST") if pieces else None)


def _report(draw: Draw, order: Order, made: Decimal | str, **more: Any) -> Change:
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


def _corrected(order: Order, note: str = "", **amounts: Decimal) -> Change:
    row: dict[str, Any] = {"do": "mes_correction", "order": order.number}
    said_amounts = {name: said(amount) for name, amount in amounts.items()}
    return row | {"confirmation": "${report.confirmation}", "note": note} | said_amounts


def _differs(
    draw: Draw, order: Order, confirmation: str = "${report.confirmation}"
) -> dict[str, Any]:
    data = {"order": order.number, "operation": order.operation, "confirmation": confirmation}
    return {"type": KIND, "data": {**data, "text": draw.rng.choice(TEXTS)}}


def _refused(order: Order) -> dict[str, Any]:
    data = {"order": order.number, "operation": order.operation}
    names = {"confirmation": "${report.confirmation}"} | refusal_of("report")
    return {"type": KIND, "data": data | names}


def _shows(order: Order, what: str, wanted: str, system: str = "erp") -> dict[str, str]:
    about = {"order": order.number, "operation": order.operation}
    return {"system": system, "what": what, "is": wanted, **about}


def _more(order: Order, amount: Decimal) -> str:
    sign = "-" if amount < 0 else "+"
    return f"{sign}{said(abs(amount))} {order.made_in}"


def _world(draw: Draw, order: Order, *happened: Change, times: int = 3) -> Sequence[Change]:
    return [supplied(order, times), *draw.clutter(order.plant), *happened]


def _bad(draw: Draw, made: Decimal) -> Decimal:
    """Return a few pieces of a lot, too many for any tolerance and no slip of digits."""
    if made < 8:
        raise NotThisTime("the lot is too small")
    few = Decimal(draw.between(max(2, int(made) // 12), max(3, int(made) // 5)))
    if sorted(said(made)) == sorted(said(made - few)):
        raise NotThisTime("the same digits in another order")
    return few


def gone_in_the_gateway(draw: Draw) -> Situation:
    """The message went out and never came in."""
    order = _order(draw)
    made = draw.lot(order)
    lost = {"do": "message_lost", "order": order.number, "confirmation": "${report.confirmation}"}
    return Situation(
        plant=order.plant,
        story="Confirmed at the terminal and counted as sent; the ERP never had it.",
        world=_world(draw, order, _report(draw, order, made, state="pending"), lost),
        signal=_differs(draw, order),
        causes=("erp_posting_missing",),
        actions=[("post_confirmation",)],
        forbidden=_other("post_confirmation"),
        quantities=[
            {"action": "post_confirmation", "of": "yielded", "is": f"{said(made)} {order.made_in}"}
        ],
        end=[
            _shows(order, "yield", _more(order, made)),
            _shows(order, "confirmations", "+1"),
            _shows(order, "confirmations", "as_before", "mes"),
        ],
        because="The shop floor made it and the ERP holds nothing of it",
        alone="decided",
        difficulty="easy",
    )


def came_in_again(draw: Draw) -> Situation:
    """The gateway delivered one message two times."""
    order = _order(draw)
    made = min(draw.lot(order), (order.left * Decimal("0.45")).to_integral_value())
    again = {"do": "message_posted_twice", "order": order.number}
    twice = again | {"confirmation": "${report.confirmation}"}
    return Situation(
        plant=order.plant,
        story="One confirmation stands in the ERP two times under the same key.",
        world=_world(draw, order, _report(draw, order, made), twice, times=6),
        signal=_differs(draw, order),
        causes=("posted_twice",),
        actions=[("cancel_confirmation",)],
        forbidden=_other("cancel_confirmation"),
        end=[
            _shows(order, "yield", _more(order, -made)),
            _shows(order, "confirmations", "-1"),
            _shows(order, "yield", "as_before", "mes"),
        ],
        because="One key names one confirmation",
        alone="decided",
        difficulty="easy",
    )


def counted_once_more(draw: Draw) -> Situation:
    """Some pieces turned out bad after the posting; the terminal was corrected."""
    order = _order(draw, pieces=True)
    made = draw.lot(order)
    bad = _bad(draw, made)
    note, language = draw.note("scrap", said(bad))
    return Situation(
        plant=order.plant,
        story="After the posting the terminal's report was corrected: some pieces are scrap.",
        world=_world(
            draw,
            order,
            _report(draw, order, made),
            _corrected(order, note, yielded=made - bad, scrapped=bad),
        ),
        signal=_differs(draw, order),
        causes=("changed_after_posting",),
        actions=[SWAP],
        forbidden=("withdraw_confirmation", "report_confirmation"),
        quantities=[
            {"action": "post_confirmation", "of": "scrapped", "is": f"{said(bad)} {order.made_in}"}
        ],
        end=[
            _shows(order, "yield", _more(order, -bad)),
            _shows(order, "scrap", _more(order, bad)),
            _shows(order, "confirmations", "as_before"),
        ],
        because="The shop floor owns what it made; the ERP follows it",
        alone="decided",
        language=language,
    )


def sent_to_rework(draw: Draw) -> Situation:
    """Pieces posted as good went to rework."""
    order = _order(draw, pieces=True)
    made = draw.lot(order)
    bad = _bad(draw, made)
    note, language = draw.note("rework", said(bad))
    return Situation(
        plant=order.plant,
        story="Some pieces went to rework; the ERP has them as good ones.",
        world=_world(
            draw,
            order,
            _report(draw, order, made),
            _corrected(order, note, yielded=made - bad, reworked=bad),
        ),
        signal=_differs(draw, order),
        causes=("rework_counted_as_yield",),
        actions=[SWAP],
        forbidden=("withdraw_confirmation", "report_confirmation"),
        end=[
            _shows(order, "yield", _more(order, -bad)),
            _shows(order, "scrap", "as_before"),
        ],
        because="The shop floor says rework, the ERP good quantity",
        alone="decided",
        language=language,
    )


def called_into_the_office(draw: Draw) -> Situation:
    """The office booked scrap that the terminal reported too."""
    order = _order(draw, pieces=True)
    made = draw.lot(order)
    bad = _bad(draw, made)
    note, language = draw.note("scrap", said(bad))
    place = {"order": order.number, "quantity": said(bad)}
    booked = {"do": "erp_scrap", "operation": order.operation, "minutes_ago": 170, **place}
    told = {"do": "scrap_report", "reason": "S02", "minutes_ago": 160, "note": note, **place}
    split = {"scrapped": said(bad), "minutes_ago": 30}
    return Situation(
        plant=order.plant,
        story="The same bad pieces were booked by the office and reported by the terminal.",
        world=_world(draw, order, booked, told, _report(draw, order, made - bad, **split)),
        signal=_differs(draw, order),
        causes=("scrap_posted_in_erp",),
        actions=[("cancel_confirmation",)],
        forbidden=_other("cancel_confirmation"),
        end=[
            _shows(order, "scrap", _more(order, -bad)),
            _shows(order, "yield", "as_before"),
        ],
        because="The shop floor counts the scrap once, the ERP twice",
        alone="decided",
        language=language,
    )


def copied_from_the_slip(draw: Draw) -> Situation:
    """A clerk cancelled the posting and typed it in again with its digits turned round."""
    order = _order(draw)
    tens, ones = draw.between(2, 9), draw.between(1, 9)
    made, typed = Decimal(10 * tens + ones), Decimal(10 * ones + tens)
    if tens == ones or max(made, typed) >= order.left:
        raise NotThisTime("no such number fits")
    back = {"do": "erp_cancellation", "confirmation": "${report.erp}", "minutes_ago": 30}
    key = {"do": "erp_confirmation", "as": "clerk", "order": order.number, "note": "per slip"}
    key |= {"operation": order.operation, "yielded": said(typed), "minutes_ago": 20}
    return Situation(
        plant=order.plant,
        story="The posting was cancelled and keyed in again with two digits turned round.",
        world=_world(draw, order, _report(draw, order, made), back, key),
        signal=_differs(draw, order),
        causes=("entered_wrong",),
        actions=[SWAP],
        forbidden=("withdraw_confirmation", "report_confirmation"),
        end=[
            _shows(order, "yield", _more(order, made - typed)),
            _shows(order, "confirmations", "as_before"),
        ],
        because="What was typed by hand has the same digits in another order",
        alone="decided",
        difficulty="hard",
    )


def planner_cut_it(draw: Draw) -> Situation:
    """The order was cut while its lot was running."""
    order = _order(draw, pieces=True)
    cut = {"do": "order_quantity", "order": order.number, "quantity": said(order.lot)}
    return Situation(
        plant=order.plant,
        story="The order was cut in the ERP; the shop floor made what it had been asked for.",
        world=_world(draw, order, cut, _report(draw, order, order.left, state="refused")),
        signal=_refused(order),
        causes=("order_quantity_changed",),
        forbidden=("post_confirmation", "withdraw_confirmation", "retry_message"),
        end=[_shows(order, "yield", "as_before")],
        because="Whether what was made too much is kept is the planner's decision",
    )


def tank_gave_more(draw: Draw) -> Situation:
    """More was made than the order asks for."""
    order = _order(draw)
    made = (order.left * Decimal(draw.between(130, 180)) / 100).to_integral_value()
    much = _report(draw, order, made, others=False, state="refused")
    return Situation(
        plant=order.plant,
        story="More was made than was ordered, and the ERP refuses it.",
        world=_world(draw, order, much, times=12),
        signal=_refused(order),
        causes=("over_confirmation",),
        forbidden=(*HARD, "retry_message"),
        end=[_shows(order, "yield", "as_before")],
        because="No number on record says that less was made",
    )


def still_in_the_queue(draw: Draw) -> Situation:
    """Compared in the minute before the message arrived."""
    order = _order(draw)
    made = draw.lot(order)
    waiting = _report(draw, order, made, state="pending", minutes_ago=0)
    return Situation(
        plant=order.plant,
        story="The comparison ran while the confirmation was on its way.",
        world=_world(draw, order, waiting),
        signal=_differs(draw, order),
        causes=("not_a_conflict",),
        forbidden=HARD,
        end=[_shows(order, "confirmations", "+1")],
        because="It arrives by itself",
        alone="decided",
    )


def scale_read_again(draw: Draw) -> Situation:
    """A difference just within what the plant tolerates."""
    order = draw.order("1710", 200)
    made = max(draw.lot(order), Decimal(120))
    off = (made * Decimal(draw.between(2, 9)) / 1000).quantize(Decimal("0.1"))
    return Situation(
        plant=order.plant,
        story="The scale was read again; the difference is within one per cent.",
        world=_world(
            draw, order, _report(draw, order, made), _corrected(order, "", yielded=made - off)
        ),
        signal=_differs(draw, order),
        causes=("not_a_conflict",),
        forbidden=HARD,
        end=[_shows(order, "yield", "as_before")],
        because="The plant tolerates one per cent",
        alone="decided",
        difficulty="hard",
    )


def _lost_and_keyed(draw: Draw, order: Order, made: Decimal, typed: Decimal) -> Sequence[Change]:
    lost = {"do": "message_lost", "order": order.number, "confirmation": "${report.confirmation}"}
    key = {"do": "erp_confirmation", "order": order.number, "operation": order.operation}
    clerk = key | {"yielded": said(typed), "note": draw.idle(), "minutes_ago": 45}
    return _world(draw, order, _report(draw, order, made, state="pending"), lost, clerk)


def office_was_quicker(draw: Draw) -> Situation:
    """The message was lost, and somebody keyed the same quantity in by hand."""
    order = _order(draw)
    made = draw.lot(order)
    return Situation(
        plant=order.plant,
        story="The message was lost; the office has keyed the confirmation in since.",
        world=_lost_and_keyed(draw, order, made, made),
        signal=_differs(draw, order),
        causes=("not_a_conflict",),
        forbidden=HARD,
        end=[_shows(order, "confirmations", "as_before")],
        because="Both sides count the same",
        alone="decided",
    )


def two_numbers_stand(draw: Draw) -> Situation:
    """The message was lost, and somebody keyed in another quantity."""
    order = _order(draw)
    made = draw.lot(order)
    typed = made - _bad(draw, made)
    return Situation(
        plant=order.plant,
        story="The ERP lacks the report, and holds another quantity keyed in by hand.",
        world=_lost_and_keyed(draw, order, made, typed),
        signal=_differs(draw, order),
        causes=(),
        forbidden=HARD,
        end=[_shows(order, "confirmations", "as_before")],
        because="Whether the entry stands for the report or beside it, no record says",
        difficulty="hard",
    )


def counter_says_otherwise(draw: Draw) -> Situation:
    """The report was corrected, the operation's own counter was not."""
    order = _order(draw, pieces=True)
    made = draw.lot(order)
    less = _corrected(order, "", yielded=made - _bad(draw, made)) | {"counted": False}
    return Situation(
        plant=order.plant,
        story="The shop floor contradicts itself: report and counter differ.",
        world=_world(draw, order, _report(draw, order, made), less),
        signal=_differs(draw, order),
        causes=(),
        forbidden=HARD,
        end=[_shows(order, "yield", "as_before")],
        because="Two numbers of the same system, and nothing tells which is true",
        difficulty="hard",
    )


def nobody_at_the_terminal(draw: Draw) -> Situation:
    """The ERP has a confirmation that no terminal knows."""
    order = _order(draw)
    made = draw.lot(order)
    key = {"do": "erp_confirmation", "as": "clerk", "order": order.number, "note": draw.idle()}
    key |= {"operation": order.operation, "yielded": said(made), "minutes_ago": draw.minutes()}
    return Situation(
        plant=order.plant,
        story="Confirmed in the ERP, by no terminal.",
        world=_world(draw, order, key),
        signal=_differs(draw, order, "${clerk.confirmation}"),
        causes=("only_in_erp",),
        forbidden=HARD,
        end=[_shows(order, "confirmations", "as_before")],
        because="Whether it was made, only who keyed it in can say",
    )


def taken_back_by_one(draw: Draw) -> Situation:
    """Cancelled in the ERP, still counted on the shop floor."""
    order = _order(draw)
    back = {"do": "erp_cancellation", "confirmation": "${report.erp}", "minutes_ago": 100}
    return Situation(
        plant=order.plant,
        story="The posting was cancelled in the ERP; the shop floor still counts it.",
        world=_world(draw, order, _report(draw, order, draw.lot(order)), back),
        signal=_differs(draw, order),
        causes=("cancelled_on_one_side",),
        forbidden=("post_confirmation", "withdraw_confirmation"),
        end=[_shows(order, "yield", "as_before")],
        because="Which of the two was meant, only who cancelled it can say",
    )


TEMPLATES = (
    gone_in_the_gateway,
    came_in_again,
    counted_once_more,
    sent_to_rework,
    called_into_the_office,
    copied_from_the_slip,
    planner_cut_it,
    tank_gave_more,
    still_in_the_queue,
    scale_read_again,
    office_was_quicker,
    two_numbers_stand,
    counter_says_otherwise,
    nobody_at_the_terminal,
    taken_back_by_one,
)
