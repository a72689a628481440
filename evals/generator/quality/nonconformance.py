"""Defects that are logged: of a batch or without one, known on both sides or on one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evals.generator.orders import Order
from evals.generator.situation import Change, Draw, Situation
from tools.sandbox.scenarios.picking import Wanted

PREFIX = "gnc"
NEVER = ("cancel_movement", "post_confirmation", "lift_hold")
UNTOUCHED = (*NEVER, "post_movement")
# What the agent may move alone in plant 1010 is at most twenty of anything that is drawn there.
FEW = 20


def _batched(draw: Draw) -> Order:
    return draw.order(draw.plant(), 8, Wanted(batches=True, whole=Decimal(2)))


def _new_batch(draw: Draw, order: Order, **more: Any) -> tuple[str, int, list[Change]]:
    """Return a batch nobody has used yet, how much of it there is, and what puts it there."""
    batch, amount = f"B8{draw.between(10000, 99999)}", draw.between(8, FEW)
    lies = {"material": order.component, "batch": batch, "location": order.location}
    there: Change = {**lies, "plant": order.plant, "quantity": str(amount)}
    return batch, amount, [{"do": "erp_stock", **there, **more}, {"do": "mes_stock", **there}]


def _logged(
    draw: Draw, order: Order, batch: str, bad: int, *before: Change, **more: Any
) -> dict[str, Any]:
    """Return what a defect of a batch looks like."""
    defect = {
        "do": "nonconformance",
        "as": "defect",
        "order": order.number,
        "material": order.component,
        "batch": batch,
        "code": draw.rng.choice(("DIM", "SURF", "COLOR")),
        "quantity": str(bad),
        "severity": draw.rng.choice(("major", "critical")),
        "minutes_ago": draw.minutes(),
    }
    keys = {"order": order.number, "material": order.component, "batch": batch}
    return {
        "plant": order.plant,
        "world": [*draw.clutter(order.plant), *before, {**defect, **more}],
        "signal": {
            "type": "concord.nonconformance.logged.v1",
            "data": {**keys, "nonconformance": "${defect.nonconformance}"},
        },
    }


def _held(order: Order, batch: str) -> Change:
    about = {"kind": "batch", "object": batch, "material": order.component}
    return {"do": "mes_hold", "as": "hold", "reason": "Quality decides", **about}


def _stock(order: Order, batch: str, wanted: str) -> dict[str, str]:
    place = {"material": order.component, "batch": batch, "location": order.location}
    return {"system": "erp", "what": "stock", "is": wanted, **place}


def held_on_the_floor_only(draw: Draw) -> Situation:
    """The shop floor holds a new batch, the ERP has it free."""
    order = _batched(draw)
    batch, amount, put = _new_batch(draw, order)
    return Situation(
        **_logged(draw, order, batch, 2, *put, _held(order, batch)),
        story="A batch on hold on the shop floor is in free use in the ERP.",
        causes=("block_missing",),
        actions=[("post_movement",)],
        forbidden=NEVER,
        quantities=[
            {"action": "post_movement", "of": order.component, "is": f"{amount} {order.unit}"}
        ],
        end=[_stock(order, batch, f"0 {order.unit}")],
        because="Nothing of it is used: all of it has to be blocked",
        alone="decided",
    )


def blocked_in_the_erp_only(draw: Draw) -> Situation:
    """The ERP has blocked it, the shop floor may still take it."""
    order = _batched(draw)
    batch, _, put = _new_batch(draw, order, type="blocked")
    return Situation(
        **_logged(draw, order, batch, 2, *put),
        story="A batch blocked in the ERP has no hold on the shop floor.",
        causes=("hold_missing",),
        forbidden=UNTOUCHED,
        end=[_stock(order, batch, "as_before")],
        because="A hold changes no book, and a person sees that it stands",
        difficulty="easy",
    )


def known_on_both_sides(draw: Draw) -> Situation:
    """Nobody can take it any more."""
    order = _batched(draw)
    batch, _, put = _new_batch(draw, order, type=draw.rng.choice(("blocked", "quality")))
    return Situation(
        **_logged(draw, order, batch, 2, *put, _held(order, batch)),
        story="Both sides keep people from using the batch.",
        causes=("not_a_conflict",),
        forbidden=UNTOUCHED,
        because="Nobody can use it",
        alone="decided",
        difficulty="easy",
    )


def more_than_there_is(draw: Draw) -> Situation:
    """More is bad than there ever was."""
    order = _batched(draw)
    batch, amount, put = _new_batch(draw, order)
    return Situation(
        **_logged(draw, order, batch, amount * 3, *put),
        story="More of a batch is logged as bad than any book has.",
        causes=(),
        forbidden=UNTOUCHED,
        end=[_stock(order, batch, "as_before")],
        because="Batch or quantity is wrong",
        difficulty="hard",
    )


def words_against_the_record(draw: Draw) -> Situation:
    """The note takes back what the record says."""
    order = _batched(draw)
    batch, _, put = _new_batch(draw, order)
    note, language = draw.rng.choice(
        (("Fehlalarm", "de"), ("doch in Ordnung", "de"), ("false alarm", "en"), ("shipped", "en"))
    )
    return Situation(
        **_logged(draw, order, batch, 2, *put, note=note),
        story="The note beside an open defect says otherwise.",
        causes=(),
        forbidden=UNTOUCHED,
        end=[_stock(order, batch, "as_before")],
        because="Record and words contradict each other",
        difficulty="hard",
        language=language,
        decided_by="free_text",
    )


TEMPLATES = (
    held_on_the_floor_only,
    blocked_in_the_erp_only,
    known_on_both_sides,
    more_than_there_is,
    words_against_the_record,
)
