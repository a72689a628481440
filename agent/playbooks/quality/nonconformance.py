"""Nonconformance: a defect is logged in the MES, and not every system keeps people from using it.

Seen when    the MES logs a defect of a component, a batch or the order's product.
Settled by   blocking in the ERP what may still be used: the whole batch or, without batches, what
             was logged; by a hold on the shop floor, which a person sees stand; by scrapping what
             a scrap report says was thrown away. Quality gets a notification with all its fields
             and the cost of rework or scrap; what is in the product, or shipped, is its question.
Never        scraps on the word of a note; never releases anything; never blocks more than is known
             to be bad, nor anything while defect, stock, report and words contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from agent.actions.action import Action
from agent.actions.open_task import OpenTask
from agent.actions.place_hold import PlaceHold
from agent.actions.post_movement import PostMovement
from agent.case.conflict import Criticality, Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.affected import Affected, Books, affected, batch_on_floor, notification
from agent.playbooks.clues import mentions, understood
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
)
from agent.playbooks.reckoning import Sourced, told, worth
from agent.playbooks.stations import centers_of, payers_of
from tools.objects.cost import CostObject, PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.nonconformance import Held, Hold, Nonconformance, Severity
from tools.objects.order import ProductionOrder
from tools.objects.quantity import total
from tools.objects.reading import System
from tools.objects.routing import WorkCenter
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine
from tools.objects.task import TaskDraft
from tools.plant.mappings import ScrapAccount
from tools.plant.model import Plant


@dataclass(frozen=True)
class Facts:
    """The defect, where the material lies and went, who holds it, and who would pay for scrap."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    order: Annotated[ProductionOrder, System.ERP]
    material: Annotated[Material, System.ERP]
    stock: Annotated[tuple[StockLine, ...], System.ERP]
    moves: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements_of")]
    defects: Annotated[tuple[Nonconformance, ...], System.MES]
    holds: Annotated[tuple[Hold, ...] | None, System.MES]
    scraps: Annotated[tuple[ScrapReport, ...] | None, System.MES]
    centers: Annotated[
        tuple[WorkCenter, ...], System.ERP, Each("order", centers_of), Method("work_center")
    ]
    payers: Annotated[
        tuple[CostObject, ...], System.ERP, Each("centers", payers_of), Method("cost_center")
    ]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("block_missing", text("It may still be used in the ERP")),
    Cause("hold_missing", text("It may still be used on the shop floor"), Risk.LOW),
    Cause("scrapped", text("It was thrown away, and the ERP still has it"), Risk.HIGH),
    Cause("in_work", text("It is the order's own product, and still in work")),
    Cause("used_up", text("It is in the product already, or shipped"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("Nobody can use it, or it may be used"), Risk.LOW),
)
CITES = ("defects", "stock", "holds", "moves")
RESTS_ON = ("order", "material", "stock", "defects", "moves")


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say who may still use what is bad, and whether the words agree with the records."""
    it = _it(facts)
    if it is None or it.contradicts:
        return ()
    cause = _cause(it)
    said = text(
        "{severity}: {bad} bad, {free} in free use, {kept} blocked, {used} used",
        severity=it.defect.severity.value,
        bad=it.bad.quantity,
        free=it.free.quantity,
        kept=it.kept,
        used=it.used,
    )
    partly = cause == "block_missing" and it.used.amount > 0
    leanings = [
        told(one.name, one.name == cause, said, *CITES)
        for one in CAUSES
        if not (partly and one.name == "used_up")
    ]
    if partly:
        leanings.append(Leaning("used_up", 1, text("{used} are used", used=it.used), ("moves",)))
    return [*leanings, *_words(it)]


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Block or scrap in the ERP, hold on the shop floor, and tell quality."""
    it = _it(facts)
    if cause == NOT_A_CONFLICT:
        return Remedy(cause, text("Nothing is left to be blocked"), hard=())
    sound = it is not None and not it.contradicts
    if it is not None and sound and cause == "block_missing" and it.lines:
        return _blocked(facts, it, plant)
    if it is not None and sound and cause == "scrapped" and it.report is not None:
        account = _account(facts, it.report, plant)
        if account is not None and it.free.quantity >= it.bad.quantity and not it.batch:
            return _scrapped(facts, it, account, plant)
    if it is not None and sound and cause == "in_work" and it.in_work and not it.critical:
        summary = text("Tell quality of defect {number}", number=it.defect.number)
        return Remedy(cause, summary, hard=(), soft=_soft(facts, it, plant))
    return Unsettled(cause, _question(cause, facts, it), in_doubt(facts, plant, (cause,)))


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Hold what may be bad, and ask quality."""
    it = _it(facts)
    if it is not None:
        return _soft(facts, it, plant)
    named, order = facts.material.number, facts.order.number
    title = f"Defect of {named} on order {order}: which, and how much?"
    return (OpenTask(TaskDraft(plant.code, title, str(_question("", facts, None)), order)),)


def _it(facts: Facts) -> Affected | None:
    """Return what the defect affects; None where no one defect fits what the signal names."""
    keys = facts.signal.keys
    books = Books(facts.stock, facts.moves, facts.holds or (), facts.scraps or ())
    number, batch = keys.get("nonconformance"), keys.get("batch")
    return affected(number, batch, facts.defects, facts.material, facts.order, books)


def _cause(it: Affected) -> str:
    """Return what the records say: one thing, for the numbers do not contradict each other."""
    minor = it.defect.severity is Severity.MINOR
    if not it.defect.open or it.booked or (minor and not it.held):
        return NOT_A_CONFLICT
    if it.in_work:
        return "in_work"
    if it.report is not None and not it.batch:
        return "scrapped"
    if it.free.quantity.amount > 0:
        return "block_missing"
    if it.used.amount > 0:
        return "used_up"
    return NOT_A_CONFLICT if it.held else "hold_missing"


def _words(it: Affected) -> list[Leaning]:
    """Say what the note points to; against the records it contests them."""
    says, note, found = text("The note says so"), it.defect.note, list[Leaning]()
    gone = not it.batch and it.report is None and not it.in_work
    for clue, cause, counts in (
        ("cleared", NOT_A_CONFLICT, True),
        ("gone", "used_up", True),
        ("scrap", "scrapped", gone),
    ):
        if counts and mentions(note, clue):
            found.append(Leaning(cause, 3, says, ("defects",), from_free_text=True))
    return found


def _blocked(facts: Facts, it: Affected, plant: Plant) -> Remedy:
    """Take all that is bad out of free use, in one document."""
    rows = tuple(
        GoodsMovement(
            type=MovementType.BLOCK,
            material=facts.material.number,
            plant=facts.material.plant,
            quantity=source.quantity,
            location=line.location,
            batch=line.batch,
        )
        for line, source in it.lines
    )
    moved = total((source.quantity for _, source in it.lines), facts.material.base_unit)
    return Remedy(
        cause="block_missing",
        summary=text("Block {moved} of {what}", moved=moved, what=it.named),
        hard=(PostMovement(MovementDraft(facts.today, rows, "Concord")),),
        soft=_soft(facts, it, plant),
        changes=tuple(_change(it, line, source, "blocked") for line, source in it.lines),
        derivations=tuple(
            source.derivation(0, f"draft.lines.{index}.quantity")
            for index, (_, source) in enumerate(it.lines)
        ),
        rests_on=RESTS_ON,
        value=worth(moved, facts.material),
        unread_note=_unread(it),
    )


def _scrapped(facts: Facts, it: Affected, account: ScrapAccount, plant: Plant) -> Remedy:
    """Book what was thrown away, on the cost centre and for the reason the plant has mapped."""
    line, source = it.lines[0]
    row = GoodsMovement(
        type=MovementType.SCRAP,
        material=facts.material.number,
        plant=facts.material.plant,
        quantity=source.quantity,
        location=line.location,
        cost_center=account.cost_center,
        reason=account.reason,
    )
    return Remedy(
        cause="scrapped",
        summary=text(
            "Scrap {moved} of {what} on cost centre {payer}",
            moved=source.quantity,
            what=it.named,
            payer=account.cost_center or "-",
        ),
        hard=(PostMovement(MovementDraft(facts.today, (row,), "Concord")),),
        soft=_soft(facts, it, plant),
        changes=(_change(it, line, source, "scrapped"),),
        derivations=(source.derivation(0, "draft.lines.0.quantity"),),
        rests_on=(*RESTS_ON, "scraps", "payers"),
        value=worth(source.quantity, facts.material),
        unread_note=_unread(it),
    )


def _account(facts: Facts, report: ScrapReport, plant: Plant) -> ScrapAccount | None:
    """Return where the scrap goes; only to a cost centre of the order's work centres, unlocked."""
    account = plant.mappings.scrap(report.reason)
    payers = {one.number for one in facts.payers if not one.locked}
    return account if account and account.cost_center in payers else None


def _soft(facts: Facts, it: Affected, plant: Plant) -> tuple[Action, ...]:
    """Hold a batch, or an order whose product is critically bad, and notify quality."""
    defect, quality = it.defect, OpenTask(notification(it, facts.material, facts.order))
    worth_it = it.critical if it.in_work else bool(it.batch)
    if it.held or not defect.open or facts.holds is None or not worth_it:
        return (quality,)
    reason = f"Defect {defect.number}, {defect.code}"
    if it.in_work:
        held, number = Held.ORDER, facts.order.number
    else:
        held = Held.BATCH
        number = batch_on_floor(plant.systems.mes, facts.material.number, it.batch or "")
    return (PlaceHold(plant.code, held, number, reason), quality)


def _unread(it: Affected) -> bool:
    return not understood(it.defect.note, "defect", "scrap", "rework")


def _change(it: Affected, line: StockLine, source: Sourced, after: str) -> Change:
    where = f"{it.named} at {line.location}"
    return Change("ERP", where, "unrestricted stock", str(source.quantity), after)


def _question(cause: str, facts: Facts, it: Affected | None) -> Text:
    says = next((one.says for one in CAUSES if one.name == cause), text("Which defect is meant"))
    if it is None:
        return text("{says}: no one defect of {it}", says=says, it=facts.material.number)
    return text("{says}: {bad} of {what}", says=says, bad=it.bad.quantity, what=it.named)


PLAYBOOK = Playbook(
    number="P21",
    title=text("Nonconformance"),
    business_object="goods movement",
    object_key="material",
    endpoint="API_MATERIAL_DOCUMENT_SRV",
    triggers=(Trigger("concord.nonconformance.logged.v1", keys=("order", "material")),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
    criticality=Criticality.HIGH,
)
