"""Order release: the ERP releases or plans an order, and the shop floor has to be able to make it.

Seen when    the ERP releases an order that the MES has not released, or asks whether it may.
Settled by   releasing it where it is not released yet: in the ERP, which is how the ERP hears of
             it, then to the shop floor; with a note where something is at risk.
Never        releases what lacks material, machine or a certified operator, what would be late
             without a planner, or what the two systems do not describe alike. An order's own text
             cannot be written through a public service: a note is a task that names the order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from agent.actions.action import Action
from agent.actions.dispatch_order import DispatchOrder
from agent.actions.open_task import OpenTask
from agent.actions.place_hold import PlaceHold
from agent.actions.release_order import ReleaseOrder
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.feasibility import Facts, Feasibility, Recommended, Status, assessed
from agent.playbooks.playbook import NOT_A_CONFLICT, Cause, Playbook, Risk, Trigger
from agent.playbooks.reckoning import told
from tools.objects.money import Money
from tools.objects.nonconformance import Held
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.task import TaskDraft
from tools.plant.model import Plant

CAUSES = (
    Cause("feasible", text("Everything it takes is there in time")),
    Cause("at_risk", text("It can be made, but something may go wrong or be late"), Risk.HIGH),
    Cause("blocked", text("Something it cannot be made without is missing"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("It is released on both sides, or given up"), Risk.LOW),
)
CAUSE_OF = {
    Status.FEASIBLE: "feasible",
    Status.FEASIBLE_WITH_NOTES: "feasible",
    Status.AT_RISK: "at_risk",
    Status.BLOCKED: "blocked",
}
WAITING = frozenset({OrderStatus.CREATED, OrderStatus.ON_HOLD})
OPEN = frozenset({OrderStatus.CREATED, OrderStatus.RELEASED, OrderStatus.ON_HOLD})
OVER = frozenset({OrderStatus.TECHNICALLY_COMPLETED, OrderStatus.CLOSED, OrderStatus.DISCARDED})
# Who writes this on an order does not want it released, whatever the records say.
_WITHHELD = re.compile(
    r"nicht (freigeben|starten|fertigen)|noch nicht|zur.ckhalten|stopp|gesperrt|warten|r.cksprache"
    r"|not (to )?(release|start|run)|don.?t (release|start|run)|hold (back|off|until)"
    r"|\bwait|\bstop|storniert|gel.scht|cancell?ed|will be deleted|erst nach\b|complaint|reklam"
    r"|check with",
    re.IGNORECASE,
)
RESTS_ON = ("order", "floor", "stock", "centers", "machines", "queues")


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say how feasible the order is, unless it is released already or the sides contradict."""
    cause, said, cites = _judged(facts, plant)
    if cause is None:
        return ()
    found = () if cause == NOT_A_CONFLICT else assessed(facts, plant).findings
    return [
        *(told(one.name, one.name == cause, said, *cites) for one in CAUSES),
        *(told(cause, True, one.says, *one.cites, weight=1) for one in found),
    ]


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Release the order where it is not released yet, or ask."""
    its = assessed(facts, plant)
    late = its.recommended is Recommended.DELAY_ORDER
    steps = _steps(facts)
    match cause:
        case "not_a_conflict":
            return Remedy(cause, text("Nothing is left to be released"), hard=())
        case "feasible" if steps:
            return _released(cause, facts, steps, (), plant)
        case "at_risk" if steps and not late and its.status is not Status.BLOCKED:
            return _released(cause, facts, steps, (_task(facts, its, plant),), plant)
        case _:
            return Unsettled(cause, _question(facts, its), in_doubt(facts, plant, (cause,)))


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Tell the planner; keep the shop floor from starting what it cannot make."""
    its, floor, number = assessed(facts, plant), facts.floor, facts.order.number
    task = _task(facts, its, plant)
    blocked = "blocked" in shortlist and its.status is Status.BLOCKED
    held = any(
        hold.active and (hold.kind, hold.object) == (Held.ORDER, number)
        for hold in facts.holds or ()
    )
    if blocked and floor is not None and floor.status in OPEN and not held:
        return (PlaceHold(plant.code, Held.ORDER, number, "Not feasible yet"), task)
    return (task,)


def _judged(facts: Facts, plant: Plant) -> tuple[str | None, Text, tuple[str, ...]]:
    """Return the cause; None where the sides contradict each other or somebody wrote otherwise."""
    order, floor = facts.order, facts.floor
    status = text(
        "The ERP says {erp}, the shop floor {mes}",
        erp=order.native_status or order.status.value,
        mes=(floor.native_status or floor.status.value) if floor else "nothing",
    )
    sides = ("order", "floor")
    if order.status in OVER:
        quiet = floor is None or floor.status in OVER | WAITING
        return (NOT_A_CONFLICT if quiet else None), status, sides
    if floor is not None and floor.status not in WAITING:
        fine = order.status is not OrderStatus.CREATED and floor.status not in OVER
        return (NOT_A_CONFLICT if fine else None), status, sides
    if not _alike(order, floor) or any(map(_WITHHELD.search, _notes(facts))):
        return None, status, sides
    its = assessed(facts, plant)
    return CAUSE_OF[its.status], text("Feasible to {score} of 1", score=its.score), RESTS_ON


def _alike(order: ProductionOrder, floor: ProductionOrder | None) -> bool:
    """Return whether both sides mean the same work, and it can be told from the order at all."""
    whole = bool(order.operations) and order.planned_start < order.planned_end
    same = floor is None or (order.material, order.quantity) == (floor.material, floor.quantity)
    return whole and same


def _notes(facts: Facts) -> list[str]:
    written = [facts.order.note, facts.floor.note if facts.floor else ""]
    return [note for note in written if note.strip()]


def _steps(facts: Facts) -> tuple[Action, ...]:
    """Return the releases that are missing, the ERP's first."""
    number, steps = facts.order.number, list[Action]()
    if facts.order.status is OrderStatus.CREATED:
        steps.append(ReleaseOrder(number))
    if facts.floor is not None and facts.floor.status is OrderStatus.CREATED:
        steps.append(DispatchOrder(number))
    return tuple(steps)


def _released(
    cause: str, facts: Facts, steps: tuple[Action, ...], soft: tuple[Action, ...], plant: Plant
) -> Remedy:
    before = {
        one.system: (side.native_status or side.status.value) if side else ""
        for one, side in ((step, _side(step, facts)) for step in steps)
    }
    return Remedy(
        cause=cause,
        summary=text("Release order {order}", order=facts.order.number),
        hard=steps,
        soft=soft,
        changes=tuple(
            Change(step.system.value, facts.order.number, "status", before[step.system], "released")
            for step in steps
        ),
        rests_on=tuple(one for one in RESTS_ON if facts.floor is not None or one != "floor"),
        reversible=False,
        value=Money(Decimal(0), plant.currency),
        unread_note=bool(_notes(facts)),
    )


def _side(step: Action, facts: Facts) -> ProductionOrder | None:
    return facts.order if isinstance(step, ReleaseOrder) else facts.floor


def _task(facts: Facts, its: Feasibility, plant: Plant) -> OpenTask:
    number = facts.order.number
    said = f"{its.status.value}, {its.recommended.value}: {its.said()}"
    return OpenTask(TaskDraft(plant.code, f"Release of order {number}", said, number))


def _question(facts: Facts, its: Feasibility) -> Text:
    if its.findings:
        return text("Is order {order} to be released as it is?", order=facts.order.number)
    return text("The shop floor does not have order {order}", order=facts.order.number)


PLAYBOOK = Playbook(
    number="P7",
    title=text("Order release"),
    business_object="order",
    object_key="order",
    endpoint="API_PRODUCTION_ORDER_2_SRV",
    triggers=(Trigger("concord.order.release.v1", keys=("order",)),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
