"""Stock counted and stock booked: what became of the difference in truth, and what tells of it.

Both sides' stock is set at the end, so that the difference is exactly what the story says; what is
right follows from which record tells of how much of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evals.generator.orders import Order, said
from evals.generator.situation import Change, Draw, NotThisTime, Situation, supplied
from tools.sandbox.scenarios.picking import Wanted

PREFIX = "giv"
UNTOUCHED = ("post_movement", "cancel_movement", "withdraw_issue", "report_issue", "retry_message")
SECOND = {"1010": "0005", "1710": "1005"}


def _order(draw: Draw, plant: str | None = None) -> Order:
    return draw.order(plant or draw.plant(), 8, Wanted(whole=Decimal(2)))


def _stock(order: Order, books: Decimal, count: Decimal, place: str = "") -> list[Change]:
    own: Change = {"material": order.component, "plant": order.plant}
    own["location"] = place or order.location
    if order.batch:
        own["batch"] = order.batch
    erp: Change = {"do": "erp_stock", **own, "quantity": said(books)}
    return [erp, {"do": "mes_stock", **own, "quantity": said(count)}]


def _books(draw: Draw) -> Decimal:
    return Decimal(draw.between(400, 900))


def _missing(draw: Draw, books: Decimal) -> Decimal:
    """Return more than any plant lets pass, and less than a fifth."""
    return (books * draw.between(4, 18) / 100).to_integral_value()


def _made(draw: Draw, order: Order, *changes: Change, words: str = "") -> dict[str, Any]:
    data = {"order": order.number, "material": order.component, "location": order.location}
    if order.batch:
        data["batch"] = order.batch
    if words:
        data["text"] = words
    return {
        "plant": order.plant,
        "world": [supplied(order), *draw.clutter(order.plant), *changes],
        "signal": {"type": "concord.inventory.variance.v1", "data": data},
    }


def _ends(order: Order, wanted: str) -> dict[str, str]:
    own = {"material": order.component, "location": order.location, "plant": order.plant}
    batch = {"batch": order.batch} if order.batch else {}
    return {"system": "erp", "what": "stock", **own, **batch, "is": wanted}


def _but(*allowed: str) -> tuple[str, ...]:
    return tuple(kind for kind in UNTOUCHED if kind not in allowed)


def scrap_nobody_booked(draw: Draw) -> Situation:
    """A component was thrown away and reported, and the ERP was not told."""
    order, books = _order(draw, "1010"), _books(draw)
    thrown = _missing(draw, books)
    report: Change = {"do": "scrap_report", "order": order.number, "material": order.component}
    report |= {"quantity": said(thrown), "reason": draw.rng.choice(("S01", "S02", "S07"))}
    amount = f"{said(thrown)} {order.unit}"
    return Situation(
        **_made(draw, order, report, *_stock(order, books, books - thrown)),
        story="What was reported as scrap is missing from the line and still in the books.",
        causes=("unrecorded_scrap",),
        actions=[("post_movement",)],
        forbidden=_but("post_movement"),
        quantities=[{"action": "post_movement", "of": order.component, "is": amount}],
        end=[_ends(order, f"-{amount}")],
        because="The report is exactly the difference, and its code has a reason in the ERP",
        alone="decided",
        difficulty="easy",
    )


def scrap_tells_only_a_part(draw: Draw) -> Situation:
    """More is missing than was reported as scrap."""
    order, books = _order(draw), _books(draw)
    missing = _missing(draw, books)
    report: Change = {"do": "scrap_report", "order": order.number, "material": order.component}
    report |= {"quantity": said((missing / 2).to_integral_value()), "reason": "S01"}
    return Situation(
        **_made(draw, order, report, *_stock(order, books, books - missing)),
        story="About half of what is missing was reported as scrap.",
        causes=(),
        forbidden=UNTOUCHED,
        end=[_ends(order, "as_before")],
        because="What became of the rest nobody has said",
        difficulty="hard",
    )


def issue_is_on_its_way(draw: Draw) -> Situation:
    """The shop floor has issued it; the message is about to go out."""
    order, books = _order(draw), _books(draw)
    taken = (order.share / 2).to_integral_value()
    if taken < books / 25:
        raise NotThisTime("too little to be noticed")
    issue: Change = {"do": "mes_goods_issue", "as": "issue", "order": order.number}
    issue |= {"material": order.component, "quantity": said(taken), "unit": order.unit}
    issue |= {"state": "pending", "minutes_ago": 0}
    if order.batch:
        issue["batch"] = order.batch
    left = books - taken
    if left <= 0:
        raise NotThisTime("more than there is")
    return Situation(
        **_made(draw, order, *_stock(order, books, books), issue, *_stock(order, books, left)),
        story="What was just taken is not yet in the books.",
        causes=("late_posting",),
        forbidden=UNTOUCHED,
        because="The waiting issue is exactly the difference and comes by itself",
        alone="decided",
    )


def stands_at_the_other_place(draw: Draw) -> Situation:
    """It was carried over, and nobody rebooked it."""
    order, books = _order(draw), _books(draw)
    carried = _missing(draw, books)
    other = _stock(order, books, books - carried, SECOND[order.plant])
    amount = f"{said(carried)} {order.unit}"
    return Situation(
        **_made(draw, order, *_stock(order, books, books + carried), *other),
        story="One place has too much by what another lacks.",
        causes=("wrong_location",),
        actions=[("post_movement",)],
        forbidden=_but("post_movement"),
        quantities=[{"action": "post_movement", "of": order.component, "is": amount}],
        end=[_ends(order, f"+{amount}")],
        because="Both places are counted and offset each other exactly",
        alone="decided",
    )


def nobody_knows(draw: Draw) -> Situation:
    """No record tells of the difference."""
    order, books = _order(draw), _books(draw)
    way = draw.rng.choice((1, -1))
    count = books + way * _missing(draw, books)
    return Situation(
        **_made(draw, order, *_stock(order, books, count)),
        story="The count differs, and nothing tells why.",
        causes=(),
        forbidden=UNTOUCHED,
        end=[_ends(order, "as_before")],
        because="An adjustment without a cause is never posted",
        difficulty="medium",
    )


def as_good_as_equal(draw: Draw) -> Situation:
    """The difference is smaller than the plant cares for."""
    order, books = _order(draw), _books(draw)
    count = books - Decimal(draw.between(0, 3))
    return Situation(
        **_made(draw, order, *_stock(order, books, count)),
        story="Both sides have as good as the same.",
        causes=("not_a_conflict",),
        forbidden=UNTOUCHED,
        end=[_ends(order, "as_before")],
        because="Less than one percent of the books",
        alone="decided",
    )


TEMPLATES = (
    scrap_nobody_booked,
    scrap_tells_only_a_part,
    issue_is_on_its_way,
    stands_at_the_other_place,
    nobody_knows,
    as_good_as_equal,
)
