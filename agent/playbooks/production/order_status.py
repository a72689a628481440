"""Order status: one system calls an order running, finished or released, and the other does not.

Seen when    the status of an order in the MES and in the ERP do not go together, in either
             direction, told by a sweep or by somebody.
Settled by   bringing the side that is behind to where the side that is right already is: releasing
             or completing the order there; nothing where a posting on its way will do it.
Never        completes an order while something made for it is not in the ERP; never takes back a
             completion, a deletion or a hold: a person does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Annotated

from agent.actions.action import Action
from agent.actions.complete_order import CompleteOrder
from agent.actions.dispatch_order import DispatchOrder
from agent.actions.finish_order import FinishOrder
from agent.actions.open_task import OpenTask
from agent.actions.place_hold import PlaceHold
from agent.actions.release_order import ReleaseOrder
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.pairing import pair, standing
from agent.playbooks.playbook import NOT_A_CONFLICT, Cause, Playbook, Risk, Trigger
from agent.playbooks.reckoning import told
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.money import Money
from tools.objects.nonconformance import Held
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.reading import System
from tools.objects.sync import SyncMessage, SyncState
from tools.objects.task import TaskDraft
from tools.objects.wip import WorkInProgress
from tools.plant.model import Plant


@dataclass(frozen=True)
class Facts:
    """The order on both sides, what was reported and posted for it, and what is on its way."""

    order: Annotated[ProductionOrder, System.ERP]
    floor: Annotated[ProductionOrder | None, System.MES]
    reports: Annotated[tuple[Confirmation, ...] | None, System.MES]
    postings: Annotated[tuple[Confirmation, ...], System.ERP]
    messages: Annotated[tuple[SyncMessage, ...] | None, System.MES]
    in_work: Annotated[tuple[WorkInProgress, ...] | None, System.MES]


CAUSES = (
    Cause("erp_not_released", text("The shop floor works on what the ERP has not released")),
    Cause("mes_not_released", text("The ERP released it, the shop floor has not got it yet")),
    Cause("erp_behind", text("The shop floor is done and all is posted; the ERP waits for more")),
    Cause("mes_behind", text("The ERP is done with it; the shop floor keeps it open for nothing")),
    Cause("completed_too_early", text("The ERP is done with it while work goes on"), Risk.HIGH),
    Cause("released_too_early", text("The shop floor may start what the ERP has not released")),
    Cause("posting_missing", text("What was made is not in the ERP"), Risk.HIGH),
    Cause("held_on_one_side", text("Only one side keeps it from going on"), Risk.HIGH),
    Cause("discarded_on_one_side", text("One side has given it up"), Risk.HIGH),
    Cause(
        NOT_A_CONFLICT, text("Both mean the same, or a posting on its way makes it so"), Risk.LOW
    ),
)


class Stage(IntEnum):
    """How far an order is, in steps both systems know."""

    CREATED = 0
    RELEASED = 1
    RUNNING = 2
    DONE = 3
    ENDED = 4


STAGES = {
    OrderStatus.CREATED: Stage.CREATED,
    OrderStatus.RELEASED: Stage.RELEASED,
    OrderStatus.IN_PROGRESS: Stage.RUNNING,
    OrderStatus.PARTIALLY_CONFIRMED: Stage.RUNNING,
    OrderStatus.CONFIRMED: Stage.DONE,
    OrderStatus.DELIVERED: Stage.DONE,
    OrderStatus.TECHNICALLY_COMPLETED: Stage.ENDED,
    OrderStatus.CLOSED: Stage.ENDED,
}
ENDING = frozenset({"erp_behind", "mes_behind"})
# What people write on an order that is not over, whatever its status says.
GOES_ON = re.compile(
    r"(rest|restmenge|fehlmenge|remaining|remainder|balance)\b[^.;]*\b(folg|komm|morgen|n[äa]chste|"
    r"follow|come|tomorrow|next)|nicht (ab)?schlie(ß|ss)en|nicht fertig|noch (offen|nicht)|"
    r"l[äa]uft (noch|weiter)|weiterlaufen|still (running|open|going)|not (finished|complete|done)|"
    r"\bfehl(en|t) noch|(offen|open) (lassen|halten)|keep (it )?open|wird .*fortgesetzt|"
    r"(nacht|fr[üu]h|sp[äa]t)schicht (macht|fertigt)|re-?opened|rework .*in progress|will resume|"
    r"do(n.t| not) (close|finish|complete)|wrong order|falsche[rn]? auftrag|continue[sd]?\b",
    re.IGNORECASE,
)
UNWANTED = frozenset({OrderStatus.CREATED, OrderStatus.DISCARDED})
KEPT_BACK = frozenset({ConfirmationState.HELD, ConfirmationState.REFUSED})
ON_ITS_WAY = frozenset({SyncState.QUEUED, SyncState.SENT})


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say which side is behind, and whether anything is still to come."""
    handover = _refused(facts)
    if handover is not None:
        return handover
    cause = _cause(facts, plant)
    if cause is None or (cause in ENDING and _goes_on(facts)):
        return ()
    said = text(
        "The ERP says {erp}, the shop floor {mes}",
        erp=facts.order.native_status or facts.order.status.value,
        mes=(facts.floor.native_status or facts.floor.status.value) if facts.floor else "nothing",
    )
    cites = ("order", "floor", "postings", "reports", "messages", "in_work")
    return [told(one.name, one.name == cause, said, *cites) for one in CAUSES]


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Take the step the side behind has not taken."""
    order, floor = facts.order, facts.floor
    match cause:
        case "not_a_conflict":
            return Remedy(cause, text("Nothing is to be brought in line"), hard=())
        case "erp_not_released" if order.status is OrderStatus.CREATED:
            return _step(cause, ReleaseOrder(order.number), order, OrderStatus.RELEASED, plant)
        case "mes_not_released" if floor and floor.status is OrderStatus.CREATED:
            return _step(cause, DispatchOrder(order.number), floor, OrderStatus.RELEASED, plant)
        case "erp_behind" if not order.locked:
            after = OrderStatus.TECHNICALLY_COMPLETED
            return _step(cause, CompleteOrder(order.number), order, after, plant)
        case "mes_behind" if floor and _stage(floor) in {Stage.RELEASED, Stage.RUNNING}:
            return _step(cause, FinishOrder(order.number), floor, OrderStatus.CONFIRMED, plant)
        case _:
            return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Ask the planner; keep from starting what the ERP has not released or has given up."""
    number = facts.order.number
    said = PLAYBOOK.told(shortlist)
    task = OpenTask(TaskDraft(plant.code, f"Status of order {number}", said, number))
    floor = facts.floor
    waits = floor is not None and floor.status in {OrderStatus.CREATED, OrderStatus.RELEASED}
    if waits and facts.order.status in UNWANTED:
        return (PlaceHold(plant.code, Held.ORDER, number, "Not released in the ERP"), task)
    return (task,)


def _step(
    cause: str, action: Action, before: ProductionOrder, after: OrderStatus, plant: Plant
) -> Remedy:
    shown = before.native_status or before.status.value
    return Remedy(
        cause=cause,
        summary=action.say(),
        hard=(action,),
        changes=(Change(action.system.value, before.number, "status", shown, after.value),),
        rests_on=("order", "floor", "reports", "postings", "messages", "in_work"),
        reversible=False,
        value=Money(Decimal(0), plant.currency),
    )


def _cause(facts: Facts, plant: Plant) -> str | None:
    """Return what is behind the two statuses; None where the facts do not go together."""
    order, floor = facts.order, facts.floor
    if floor is None:
        waits = _stage(order) in {Stage.RELEASED, Stage.RUNNING}
        return "mes_not_released" if waits else NOT_A_CONFLICT
    apart = _set_apart(order, floor, plant)
    if apart is not None:
        return apart
    erp, mes = _stage(order), _stage(floor)
    if Stage.CREATED in {erp, mes}:
        return _unreleased(erp, mes)
    if _on_their_way(facts):
        return NOT_A_CONFLICT if erp < Stage.ENDED else "completed_too_early"
    if _unposted(facts):
        return "posting_missing" if erp < Stage.ENDED else "completed_too_early"
    if mes >= Stage.DONE:
        behind = plant.ownership.order_progress is System.MES
        return NOT_A_CONFLICT if erp >= Stage.DONE else "erp_behind" if behind else None
    if erp >= Stage.DONE:
        return "completed_too_early" if facts.in_work else "mes_behind"
    return NOT_A_CONFLICT if _made_alike(facts) else None


def _set_apart(order: ProductionOrder, floor: ProductionOrder, plant: Plant) -> str | None:
    """Say whether one side has given the order up or holds it, or both do.

    A hold of the side that holds are set by is no disagreement: the other side need not know.
    """
    gone = [one.status is OrderStatus.DISCARDED for one in (order, floor)]
    if any(gone):
        return NOT_A_CONFLICT if all(gone) else "discarded_on_one_side"
    by_erp = order.locked or order.status is OrderStatus.ON_HOLD
    by_mes = floor.locked or floor.status is OrderStatus.ON_HOLD
    if by_erp or by_mes:
        alone = System.ERP if by_erp else System.MES
        fine = (by_erp and by_mes) or alone is plant.ownership.hold
        return NOT_A_CONFLICT if fine else "held_on_one_side"
    return None


def _unreleased(erp: Stage, mes: Stage) -> str:
    """Say who has not released an order that at least one side has not."""
    if erp == mes:
        return NOT_A_CONFLICT
    if mes is Stage.CREATED:
        return "mes_behind" if erp >= Stage.DONE else "mes_not_released"
    return "released_too_early" if mes is Stage.RELEASED else "erp_not_released"


def _stage(order: ProductionOrder) -> Stage:
    return STAGES.get(order.status, Stage.CREATED)


def _goes_on(facts: Facts) -> bool:
    """Return whether somebody wrote that there is more to come."""
    notes = (facts.order.note, facts.floor.note if facts.floor else "")
    return any(GOES_ON.search(note) for note in notes)


def _own(facts: Facts) -> list[SyncMessage]:
    return [one for one in facts.messages or () if one.order == facts.order.number]


def _on_their_way(facts: Facts) -> bool:
    """Return whether all that is not posted yet will be, without anybody doing anything."""
    states = {one.state for one in facts.reports or ()}
    if states & KEPT_BACK:
        return False
    sent = any(message.state in ON_ITS_WAY for message in _own(facts))
    return ConfirmationState.PENDING in states or sent


def _unposted(facts: Facts) -> bool:
    """Return whether the shop floor made something the ERP has no confirmation of."""
    reports, postings = facts.reports or (), facts.postings
    pairing = pair(standing(reports, "reports"), standing(postings, "postings"))
    return bool(pairing.reported_only)


def _made_alike(facts: Facts) -> bool:
    """Return whether both sides have the same confirmations, or none."""
    reports, postings = facts.reports or (), facts.postings
    pairing = pair(standing(reports, "reports"), standing(postings, "postings"))
    return not (pairing.reported_only or pairing.posted_only or pairing.again)


def _refused(facts: Facts) -> Handover | None:
    """Hand over a refused message of the order: the status follows from the posting."""
    failed = [one for one in _own(facts) if one.state is SyncState.FAILED]
    if not failed or _stage(facts.order) in {Stage.CREATED, Stage.ENDED}:
        return None
    says = text("Message {message} was refused", message=failed[0].number)
    return Handover("production/posting_rejected", says, (("message", failed[0].number),))


def _question(cause: str, facts: Facts) -> Text:
    floor = facts.floor
    return text(
        "{says}: order {order} is {erp} in the ERP and {mes} on the shop floor",
        says=PLAYBOOK.cause(cause).says,
        order=facts.order.number,
        erp=facts.order.status.value,
        mes=floor.status.value if floor else "unknown",
    )


PLAYBOOK = Playbook(
    number="P5",
    title=text("Order status"),
    business_object="order",
    object_key="order",
    endpoint="API_PRODUCTION_ORDER_2_SRV",
    triggers=(Trigger("concord.order.status.v1", keys=("order",)),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
