"""Confirmed quantities that differ: what was made in truth, and what each side was told of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from evals.generator.confirming import (
    HARD,
    by,
    corrected,
    differs,
    order_in_work,
    others_than,
    reported,
    shows,
    signal_of_refusal,
    so_it_happened,
    some_bad,
)
from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, Situation

PREFIX = "gcq"
SWAP = ("cancel_confirmation", "post_confirmation")


def gone_in_the_gateway(draw: Draw) -> Situation:
    """The message went out and never came in."""
    order = order_in_work(draw)
    made = draw.lot(order)
    lost = {"do": "message_lost", "order": order.number, "confirmation": "${report.confirmation}"}
    return Situation(
        plant=order.plant,
        story="Confirmed at the terminal and counted as sent; the ERP never had it.",
        world=so_it_happened(draw, order, reported(draw, order, made, state="pending"), lost),
        signal=differs(draw, order),
        causes=("erp_posting_missing",),
        actions=[("post_confirmation",)],
        forbidden=others_than("post_confirmation"),
        quantities=[
            {"action": "post_confirmation", "of": "yielded", "is": f"{said(made)} {order.made_in}"}
        ],
        end=[
            shows(order, "yield", by(order, made)),
            shows(order, "confirmations", "+1"),
            shows(order, "confirmations", "as_before", "mes"),
        ],
        because="The shop floor made it and the ERP holds nothing of it",
        alone="decided",
        difficulty="easy",
    )


def came_in_again(draw: Draw) -> Situation:
    """The gateway delivered one message two times."""
    order = order_in_work(draw)
    made = min(draw.lot(order), (order.left * Decimal("0.45")).to_integral_value())
    again = {"do": "message_posted_twice", "order": order.number}
    twice = again | {"confirmation": "${report.confirmation}"}
    return Situation(
        plant=order.plant,
        story="One confirmation stands in the ERP two times under the same key.",
        world=so_it_happened(draw, order, reported(draw, order, made), twice, times=6),
        signal=differs(draw, order),
        causes=("posted_twice",),
        actions=[("cancel_confirmation",)],
        forbidden=others_than("cancel_confirmation"),
        end=[
            shows(order, "yield", by(order, -made)),
            shows(order, "confirmations", "-1"),
            shows(order, "yield", "as_before", "mes"),
        ],
        because="One key names one confirmation",
        alone="decided",
        difficulty="easy",
    )


def counted_once_more(draw: Draw) -> Situation:
    """Some pieces turned out bad after the posting; the terminal was corrected."""
    order = order_in_work(draw, pieces=True)
    made = draw.lot(order)
    bad = some_bad(draw, made)
    note, language = draw.note("scrap", said(bad))
    return Situation(
        plant=order.plant,
        story="After the posting the terminal's report was corrected: some pieces are scrap.",
        world=so_it_happened(
            draw,
            order,
            reported(draw, order, made),
            corrected(order, note, yielded=made - bad, scrapped=bad),
        ),
        signal=differs(draw, order),
        causes=("changed_after_posting",),
        actions=[SWAP],
        forbidden=("withdraw_confirmation", "report_confirmation"),
        quantities=[
            {"action": "post_confirmation", "of": "scrapped", "is": f"{said(bad)} {order.made_in}"}
        ],
        end=[
            shows(order, "yield", by(order, -bad)),
            shows(order, "scrap", by(order, bad)),
            shows(order, "confirmations", "as_before"),
        ],
        because="The shop floor owns what it made; the ERP follows it",
        alone="decided",
        language=language,
    )


def sent_to_rework(draw: Draw) -> Situation:
    """Pieces posted as good went to rework."""
    order = order_in_work(draw, pieces=True)
    made = draw.lot(order)
    bad = some_bad(draw, made)
    note, language = draw.note("rework", said(bad))
    return Situation(
        plant=order.plant,
        story="Some pieces went to rework; the ERP has them as good ones.",
        world=so_it_happened(
            draw,
            order,
            reported(draw, order, made),
            corrected(order, note, yielded=made - bad, reworked=bad),
        ),
        signal=differs(draw, order),
        causes=("rework_counted_as_yield",),
        actions=[SWAP],
        forbidden=("withdraw_confirmation", "report_confirmation"),
        end=[
            shows(order, "yield", by(order, -bad)),
            shows(order, "scrap", "as_before"),
        ],
        because="The shop floor says rework, the ERP good quantity",
        alone="decided",
        language=language,
    )


def called_into_the_office(draw: Draw) -> Situation:
    """The office booked scrap that the terminal reported too."""
    order = order_in_work(draw, pieces=True)
    made = draw.lot(order)
    bad = some_bad(draw, made)
    note, language = draw.note("scrap", said(bad))
    place = {"order": order.number, "quantity": said(bad)}
    booked = {"do": "erp_scrap", "operation": order.operation, "minutes_ago": 170, **place}
    told = {"do": "scrap_report", "reason": "S02", "minutes_ago": 160, "note": note, **place}
    split = {"scrapped": said(bad), "minutes_ago": 30}
    return Situation(
        plant=order.plant,
        story="The same bad pieces were booked by the office and reported by the terminal.",
        world=so_it_happened(draw, order, booked, told, reported(draw, order, made - bad, **split)),
        signal=differs(draw, order),
        causes=("scrap_posted_in_erp",),
        actions=[("cancel_confirmation",)],
        forbidden=others_than("cancel_confirmation"),
        end=[
            shows(order, "scrap", by(order, -bad)),
            shows(order, "yield", "as_before"),
        ],
        because="The shop floor counts the scrap once, the ERP twice",
        alone="decided",
        language=language,
    )


def copied_from_the_slip(draw: Draw) -> Situation:
    """A clerk cancelled the posting and typed it in again with its digits turned round."""
    order = order_in_work(draw)
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
        world=so_it_happened(draw, order, reported(draw, order, made), back, key),
        signal=differs(draw, order),
        causes=("entered_wrong",),
        actions=[SWAP],
        forbidden=("withdraw_confirmation", "report_confirmation"),
        end=[
            shows(order, "yield", by(order, made - typed)),
            shows(order, "confirmations", "as_before"),
        ],
        because="What was typed by hand has the same digits in another order",
        alone="decided",
        difficulty="hard",
    )


def planner_cut_it(draw: Draw) -> Situation:
    """The order was cut while its lot was running."""
    order = order_in_work(draw, pieces=True)
    cut = {"do": "order_quantity", "order": order.number, "quantity": said(order.lot)}
    return Situation(
        plant=order.plant,
        story="The order was cut in the ERP; the shop floor made what it had been asked for.",
        world=so_it_happened(draw, order, cut, reported(draw, order, order.left, state="refused")),
        signal=signal_of_refusal(order),
        causes=("order_quantity_changed",),
        forbidden=("post_confirmation", "withdraw_confirmation", "retry_message"),
        end=[shows(order, "yield", "as_before")],
        because="Whether what was made too much is kept is the planner's decision",
    )


def tank_gave_more(draw: Draw) -> Situation:
    """More was made than the order asks for."""
    order = order_in_work(draw)
    made = (order.left * Decimal(draw.between(130, 180)) / 100).to_integral_value()
    much = reported(draw, order, made, others=False, state="refused")
    return Situation(
        plant=order.plant,
        story="More was made than was ordered, and the ERP refuses it.",
        world=so_it_happened(draw, order, much, times=12),
        signal=signal_of_refusal(order),
        causes=("over_confirmation",),
        forbidden=(*HARD, "retry_message"),
        end=[shows(order, "yield", "as_before")],
        because="No number on record says that less was made",
    )


def still_in_the_queue(draw: Draw) -> Situation:
    """Compared in the minute before the message arrived."""
    order = order_in_work(draw)
    made = draw.lot(order)
    waiting = reported(draw, order, made, state="pending", minutes_ago=0)
    return Situation(
        plant=order.plant,
        story="The comparison ran while the confirmation was on its way.",
        world=so_it_happened(draw, order, waiting),
        signal=differs(draw, order),
        causes=("not_a_conflict",),
        forbidden=HARD,
        end=[shows(order, "confirmations", "+1")],
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
        world=so_it_happened(
            draw, order, reported(draw, order, made), corrected(order, "", yielded=made - off)
        ),
        signal=differs(draw, order),
        causes=("not_a_conflict",),
        forbidden=HARD,
        end=[shows(order, "yield", "as_before")],
        because="The plant tolerates one per cent",
        alone="decided",
        difficulty="hard",
    )


def _lost_and_keyed(draw: Draw, order: Order, made: Decimal, typed: Decimal) -> Sequence[Change]:
    lost = {"do": "message_lost", "order": order.number, "confirmation": "${report.confirmation}"}
    key = {"do": "erp_confirmation", "order": order.number, "operation": order.operation}
    clerk = key | {"yielded": said(typed), "note": draw.idle(), "minutes_ago": 45}
    return so_it_happened(draw, order, reported(draw, order, made, state="pending"), lost, clerk)


def office_was_quicker(draw: Draw) -> Situation:
    """The message was lost, and somebody keyed the same quantity in by hand."""
    order = order_in_work(draw)
    made = draw.lot(order)
    return Situation(
        plant=order.plant,
        story="The message was lost; the office has keyed the confirmation in since.",
        world=_lost_and_keyed(draw, order, made, made),
        signal=differs(draw, order),
        causes=("not_a_conflict",),
        forbidden=HARD,
        end=[shows(order, "confirmations", "as_before")],
        because="Both sides count the same",
        alone="decided",
    )


def two_numbers_stand(draw: Draw) -> Situation:
    """The message was lost, and somebody keyed in another quantity."""
    order = order_in_work(draw)
    made = draw.lot(order)
    typed = made - some_bad(draw, made)
    return Situation(
        plant=order.plant,
        story="The ERP lacks the report, and holds another quantity keyed in by hand.",
        world=_lost_and_keyed(draw, order, made, typed),
        signal=differs(draw, order),
        causes=(),
        forbidden=HARD,
        end=[shows(order, "confirmations", "as_before")],
        because="Whether the entry stands for the report or beside it, no record says",
        difficulty="hard",
    )


def counter_says_otherwise(draw: Draw) -> Situation:
    """The report was corrected, the operation's own counter was not."""
    order = order_in_work(draw, pieces=True)
    made = draw.lot(order)
    less = corrected(order, "", yielded=made - some_bad(draw, made)) | {"counted": False}
    return Situation(
        plant=order.plant,
        story="The shop floor contradicts itself: report and counter differ.",
        world=so_it_happened(draw, order, reported(draw, order, made), less),
        signal=differs(draw, order),
        causes=(),
        forbidden=HARD,
        end=[shows(order, "yield", "as_before")],
        because="Two numbers of the same system, and nothing tells which is true",
        difficulty="hard",
    )


def nobody_at_the_terminal(draw: Draw) -> Situation:
    """The ERP has a confirmation that no terminal knows."""
    order = order_in_work(draw)
    made = draw.lot(order)
    key = {"do": "erp_confirmation", "as": "clerk", "order": order.number, "note": draw.idle()}
    key |= {"operation": order.operation, "yielded": said(made), "minutes_ago": draw.minutes()}
    return Situation(
        plant=order.plant,
        story="Confirmed in the ERP, by no terminal.",
        world=so_it_happened(draw, order, key),
        signal=differs(draw, order, "${clerk.confirmation}"),
        causes=("only_in_erp",),
        forbidden=HARD,
        end=[shows(order, "confirmations", "as_before")],
        because="Whether it was made, only who keyed it in can say",
    )


def taken_back_by_one(draw: Draw) -> Situation:
    """Cancelled in the ERP, still counted on the shop floor."""
    order = order_in_work(draw)
    back = {"do": "erp_cancellation", "confirmation": "${report.erp}", "minutes_ago": 100}
    return Situation(
        plant=order.plant,
        story="The posting was cancelled in the ERP; the shop floor still counts it.",
        world=so_it_happened(draw, order, reported(draw, order, draw.lot(order)), back),
        signal=differs(draw, order),
        causes=("cancelled_on_one_side",),
        forbidden=("post_confirmation", "withdraw_confirmation"),
        end=[shows(order, "yield", "as_before")],
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
