"""Orders to be released: what each is short of in truth, and what each has.

The orders are those of the seeded plants that have days of room, so that what a template takes
away is all that is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from evals.generator.orders import said
from evals.generator.situation import Change, Draw, NotThisTime, Situation
from evals.world import fresh
from tools.objects.order import Component
from tools.sandbox.floors.finding import floor_of

PREFIX = "gor"
RELEASES = ("dispatch_order", "release_order")
ROOMY = {
    "1010": ("1000031", "1000059", "1000096", "1000103"),
    "1710": ("70000020", "70000043", "70000053", "70000056"),
}
TONIGHT = (("1010", "1000102", "SAW-01"), ("1710", "70000001", "MIX-1"))
IN_DAYS = (("1010", "1000059", "TEST-01"), ("1710", "70000053", "FILL-1"))
SKILLS = (
    ("1010", "1000096", "CNC"),
    ("1010", "1000103", "GRINDING"),
    ("1710", "70000056", "MIXING"),
)
NOT_YET = (
    ("noch nicht freigeben, Zeichnung fehlt", "de"),
    ("bitte warten bis Kunde bestätigt", "de"),
    ("Freigabe erst nach Rücksprache", "de"),
    ("do not release before the drawing is approved", "en"),
    ("hold until the customer confirms", "en"),
    ("wait for my call", "en"),
)


@dataclass(frozen=True)
class Waiting:
    """An order that waits for its release."""

    plant: str
    number: str

    @property
    def components(self) -> tuple[Component, ...]:
        """What it takes in whole units, in amounts that can be divided."""
        found = _components(self.plant, self.number)
        return tuple(one for one in found if one.required.amount >= 20)


@cache
def _components(plant: str, number: str) -> tuple[Component, ...]:
    return tuple(floor_of(fresh(), plant).components(number))


def _order(draw: Draw) -> Waiting:
    plant = draw.plant()
    return Waiting(plant, draw.rng.choice(ROOMY[plant]))


def _asked(draw: Draw, order: Waiting, *world: Change, waits: bool = True) -> dict[str, Any]:
    """Return an order that the ERP has released and the floor has not, with enough of all."""
    supply: Change = {"do": "supply", "order": order.number, "times": str(draw.between(2, 9))}
    created = [_stands(order, "mes", "created")] if waits else []
    data = {"order": order.number}
    return {
        "plant": order.plant,
        "world": [*draw.clutter(order.plant), supply, *created, *world],
        "signal": {"type": "concord.order.release.v1", "data": data},
    }


def _stands(order: Waiting, side: str, status: str) -> Change:
    return {"do": "order_status", "order": order.number, "side": side, "status": status}


def _ends(order: Waiting, **sides: str) -> Sequence[dict[str, str]]:
    return [
        {"system": side, "what": "order_status", "order": order.number, "is": wanted}
        for side, wanted in sides.items()
    ]


def _little(draw: Draw, order: Waiting) -> tuple[Component, Change]:
    """Return a component of which the plant has far too little, and the change that makes it so."""
    if not order.components:
        raise NotThisTime(f"{order.number} takes nothing that can be divided")
    short = draw.rng.choice(order.components)
    left = (short.required.amount * Decimal(draw.between(3, 45)) / 100).to_integral_value()
    only: Change = {"do": "erp_stock", "material": short.material, "quantity": said(left)}
    return short, {**only, "plant": order.plant, "only": True}


def _blocked(order: Waiting, because: str, story: str, of: dict[str, Any]) -> Situation:
    return Situation(
        **of,
        story=story,
        causes=("blocked",),
        forbidden=RELEASES,
        end=_ends(order, erp="as_before"),
        because=because,
    )


def _at_risk(order: Waiting, because: str, story: str, of: dict[str, Any]) -> Situation:
    return Situation(
        **of,
        story=story,
        causes=("at_risk",),
        actions=[("dispatch_order",)],
        end=_ends(order, mes="released"),
        because=because,
    )


def _nothing_to_release(order: Waiting, because: str, story: str, of: dict[str, Any]) -> Situation:
    return Situation(
        **of,
        story=story,
        causes=("not_a_conflict",),
        forbidden=RELEASES,
        end=_ends(order, erp="as_before", mes="as_before"),
        because=because,
        alone="decided",
    )


def all_is_there(draw: Draw) -> Situation:
    """Nothing is missing."""
    order = _order(draw)
    return Situation(
        **_asked(draw, order),
        story="Components, machines, people and days are there.",
        causes=("feasible",),
        actions=[("dispatch_order",)],
        end=_ends(order, mes="released"),
        because="Nothing is missing; a release cannot be taken back, so a planner says yes",
        difficulty="easy",
    )


def too_little_in_the_plant(draw: Draw) -> Situation:
    """A component is short everywhere."""
    order = _order(draw)
    short, only = _little(draw, order)
    story = f"Far too little {short.material} is left in the plant."
    return _blocked(order, "No place holds enough", story, _asked(draw, order, only))


def waits_in_inspection(draw: Draw) -> Situation:
    """What is missing is there, but not free."""
    order = _order(draw)
    short, only = _little(draw, order)
    waits = only | {"quantity": said(short.required.amount * 3), "type": "quality", "only": False}
    return _at_risk(
        order,
        "It may be free in time: the floor is told, the planner says yes",
        f"{short.material} came in and waits for its inspection.",
        _asked(draw, order, only, waits),
    )


def _stop(draw: Draw, plant: str, center: str) -> Change:
    reason = draw.rng.choice(("MECH", "ELEC"))
    stop: Change = {"do": "downtime", "plant": plant, "work_center": center, "reason": reason}
    return {**stop, "minutes_ago": draw.between(20, 200)}


def machine_fails_tonight(draw: Draw) -> Situation:
    """The machine stands, the order starts within a day."""
    plant, number, center = draw.rng.choice(TONIGHT)
    order = Waiting(plant, number)
    return _blocked(
        order,
        "Within a day of its start nobody can count on the machine",
        f"{center} stands; the order starts tonight.",
        _asked(draw, order, _stop(draw, plant, center)),
    )


def machine_fails_days_before(draw: Draw) -> Situation:
    """The machine stands, the order has days."""
    plant, number, center = draw.rng.choice(IN_DAYS)
    order = Waiting(plant, number)
    return _at_risk(
        order,
        "Days are enough for most repairs; the planner is told",
        f"{center} stands; the order starts in some days.",
        _asked(draw, order, _stop(draw, plant, center)),
    )


def certificates_have_ended(draw: Draw) -> Situation:
    """Nobody may do it any more."""
    plant, number, skill = draw.rng.choice(SKILLS)
    order = Waiting(plant, number)
    ended: Change = {"do": "certificate", "plant": plant, "skill": skill}
    return _blocked(
        order,
        "Nobody may run the machine",
        f"All certificates for {skill} have ended.",
        _asked(draw, order, {**ended, "days": -draw.between(2, 300)}),
    )


def kept_by_a_hold(draw: Draw) -> Situation:
    """Somebody holds it on the floor."""
    order = _order(draw)
    why = draw.rng.choice(("Drawing revision pending", "Muster prüfen", "Quality decides"))
    hold: Change = {"do": "mes_hold", "kind": "order", "object": order.number, "reason": why}
    return _blocked(
        order,
        "Who set the hold lifts it",
        "The order is on hold on the shop floor.",
        _asked(draw, order, hold),
    )


def released_meanwhile(draw: Draw) -> Situation:
    """Both sides have released it."""
    order = _order(draw)
    return _nothing_to_release(
        order,
        "Released on both sides",
        "The message of a release comes late, or twice.",
        _asked(draw, order, waits=False),
    )


def given_up_meanwhile(draw: Draw) -> Situation:
    """The ERP wants it no more."""
    order = _order(draw)
    over = draw.rng.choice(("discarded", "technically_completed", "closed"))
    return _nothing_to_release(
        order,
        "What is over is not released",
        "The office ended the order since the message was sent.",
        _asked(draw, order, _stands(order, "erp", over)),
    )


def sizes_differ(draw: Draw) -> Situation:
    """The two systems mean another quantity."""
    order = _order(draw)
    other: Change = {"do": "order_quantity", "order": order.number}
    return Situation(
        **_asked(draw, order, {**other, "quantity": str(draw.between(3, 15))}),
        story="The planner cut the order; the shop floor has the old quantity.",
        causes=(),
        forbidden=RELEASES,
        end=_ends(order, erp="as_before"),
        because="Nobody can say which of the two would be released",
        difficulty="hard",
    )


def words_ask_to_wait(draw: Draw) -> Situation:
    """Released by its status, kept back by its text."""
    order = _order(draw)
    words, language = draw.rng.choice(NOT_YET)
    note: Change = {"do": "note", "order": order.number, "side": "erp", "text": words}
    return Situation(
        **_asked(draw, order, note),
        story="The planner's text on a released order asks to wait.",
        causes=(),
        forbidden=RELEASES,
        end=_ends(order, erp="as_before"),
        because="Released, and asked not to release: the planner says which is true",
        language=language,
        decided_by="free_text",
    )


TEMPLATES = (
    all_is_there,
    words_ask_to_wait,
    released_meanwhile,
    too_little_in_the_plant,
    waits_in_inspection,
    machine_fails_tonight,
    machine_fails_days_before,
    certificates_have_ended,
    kept_by_a_hold,
    given_up_meanwhile,
    sizes_differ,
)
