"""Machines that stand: why they do in truth, and who has been told."""

from __future__ import annotations

from typing import Any

from evals.generator.situation import Change, Draw, Situation

PREFIX = "gdt"
RUNS = {"1010": 16, "1710": 5}
FAULTS, OWN = ("MECH", "ELEC"), ("MAT", "SETUP")
BROKEN = (
    ("Lager defekt, Motor heiß", "de"),
    ("Hydraulik undicht, Öl läuft aus", "de"),
    ("bearing broken, motor smokes", "en"),
    ("hydraulic leak, alarm on the drive", "en"),
)
LACKING = (
    ("kein Material an der Linie", "de"),
    ("warten auf Stapler", "de"),
    ("waiting for material", "en"),
    ("no operator, machine is ok", "en"),
)


def _stop(draw: Draw, reason: str, **more: Any) -> tuple[list[Change], dict[str, Any]]:
    """Return an order on a machine that stops, and what else a situation of it says."""
    plant = draw.plant()
    position = draw.between(0, RUNS[plant] - 1)
    found = {"do": "find_order", "as": "run", "plant": plant, "left_at_least": 20}
    stop = {
        "do": "downtime",
        "as": "stop",
        "plant": plant,
        "work_center": "${run.work_center}",
        "order": "${run.order}",
        "reason": reason,
        "minutes_ago": draw.between(20, 240),
        **more,
    }
    data = {
        "work_center": "${run.work_center}",
        "equipment": "${stop.equipment}",
        "downtime": "${stop.downtime}",
        "order": "${run.order}",
    }
    signal = {"type": "concord.downtime.reported.v1", "data": data}
    world: list[Change] = [*draw.clutter(plant), {**found, "position": position}, stop]
    return world, {"plant": plant, "signal": signal}


def _notified(wanted: str) -> list[dict[str, str]]:
    about = {"system": "cmms", "what": "notifications", "equipment": "${stop.equipment}"}
    return [{**about, "is": wanted}]


QUIET: dict[str, Any] = {"forbidden": ("notify_maintenance",), "end": _notified("as_before")}


def stands_unheard(draw: Draw) -> Situation:
    """A fault, and nobody called maintenance."""
    world, of = _stop(draw, draw.rng.choice(FAULTS))
    return Situation(
        **of,
        world=world,
        story="A machine stands with a fault that maintenance has no word of.",
        causes=("not_notified",),
        actions=[("notify_maintenance",)],
        end=_notified("+1"),
        because="A technical stop beyond the limit, told to nobody",
        alone="decided",
        difficulty="easy",
    )


def ran_again_unheard(draw: Draw) -> Situation:
    """Over, and in nobody's history."""
    ago = draw.between(80, 300)
    lasted = draw.between(25, 70)
    world, of = _stop(draw, draw.rng.choice(FAULTS), minutes_ago=ago, lasted=lasted)
    return Situation(
        **of,
        world=world,
        story="It stood for a while with a fault and runs again; nothing was written.",
        causes=("not_notified",),
        actions=[("notify_maintenance",)],
        end=_notified("+1"),
        because="A fault belongs into the history of the asset, also when it is over",
        alone="decided",
    )


def told_by_somebody(draw: Draw) -> Situation:
    """Maintenance has a notification of it."""
    ago = draw.between(40, 200)
    world, of = _stop(draw, draw.rng.choice(FAULTS), minutes_ago=ago)
    told = {"do": "notification", "equipment": "${stop.equipment}", "breakdown": True}
    words = draw.rng.choice(("Störung", "Machine down", "Antrieb steht", "fault at the drive"))
    world.append({**told, "text": words, "minutes_ago": ago - draw.between(1, 20)})
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="Somebody rang maintenance right after it stopped.",
        causes=("not_a_conflict",),
        because="A second notification would send a second fitter",
        alone="decided",
        difficulty="easy",
    )


def ran_again_at_once(draw: Draw) -> Situation:
    """Too short to be told to anybody."""
    world, of = _stop(draw, draw.rng.choice(FAULTS), lasted=draw.between(1, 4))
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="A jam of a few minutes.",
        causes=("not_a_conflict",),
        because="Below what a plant tells anybody",
        alone="decided",
        difficulty="easy",
    )


def stopped_by_plan(draw: Draw) -> Situation:
    """Cleaning, as planned."""
    world, of = _stop(draw, "PLAN", planned=True)
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="The weekly cleaning.",
        causes=("not_a_conflict",),
        because="A planned stop is nobody's fault",
        alone="decided",
        difficulty="easy",
    )


def waits_for_something(draw: Draw) -> Situation:
    """The shop floor's own business."""
    world, of = _stop(draw, draw.rng.choice(OWN))
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="The machine is sound; something else is missing.",
        causes=("not_technical",),
        because="Maintenance could do nothing about it",
        alone="decided",
    )


def words_against_the_code(draw: Draw) -> Situation:
    """Code and words say the opposite."""
    technical = draw.rng.random() < 0.5
    words, language = draw.rng.choice(LACKING if technical else BROKEN)
    world, of = _stop(draw, draw.rng.choice(FAULTS) if technical else "MAT", note=words)
    of["signal"]["data"]["text"] = words
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="The code at the terminal and the words beside it contradict each other.",
        causes=(),
        because="Somebody has to look at the machine",
        difficulty="hard",
        language=language,
        decided_by="free_text",
    )


def only_words_tell(draw: Draw) -> Situation:
    """A code in no table; the words name a fault."""
    words, language = draw.rng.choice(BROKEN)
    world, of = _stop(draw, f"X{draw.between(10, 99)}", note=words)
    of["signal"]["data"]["text"] = words
    return Situation(
        **of,
        world=world,
        story="A code nobody has explained, and words that do.",
        causes=("not_notified",),
        actions=[("notify_maintenance",)],
        alone="certified",
        end=_notified("+1"),
        because="Only the words say what it is; a person agrees",
        difficulty="hard",
        language=language,
        decided_by="free_text",
    )


def nothing_tells(draw: Draw) -> Situation:
    """A code in no table, and not a word."""
    world, of = _stop(draw, f"X{draw.between(10, 99)}")
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="A code nobody has explained, without a word.",
        causes=(),
        because="Nobody can say whose business it is",
    )


def planned_and_not_planned(draw: Draw) -> Situation:
    """Reason and mark contradict each other."""
    fault = draw.rng.random() < 0.5
    reason = draw.rng.choice(FAULTS) if fault else "PLAN"
    world, of = _stop(draw, reason, planned=fault)
    return Situation(
        **of,
        **QUIET,
        world=world,
        story="Planned by one field, a breakdown by the other.",
        causes=(),
        because="Whether it counts as a breakdown, the shift knows",
        difficulty="hard",
    )


TEMPLATES = (
    stands_unheard,
    words_against_the_code,
    told_by_somebody,
    ran_again_unheard,
    ran_again_at_once,
    stopped_by_plan,
    waits_for_something,
    only_words_tell,
    nothing_tells,
    planned_and_not_planned,
)
