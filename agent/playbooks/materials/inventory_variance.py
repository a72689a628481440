"""Inventory variance: the shop floor counts more or less of a material than the books show.

Seen when    a count, or the nightly comparison, finds stock at the line that differs from the ERP.
Settled by   nothing, while a report that explains it is on its way; cancelling or correcting what
             was recorded wrongly; scrapping what was reported as scrap; moving what lies at another
             counted place; an adjustment (701, 702) with its cause once it was counted twice and a
             person signs it. Else by a count.
Never        adjusts without a cause, or where records explain more or less than what differs;
             changes a batch or a stock's status; takes a number from a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from agent.actions.action import Action
from agent.actions.cancel_movement import CancelMovement
from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.case.conflict import Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Derivation, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.clues import mentions, understood
from agent.playbooks.counted import Gap, gaps
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
from agent.playbooks.reckoning import Sourced, posting_date, told, worth
from agent.playbooks.traced import Found, mistakes, thrown_away, unsent
from tools.objects.confirmation import Confirmation
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.order import ProductionOrder
from tools.objects.quantity import QuantityError
from tools.objects.reading import System
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.objects.task import TaskDraft
from tools.plant.model import Plant


def _objects(messages: Sequence[SyncMessage]) -> Sequence[Mapping[str, str]]:
    return [{"document": one.object, "confirmation": one.object} for one in messages]


def _orders(documents: Sequence[MaterialDocument]) -> Sequence[Mapping[str, str]]:
    orders = {line.order for one in documents for line in one.lines if line.order}
    return [{"order": order} for order in sorted(orders)]


@dataclass(frozen=True)
class Facts:
    """Both sides' stock of one material, and every record that may explain how they differ."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    material: Annotated[Material, System.ERP]
    stock: Annotated[tuple[StockLine, ...], System.ERP]
    counted: Annotated[tuple[StockLine, ...], System.MES]
    booked: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements_of")]
    reported: Annotated[tuple[MaterialDocument, ...], System.MES, Method("movements_of")]
    waiting: Annotated[tuple[SyncMessage, ...], System.MES]
    unsent: Annotated[
        tuple[MaterialDocument, ...], System.MES, Method("movement"), Each("waiting", _objects)
    ]
    unsent_reports: Annotated[
        tuple[Confirmation, ...], System.MES, Method("confirmation"), Each("waiting", _objects)
    ]
    scrapped: Annotated[
        tuple[ScrapReport, ...], System.MES, Method("scrap_reports"), Each("reported", _orders)
    ]
    order_scrapped: Annotated[tuple[ScrapReport, ...] | None, System.MES]
    order: Annotated[ProductionOrder | None, System.ERP]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("late_posting", text("A report that explains it is on its way to the ERP"), Risk.LOW),
    Cause("posting_refused", text("A report that explains it was refused by the ERP")),
    Cause("recording_error", text("The ERP has a posting with another amount, or twice")),
    Cause("unrecorded_scrap", text("Scrap was not booked")),
    Cause("wrong_location", text("It lies at another place than the ERP has it")),
    Cause("wrong_batch", text("It lies under another batch than the ERP has it"), Risk.HIGH),
    Cause("in_transit", text("The ERP still has it in transit")),
    Cause("status_differs", text("The ERP has it there, but not for use"), Risk.HIGH),
    Cause("loss", text("It was lost"), Risk.HIGH),
    Cause("unrecorded_return", text("Material came back without a booking"), Risk.HIGH),
    Cause("miscounted", text("The count itself is in doubt"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("Both sides have the same, or as good as"), Risk.LOW),
)
CLUES = {
    "scrap": "unrecorded_scrap",
    "lost": "loss",
    "returned": "unrecorded_return",
    "transfer": "wrong_location",
    "miscount": "miscounted",
    "typing": "recording_error",
}
MORE_IN_BOOKS, LESS_IN_BOOKS = {"unrecorded_scrap", "loss"}, {"unrecorded_return"}
CITES = ("stock", "counted")
RESTS_ON = ("material", "stock", "counted", "booked", "reported", "waiting", "scrapped")


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the records explain exactly, and only then what somebody wrote."""
    found = _found(facts)
    if found is None:
        return ()
    if not found:
        same = text("Both sides have the same at this place")
        return [told(one.name, one.name == NOT_A_CONFLICT, same, *CITES) for one in CAUSES]
    it, notes = found[0], _notes(facts, found[0])
    causes = it.explained_by(facts.stock, plant.tolerances.stock_percent)
    named = {cause for clue, cause in CLUES.items() if mentions(notes, clue)}
    if not causes:
        return _by_words(it, named)
    if len(causes) > 1:
        return ()
    leanings = [told(one.name, one.name in causes, it.said, *CITES) for one in CAUSES]
    return leanings if NOT_A_CONFLICT in causes else [*leanings, *_against(causes, named)]


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Correct what is recorded wrongly by exactly what differs, or ask for a count."""
    found = _found(facts)
    it = found[0] if found else None
    causes = it.explained_by(facts.stock, plant.tolerances.stock_percent) if it else set[str]()
    if found == [] or (causes == {cause} and cause in {NOT_A_CONFLICT, "late_posting"}):
        says = PLAYBOOK.cause(cause).says
        return Remedy(cause, says, hard=(), rests_on=RESTS_ON)
    plan = _planned(cause, causes, facts, plant, it) if it else None
    if plan is None or it is None:
        return Unsettled(cause, _question(cause, facts, it), in_doubt(facts, plant, (cause,)))
    return replace(plan, unread_note=not understood(_notes(facts, it), *CLUES))


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Ask for a count of this material at this place."""
    said = PLAYBOOK.told(shortlist)
    place = facts.signal.keys.get("location", "")
    title = f"Count {facts.material.number} {place}".strip()
    order = facts.signal.keys.get("order")
    return (OpenTask(TaskDraft(plant.code, title, said or title, order)),)


def _found(facts: Facts) -> list[Found] | None:
    """Return the difference the signal is about; empty where there is none.

    None where several places differ, or something is in a unit without a factor on record.
    """
    keys, unit = facts.signal.keys, facts.material.base_unit
    location, batch = keys.get("location"), keys.get("batch")
    try:
        every = gaps(unit, facts.stock, facts.counted, location)
        here = [one for one in every if one.holds(location, batch)]
        if len(here) > 2 or (len(here) == 2 and here[0].amount != -here[1].amount):
            return None
        return [_traced(facts, gap, every) for gap in here[:1]]
    except QuantityError:
        return None


def _traced(facts: Facts, gap: Gap, every: Sequence[Gap]) -> Found:
    sent = (gap, facts.material, facts.waiting, facts.unsent, facts.unsent_reports)
    scraps = [(f"scrapped.{at}", one) for at, one in enumerate(facts.scrapped)]
    scraps += [(f"order_scrapped.{at}", one) for at, one in enumerate(facts.order_scrapped or ())]
    return Found(
        gap=gap,
        late=unsent(*sent, refused=False),
        refused=unsent(*sent, refused=True),
        scrap=tuple(thrown_away(facts.material, scraps, facts.booked)),
        mistakes=mistakes(gap, facts.material, facts.reported, facts.booked),
        others=tuple(one for one in every if one is not gap),
    )


def _by_words(it: Found, named: set[str]) -> list[Leaning]:
    """Let a note name the one cause, where no record says anything and the direction is right."""
    fitting = named - (LESS_IN_BOOKS if it.rest.amount > 0 else MORE_IN_BOOKS)
    if it.scrap or len(fitting) != 1:
        return []
    says = text("The note mentions it")
    return [Leaning(one, 2, says, ("signal.text",), from_free_text=True) for one in fitting]


def _against(causes: set[str], named: set[str]) -> list[Leaning]:
    """Let a note that names another cause contest what the records say."""
    says = text("The note says otherwise")
    contested = sorted(named - causes)
    return [Leaning(one, 3, says, ("signal.text",), from_free_text=True) for one in contested]


def _notes(facts: Facts, it: Found) -> str:
    """Return what was written with the count, and with the scrap that explains it."""
    notes = (facts.signal.text, *(report.note for report, _ in it.scrap))
    return ". ".join(note for note in notes if note.strip())


def _planned(cause: str, causes: set[str], facts: Facts, plant: Plant, it: Found) -> Remedy | None:
    """Correct what the records explain, whoever named the cause; what they do not, adjust."""
    if causes != ({cause} if causes else set()):
        return None
    match cause:
        case "recording_error" if causes:
            return _recorded_right(facts, it)
        case "unrecorded_scrap" if causes:
            return _scrapped(facts, plant, it)
        case "wrong_location" if causes:
            return _moved(facts, it)
        case "loss" | "unrecorded_return" if not causes:
            return _adjusted(cause, facts, it)
        case _:
            return None


def _recorded_right(facts: Facts, it: Found) -> Remedy | None:
    fitting = [one for one in it.mistakes if one.explains == it.rest]
    if len(fitting) != 1:
        return None
    wrong, old, right = fitting[0].document, fitting[0].document.lines[0], fitting[0].right
    if right is not None and (facts.order is None or facts.order.number != old.order):
        return None
    day = posting_date(wrong.posting_date, facts.period, facts.today)
    hard: list[Action] = [CancelMovement(wrong.number, old.material, old.plant, "Not as reported")]
    if right is not None:
        line = replace(old, quantity=right.quantity, text="")
        hard.append(PostMovement(MovementDraft(day, (line,), "Concord")))
    return _remedy(
        "recording_error",
        text("Correct document {number}", number=wrong.number),
        facts,
        it,
        hard,
        [right.derivation(1, "draft.lines.0.quantity")] if right else [],
        moved=day != wrong.posting_date,
    )


def _scrapped(facts: Facts, plant: Plant, it: Found) -> Remedy | None:
    accounts = [plant.mappings.scrap(report.reason) for report, _ in it.scrap]
    if None in accounts:
        return None
    posted = [
        (it.gap.line(facts.material, MovementType.SCRAP, amount.quantity, one.reason), amount)
        for (_, amount), one in zip(it.scrap, accounts, strict=True)
        if one
    ]
    said = ", ".join(str(line.quantity) for line, _ in posted)
    return _booked("unrecorded_scrap", text("Book {said} as scrap", said=said), facts, it, posted)


def _moved(facts: Facts, it: Found) -> Remedy:
    other = it.elsewhere(same_place=False)[0]
    source, to = (it.gap, other) if other.amount.amount < 0 else (other, it.gap)
    amount = other.excess if source is other else other.lack
    line = replace(
        source.line(facts.material, MovementType.TRANSFER_LOCATION, amount.quantity),
        to_location=to.location,
        to_batch=to.batch,
    )
    said = {"amount": amount.quantity, "source": source.place, "to": to.place}
    summary = text("Move {amount} from {source} to {to}", **said)
    return _booked("wrong_location", summary, facts, it, [(line, amount)])


def _adjusted(cause: str, facts: Facts, it: Found) -> Remedy | None:
    """Propose the adjustment once it was counted again and no record is left to arrive."""
    unclear = it.rest != it.gap.amount or it.scrap or it.mistakes
    if unclear or not mentions(facts.signal.text, "recount"):
        return None
    lost = cause == "loss"
    if lost is not (it.rest.amount > 0):
        return None
    amount = it.gap.excess if lost else it.gap.lack
    kind = MovementType.INVENTORY_LOSS if lost else MovementType.INVENTORY_GAIN
    line = it.gap.line(facts.material, kind, amount.quantity)
    summary = text("Adjust the books by {amount} to what was counted", amount=-it.rest)
    return _booked(cause, summary, facts, it, [(line, amount)])


def _booked(
    cause: str,
    summary: Text,
    facts: Facts,
    it: Found,
    posted: Sequence[tuple[GoodsMovement, Sourced]],
) -> Remedy:
    """Book all lines in one document that names the cause."""
    wished = facts.signal.time.date()
    day = posting_date(wished, facts.period, facts.today)
    draft = MovementDraft(day, tuple(line for line, _ in posted), f"Concord {cause}"[:25])
    derivations = [
        amount.derivation(0, f"draft.lines.{index}.quantity")
        for index, (_, amount) in enumerate(posted)
    ]
    hard = [PostMovement(draft)]
    return _remedy(cause, summary, facts, it, hard, derivations, moved=day != wished)


def _remedy(
    cause: str,
    summary: Text,
    facts: Facts,
    it: Found,
    hard: Sequence[Action],
    derivations: Sequence[Derivation],
    *,
    moved: bool,
) -> Remedy:
    books = it.gap.books.quantity
    where = f"{facts.material.number} at {it.gap.place}"
    change = Change("ERP", where, "unrestricted stock", str(books), str(books - it.rest))
    return Remedy(
        cause=cause,
        summary=summary,
        hard=tuple(hard),
        changes=(change,),
        derivations=tuple(derivations),
        rests_on=RESTS_ON,
        value=worth(abs(it.rest), facts.material),
        into_closed_period=moved,
    )


def _question(cause: str, facts: Facts, it: Found | None) -> Text:
    says = PLAYBOOK.cause(cause).says
    if it is None:
        material = facts.material.number
        return text("{says}: {material} differs in several places", says=says, material=material)
    return text("{says}. {compared}: count again", says=says, compared=it.said)


PLAYBOOK = Playbook(
    number="P11",
    title=text("Inventory variance"),
    business_object="stock",
    object_key="material",
    endpoint="API_MATERIAL_DOCUMENT_SRV",
    triggers=(Trigger("concord.inventory.variance.v1", keys=("material",)),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
