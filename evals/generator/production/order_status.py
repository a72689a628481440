"""Orders that stand elsewhere in two systems: what happened to them in truth, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, Situation, supplied

PREFIX = "gos"
STEPS = ("release_order", "dispatch_order", "complete_order", "finish_order")
BOOKED = ("cancel_confirmation", "post_confirmation")
UNTOUCHED = (*STEPS, *BOOKED)
MORE_TO_COME = (
    ("Rest folgt Montag", "de"),
    ("noch nicht fertig, zwei Paletten fehlen", "de"),
    ("bitte nicht abschließen, Restmenge kommt", "de"),
    ("remaining pieces come tomorrow", "en"),
    ("do not close yet, more to come", "en"),
    ("finished by mistake, still running", "en"),
)


def _others(*right: str) -> tuple[str, ...]:
    return tuple(one for one in UNTOUCHED if one not in right)


def _stands(order: Order, side: str, status: str) -> Change:
    return {"do": "order_status", "order": order.number, "side": side, "status": status}


def _told(draw: Draw, order: Order, *world: Change) -> dict[str, Any]:
    words = draw.rng.choice(("Order status differs", "Status weicht ab", "Sweep: status", ""))
    data = {"order": order.number, **({"text": words} if words else {})}
    return {
        "plant": order.plant,
        "world": [*draw.clutter(order.plant), *world],
        "signal": {"type": "concord.order.status.v1", "data": data},
    }


def _ends(order: Order, **sides: str) -> Sequence[dict[str, str]]:
    return [
        {"system": side, "what": "order_status", "order": order.number, "is": wanted}
        for side, wanted in sides.items()
    ]


def _reported(draw: Draw, order: Order, state: str) -> list[Change]:
    lot = draw.lot(order)
    report = {"do": "mes_confirmation", "order": order.number, "yielded": said(lot)}
    return [supplied(order), {**report, "state": state, "minutes_ago": 0}]


def finished_on_the_floor(draw: Draw) -> Situation:
    """The shift ended it; all that was made is posted."""
    order = draw.order(draw.plant())
    done = draw.rng.choice(("confirmed", "delivered", "closed"))
    return Situation(
        **_told(draw, order, _stands(order, "mes", done)),
        story="Done on the floor and posted; the ERP waits for more.",
        causes=("erp_behind",),
        actions=[("complete_order",)],
        forbidden=_others("complete_order"),
        end=_ends(order, erp="technically_completed"),
        because="Nothing is left to be posted; completing cannot be undone, so a planner agrees",
    )


def left_open_at_the_terminal(draw: Draw) -> Situation:
    """The ERP ended it, nothing is in work, nobody finished it on the floor."""
    order = draw.order(draw.plant())
    over = draw.rng.choice(("technically_completed", "confirmed", "delivered"))
    emptied = [_stands(order, "mes", "confirmed"), _stands(order, "mes", "in_progress")]
    return Situation(
        **_told(draw, order, *emptied, _stands(order, "erp", over)),
        story="The ERP is done with it; an empty terminal still shows it as running.",
        causes=("mes_behind",),
        actions=[("finish_order",)],
        forbidden=_others("finish_order"),
        end=_ends(order, mes="confirmed"),
        because="Nothing is in work and all is posted",
    )


def started_from_paper(draw: Draw) -> Situation:
    """It runs, and the ERP has not released it."""
    order = draw.order(draw.plant())
    stands = (_stands(order, "mes", "in_progress"), _stands(order, "erp", "created"))
    return Situation(
        **_told(draw, order, *stands),
        story="The line began from a printout.",
        causes=("erp_not_released",),
        actions=[("release_order",)],
        forbidden=_others("release_order"),
        end=_ends(order, erp="released", mes="in_progress"),
        because="What runs is a fact; the release follows if a planner agrees",
        difficulty="easy",
    )


def never_reached_the_floor(draw: Draw) -> Situation:
    """The ERP released it, the shop floor shows it as created."""
    order = draw.order(draw.plant())
    stands = (_stands(order, "mes", "created"), _stands(order, "erp", "released"))
    return Situation(
        **_told(draw, order, *stands),
        story="Released in the office, unknown on the dispatch list.",
        causes=("mes_not_released",),
        actions=[("dispatch_order",)],
        forbidden=_others("dispatch_order"),
        end=_ends(order, mes="released", erp="released"),
        because="The ERP decides on the release, and has",
        difficulty="easy",
    )


def released_by_hand(draw: Draw) -> Situation:
    """The floor may start what the ERP has not released; nothing was begun."""
    order = draw.order(draw.plant())
    stands = (_stands(order, "mes", "released"), _stands(order, "erp", "created"))
    return Situation(
        **_told(draw, order, *stands),
        story="Somebody put it on the dispatch list before its release.",
        causes=("released_too_early",),
        forbidden=UNTOUCHED,
        end=_ends(order, erp="created", mes="on_hold"),
        because="As long as nothing runs it is kept from starting, and the planner is asked",
    )


def given_up_on_one_side(draw: Draw) -> Situation:
    """One side has discarded it."""
    order = draw.order(draw.plant())
    side = draw.rng.choice(("erp", "mes"))
    return Situation(
        **_told(draw, order, _stands(order, side, "discarded")),
        story="One side has given the order up, the other goes on.",
        causes=("discarded_on_one_side",),
        forbidden=UNTOUCHED,
        end=_ends(order, erp="as_before"),
        because="Only a planner gives an order up",
    )


def last_report_kept_back(draw: Draw) -> Situation:
    """Done on the floor, but its last lot was never let through."""
    order = draw.order(draw.plant())
    kept = _reported(draw, order, "held")
    return Situation(
        **_told(draw, order, *kept, _stands(order, "mes", "confirmed")),
        story="Finished, and one report is on hold.",
        causes=("posting_missing",),
        forbidden=UNTOUCHED,
        end=_ends(order, erp="as_before"),
        because="Completing now would shut the last lot out",
        difficulty="hard",
    )


def last_report_on_its_way(draw: Draw) -> Situation:
    """Done a moment ago; the posting is in the queue."""
    order = draw.order(draw.plant())
    sent = _reported(draw, order, "pending")
    return Situation(
        **_told(draw, order, *sent, _stands(order, "mes", "confirmed")),
        story="Finished a moment ago, its report waits to be sent.",
        causes=("not_a_conflict",),
        forbidden=UNTOUCHED,
        end=_ends(order, mes="confirmed"),
        because="The posting on its way brings the ERP along",
        alone="decided",
    )


def over_on_both_sides(draw: Draw) -> Situation:
    """Two words for one state."""
    order = draw.order(draw.plant())
    over = draw.rng.choice(("technically_completed", "closed"))
    stands = (_stands(order, "mes", "confirmed"), _stands(order, "erp", over))
    return Situation(
        **_told(draw, order, *stands),
        story="Done on the floor, a step further in the ERP.",
        causes=("not_a_conflict",),
        forbidden=UNTOUCHED,
        end=_ends(order, erp="as_before", mes="as_before"),
        because="The ERP is a step further, as it should be",
        alone="decided",
        difficulty="easy",
    )


def words_say_there_is_more(draw: Draw) -> Situation:
    """The status says done, the people say not yet."""
    order = draw.order(draw.plant())
    words, language = draw.rng.choice(MORE_TO_COME)
    note: Change = {"do": "note", "order": order.number, "text": words}
    return Situation(
        **_told(draw, order, _stands(order, "mes", "confirmed"), note),
        story="Finished by its status; its text says that more is to come.",
        causes=(),
        forbidden=UNTOUCHED,
        end=_ends(order, erp="as_before", mes="as_before"),
        because="Completing would drop what the rest needs; status and words contradict each other",
        difficulty="hard",
        language=language,
        decided_by="free_text",
    )


def entered_in_the_office(draw: Draw) -> Situation:
    """The ERP has a confirmation the floor never reported."""
    order = draw.order(draw.plant())
    made = str(draw.between(1, 5))
    entry: Change = {"do": "erp_confirmation", "order": order.number, "yielded": made}
    entry["operation"] = order.operation
    return Situation(
        **_told(draw, order, supplied(order), entry),
        story="A clerk confirmed what nobody reported.",
        causes=(),
        forbidden=UNTOUCHED,
        end=_ends(order, erp="as_before", mes="as_before"),
        because="Whose count is right cannot be told from two statuses",
        difficulty="hard",
    )


TEMPLATES = (
    finished_on_the_floor,
    words_say_there_is_more,
    last_report_on_its_way,
    left_open_at_the_terminal,
    started_from_paper,
    never_reached_the_floor,
    released_by_hand,
    given_up_on_one_side,
    last_report_kept_back,
    over_on_both_sides,
    entered_in_the_office,
)
