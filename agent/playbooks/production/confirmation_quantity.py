"""Confirmation quantity: shop floor and ERP differ in yield, scrap or rework of one confirmation.

Seen when    an operation's confirmed quantities differ between MES and ERP beyond the tolerance,
             more is confirmed than the order allows, the order's quantity was changed meanwhile, or
             scrap was booked in the ERP beside the shop floor's own report.
Settled by   cancelling the wrong confirmation and posting the right one anew, on the side that is
             wrong; with the scrap movement for pieces that are already in stock.
Never        overwrites a quantity, invents one no system reported, or decides which of two
             plausible numbers is true where neither plan nor ownership tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from agent.actions.action import Action
from agent.actions.hold_confirmation import HoldConfirmation
from agent.actions.open_task import OpenTask
from agent.case.conflict import Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Remedy, Unsettled
from agent.case.text import Text, text, together
from agent.playbooks.confirmation_gap import Gap, gap_of
from agent.playbooks.correcting import Correction
from agent.playbooks.entry_notes import another, weighed
from agent.playbooks.pairing import MADE, Entry
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Each,
    Method,
    Playbook,
    Received,
    Risk,
    Today,
    Trigger,
    Via,
)
from agent.playbooks.reckoning import Sourced, in_base_unit, posting_date, told, worth
from agent.playbooks.reckoning import standing as standing_documents
from agent.playbooks.slips import slip, swapped
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import OrderCategory, ProductionOrder
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.reading import System
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine
from tools.objects.task import TaskDraft
from tools.plant.model import Plant

REJECTED = "production/posting_rejected"
WAITS = frozenset({ConfirmationState.PENDING, ConfirmationState.HELD})


def _materials(order: ProductionOrder) -> list[Mapping[str, str]]:
    """Return the keys of the order's product and of its components."""
    used = sorted({row.material for row in order.components} - {order.material})
    return [{"material": number} for number in (order.material, *used)]


@dataclass(frozen=True)
class Facts:
    """The order and its confirmations on both sides, its movements, and its goods."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    order: Annotated[ProductionOrder, System.ERP]
    shop_order: Annotated[ProductionOrder | None, System.MES]
    reports: Annotated[tuple[Confirmation, ...], System.MES]
    postings: Annotated[tuple[Confirmation, ...], System.ERP]
    product: Annotated[Material, System.ERP, Via("order", lambda it: {"material": it.material})]
    parts: Annotated[tuple[Material, ...], System.ERP, Each("order", _materials)]
    stock: Annotated[tuple[StockLine, ...], System.ERP, Method("stock"), Each("order", _materials)]
    booked: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements")]
    scraps: Annotated[tuple[ScrapReport, ...] | None, System.MES]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("erp_posting_missing", text("The ERP never got the confirmation"), Risk.LOW),
    Cause("posted_twice", text("The ERP has the same confirmation twice"), Risk.LOW),
    Cause("cancelled_on_one_side", text("One side cancelled it, the other still counts it")),
    Cause("changed_after_posting", text("The shop floor's quantity changed after the posting")),
    Cause("scrap_posted_in_erp", text("Scrap was booked in the ERP beside the shop floor")),
    Cause("rework_counted_as_yield", text("Rework was posted in the ERP as good quantity")),
    Cause("entered_wrong", text("The quantity was mistyped on one side")),
    Cause("order_quantity_changed", text("The order's quantity was changed"), Risk.HIGH),
    Cause("over_confirmation", text("More is confirmed than the order allows"), Risk.HIGH),
    Cause("only_in_erp", text("The ERP has what the shop floor does not know"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("Both sides agree, or the message is on its way"), Risk.LOW),
)


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say which explanations the two sides' numbers leave."""
    gap = _gap(facts)
    if gap is None:
        return ()
    spoken, report = _spoken(facts, gap, plant), gap.report
    refused = report is not None and report.it.state is ConfirmationState.REFUSED
    if report is not None and refused and "erp_posting_missing" in spoken:
        keys = (("confirmation", report.it.number),)
        return Handover(REJECTED, text("The ERP refused it for another reason"), keys)
    leanings = [
        told(one.name, one.name in spoken, gap.compared, *gap.paths, weight=spoken.get(one.name, 3))
        for one in CAUSES
    ]
    against = gap.against(facts.shop_order, facts.scraps)
    if against is not None and "posted_twice" not in spoken:
        best = max(spoken, key=lambda name: spoken[name])
        leanings += [
            Leaning(best, 3, gap.compared, gap.paths),
            Leaning(best, -3, against, ("shop_order", "scraps", "postings"), excludes=True),
        ]
    return (*leanings, *weighed(gap, spoken))


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Cancel what is wrong and post what is right, each on the side that is wrong."""
    gap = _gap(facts)
    if gap is None:
        return Unsettled(cause, text("Nobody confirmed anything"), in_doubt(facts, plant, (cause,)))
    if cause == NOT_A_CONFLICT:
        return Remedy(cause, text("Both sides agree"), hard=())
    correction = _correction(cause, facts, gap, plant)
    if correction is None:
        return Unsettled(cause, _question(cause, facts, gap), in_doubt(facts, plant, (cause,)))
    return _remedy(cause, facts, gap, correction)


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Keep what is not posted yet from being posted, and ask the supervisor."""
    gap = _gap(facts)
    said = PLAYBOOK.told(shortlist)
    title = f"Confirmed quantity of order {facts.order.number}"
    task = OpenTask(TaskDraft(plant.code, title, said, facts.order.number))
    unsent = {ConfirmationState.PENDING, ConfirmationState.REFUSED}
    if gap is None or gap.report is None or gap.report.it.state not in unsent:
        return (task,)
    return (HoldConfirmation(gap.report.it.number, "Quantity in doubt"), task)


def _gap(facts: Facts) -> Gap | None:
    """Return the gap; None where there is none, or a unit has no factor on record."""
    gap = gap_of(facts.signal.keys, facts.reports, facts.postings, facts.product)
    if gap is None:
        return None
    try:
        for one in (*gap.reports, *gap.postings):
            one.made(gap.product)
        for order in (facts.order, facts.shop_order or facts.order):
            in_base_unit(order.quantity, "order.quantity", gap.product)
        gap.scrap_reported(facts.scraps)
    except QuantityError:
        return None
    return gap


def _spoken(facts: Facts, gap: Gap, plant: Plant) -> dict[str, int]:
    """Return the causes the numbers leave, each with its weight."""
    if gap.again:
        return {"posted_twice": 3}
    if gap.orphans or gap.revoked:
        return {"cancelled_on_one_side": 3}
    if gap.report is None:
        alone = "scrap_posted_in_erp" if gap.scraps else "only_in_erp"
        return {alone if gap.extra else NOT_A_CONFLICT: 3}
    if gap.posting is None:
        return _unposted(facts, gap, gap.report, plant)
    if gap.doubles:
        return {"posted_twice": 2, "only_in_erp": 1}
    return _posted(facts, gap, gap.report, gap.posting, plant)


def _unposted(facts: Facts, gap: Gap, report: Entry, plant: Plant) -> dict[str, int]:
    """Return what explains a report that the ERP has not posted."""
    beyond = _beyond(facts, gap, plant)
    if beyond is not None:
        mistyped = gap.without_slip(facts.order.quantity) is not None
        return {"entered_wrong": 2, beyond: 1} if mistyped else {beyond: 3}
    there = gap.parts or report.it.state in WAITS
    return {NOT_A_CONFLICT if there else "erp_posting_missing": 3}


def _posted(facts: Facts, gap: Gap, report: Entry, posting: Entry, plant: Plant) -> dict[str, int]:
    """Return what explains how report and posting differ, if they do."""
    yielded, scrapped, reworked = gap.off
    if len(gap.extra) > len(gap.scraps):
        return {"only_in_erp": 3}
    if gap.agreed(plant.tolerances.confirmation_percent, _compared(facts)):
        now, then = _limits(facts, plant)
        replanned = "order_quantity_changed" if now != then else NOT_A_CONFLICT
        return {_beyond(facts, gap, plant) or replanned: 3}
    if gap.scraps or (scrapped.amount > 0 and yielded == -scrapped):
        alone = {"scrap_posted_in_erp": 1, "only_in_erp": 1}
        return alone if another(gap) else {"scrap_posted_in_erp": 3}
    numbers = report.it.yielded, posting.it.yielded
    if slip(*numbers) is not None or swapped(*numbers):
        return {"entered_wrong": 3}
    rework = bool(reworked) and reworked == -yielded == -report.made(facts.product)[2]
    changed = _beyond(facts, gap, plant) or "changed_after_posting"
    return {"rework_counted_as_yield" if rework else changed: 3}


def _compared(facts: Facts) -> tuple[str, ...]:
    """Return what both sides count; process orders know no rework."""
    return MADE[:2] if facts.order.category is OrderCategory.PROCESS else MADE


def _beyond(facts: Facts, gap: Gap, plant: Plant) -> str | None:
    """Say whether more is reported than the order allows, or once allowed."""
    made, (now, then) = gap.made.quantity, _limits(facts, plant)
    if made <= now:
        return None
    return "over_confirmation" if made > then else "order_quantity_changed"


def _limits(facts: Facts, plant: Plant) -> tuple[Quantity, Quantity]:
    """Return how much may be made by the ERP's order, and by the one the shop floor knows."""
    more = 1 + plant.tolerances.over_delivery_percent / 100
    now, then = (
        in_base_unit(order.quantity, "order.quantity", facts.product).quantity * more
        for order in (facts.order, facts.shop_order or facts.order)
    )
    return now, then


def _correction(cause: str, facts: Facts, gap: Gap, plant: Plant) -> Correction | None:
    """Return the actions that settle a cause; None where a person has to say what is true."""
    result = Correction()
    if cause in {"posted_twice", "cancelled_on_one_side"}:
        twice = cause == "posted_twice"
        for one in (gap.again or gap.doubles) if twice else gap.orphans:
            result.cancel(one, "Posted twice" if twice else "Cancelled on the shop floor")
        return result if result.hard else None
    if gap.report is None:
        return None
    match _wrong_side(cause, facts, gap, gap.report, plant):
        case System.ERP:
            return result if _post_anew(result, facts, gap, gap.report) else None
        case System.MES:
            return result if _report_anew(result, facts, gap, gap.report) else None
        case _:
            return None


def _wrong_side(cause: str, facts: Facts, gap: Gap, report: Entry, plant: Plant) -> System | None:
    """Return the side that is to be corrected, by plan and ownership; None where neither tells."""
    owners = plant.ownership
    match cause:
        case "erp_posting_missing":
            return System.ERP
        case "entered_wrong" if gap.posting is not None:
            here, there = gap.made.quantity, gap.made.quantity + gap.off[0]
            limit, _ = _limits(facts, plant)
            if (here <= limit) == (there <= limit):
                return System.ERP if gap.posting.it.reference is None else None
            return System.ERP if here <= limit else System.MES
        case "entered_wrong":
            return System.MES
        case "scrap_posted_in_erp":
            return _wrong_about_scrap(facts, gap, plant)
        case "changed_after_posting" | "rework_counted_as_yield":
            right = (owners.yield_quantity, owners.scrap_quantity, owners.rework_quantity)
            who = {owner for owner, off in zip(right, gap.off, strict=True) if off}
            others = {System.MES: System.ERP, System.ERP: System.MES}
            return others.get(who.pop()) if len(who) == 1 else None
        case _:
            return None


def _wrong_about_scrap(facts: Facts, gap: Gap, plant: Plant) -> System | None:
    """Return the side whose scrap is wrong: by the scrap reports, or where it is there twice."""
    mine, theirs = gap.scrapped(gap.reports), gap.scrapped(gap.postings)
    said = gap.scrap_reported(facts.scraps)
    if mine in {theirs, said} or (mine and theirs == mine * 2):
        return System.ERP
    owner_erp = plant.ownership.scrap_quantity is System.ERP
    return System.MES if said == theirs or owner_erp else None


def _post_anew(result: Correction, facts: Facts, gap: Gap, report: Entry) -> bool:
    """Put the shop floor's numbers into the ERP; False where goods in stock stand against it."""
    own = gap.posting
    for scrap in gap.scraps:
        result.cancel(scrap, "Booked beside the shop floor's own scrap")
    if own is not None and gap.scraps and own.made(facts.product) == report.made(facts.product):
        return True
    if own is not None:
        result.cancel(own, "Posted anew with the shop floor's quantity")
    none = Sourced(report.it.reworked.zero(), ())
    process = facts.order.category is OrderCategory.PROCESS
    day = _day(facts, report)
    result.post(report, day, {"reworked": none} if process else None)
    surplus = in_base_unit(facts.order.delivered, "order.delivered", facts.product)
    surplus -= gap.made
    if facts.order.operations[-1].number != report.it.operation or surplus.quantity.amount <= 0:
        return True
    received = {
        (line.location, line.batch)
        for document in standing_documents(facts.booked)
        for line in document.lines
        if line.type is MovementType.RECEIPT_ORDER
    }
    if len(received) != 1 or surplus.quantity != -gap.off[1]:
        return False
    location, batch = received.pop()
    line = GoodsMovement(
        type=MovementType.SCRAP,
        material=facts.product.number,
        plant=facts.order.plant,
        quantity=surplus.quantity,
        location=location,
        batch=batch,
    )
    result.move(line, surplus, day)
    return True


def _report_anew(result: Correction, facts: Facts, gap: Gap, report: Entry) -> bool:
    """Put the true numbers into the shop floor's report, which posts them as it posts all."""
    posting = gap.posting
    if posting is None:
        scaled = gap.without_slip(facts.order.quantity)
        changed = {} if scaled is None else {"yielded": scaled}
    else:
        changed = {name: posting.sourced(name) for name in MADE}
        if facts.order.category is OrderCategory.PROCESS:
            del changed["reworked"]
    for scrap in gap.scraps if posting else ():
        result.cancel(scrap, "Reported on the shop floor instead")
        changed["scrapped"] += scrap.sourced("scrapped")
    result.withdraw(report, "Reported anew with the right quantity")
    result.report(report, _day(facts, report), changed)
    return bool(changed)


def _day(facts: Facts, report: Entry) -> date:
    return posting_date(report.it.posting_date, facts.period, facts.today)


def _remedy(cause: str, facts: Facts, gap: Gap, correction: Correction) -> Remedy:
    product, report = facts.product, gap.report
    moved = [abs(off) for off in gap.off]
    if cause in {"posted_twice", "cancelled_on_one_side"}:
        taken = gap.again or gap.doubles if cause == "posted_twice" else gap.orphans
        moved = [quantity for one in taken for quantity in one.made(product)]
    late = report is not None and _day(facts, report) != report.it.posting_date
    return Remedy(
        cause=cause,
        summary=together("; ", (one.say() for one in correction.hard)),
        hard=tuple(correction.hard),
        changes=gap.changes(facts.order.number),
        derivations=tuple(correction.derivations),
        rests_on=("order", "reports", "postings", "product", "stock", "booked"),
        value=worth(total(moved, product.base_unit), product),
        into_closed_period=late and bool(correction.derivations),
    )


def _question(cause: str, facts: Facts, gap: Gap) -> Text:
    return text(
        "{says}. {compared}. Order {order}: {quantity} in the ERP",
        says=PLAYBOOK.cause(cause).says,
        compared=gap.compared,
        order=facts.order.number,
        quantity=facts.order.quantity,
    )


PLAYBOOK = Playbook(
    number="P2",
    title=text("Confirmation quantity"),
    business_object="confirmation",
    object_key="order",
    endpoint="API_PROD_ORDER_CONFIRMATION_2_SRV",
    triggers=(Trigger("concord.confirmation.quantity.v1", keys=("order",)),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
