"""Stock deficit: a goods issue for an order meets too little stock in the ERP.

Seen when    SAP refuses an issue with a deficit of unrestricted stock (M7/021), or the shop floor
             is about to take what the ERP does not show.
Settled by   booking the transfer to the line that was forgotten, moving stock from where it lies,
             and then letting the issue through; or by asking for another batch, for the quality
             decision, or for a smaller issue.
Never        issues stock in quality inspection or blocked, changes a batch without a person, or
             books stock that no system shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated

from agent.actions.action import Action
from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.actions.retry_message import RetryMessage
from agent.case.conflict import Criticality, Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.issue_notes import named, taken_straight, weighed
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Method,
    Playbook,
    Received,
    Risk,
    Today,
    Trigger,
)
from agent.playbooks.reckoning import (
    Issue,
    Sourced,
    in_base_unit,
    issues,
    posting_date,
    standing,
    stock_at,
    told,
    usable,
    worth,
)
from tools.objects.confirmation import Confirmation
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.reading import System
from tools.objects.stock import StockLine, StockType, available
from tools.objects.task import TaskDraft
from tools.plant.model import Plant

TOO_MUCH = Decimal(2)


@dataclass(frozen=True)
class Facts:
    """The refused issue, what the order needs, and every place the material lies."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    order: Annotated[ProductionOrder, System.ERP]
    material: Annotated[Material, System.ERP]
    stock: Annotated[tuple[StockLine, ...], System.ERP]
    booked: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements")]
    issue: Annotated[MaterialDocument | None, System.MES]
    reported: Annotated[Confirmation | None, System.MES]
    line_side: Annotated[tuple[StockLine, ...] | None, System.MES]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("transfer_not_booked", text("Material was moved to the line, but not booked"), Risk.LOW),
    Cause("wrong_location", text("The material lies in another storage location")),
    Cause("wrong_batch", text("The place holds the material in another batch"), Risk.HIGH),
    Cause("quality_hold", text("The material is in quality inspection or blocked"), Risk.HIGH),
    Cause("in_transit", text("The material is still in transit")),
    Cause("issue_too_large", text("More is issued than the order can need"), Risk.HIGH),
    Cause("nowhere_in_plant", text("No place in the plant holds enough"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("The stock suffices, or the issue is booked"), Risk.LOW),
)


@dataclass(frozen=True)
class Need:
    """What is wanted at one place, what is short there, and where it could come from.

    ``places`` are the other places that hold enough of the same batch. ``at_line`` says that the
    shop floor keeps the material at that place: it has booked its own issue already, so how much
    is left there now does not matter.
    """

    issue: Issue
    wanted: Sourced
    short: Sourced
    places: tuple[str, ...]
    at_line: bool
    booked: bool

    @property
    def place(self) -> str:
        """The storage location the issue names."""
        return self.issue.use.location or "-"

    @property
    def healed(self) -> bool:
        """Whether nothing is short any more, or the issue is booked."""
        return self.booked or self.short.quantity.amount <= 0

    @property
    def source(self) -> str | None:
        """The one other place it can have come from; two are nobody's guess."""
        return self.places[0] if len(self.places) == 1 else None


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the stock, the order and the shop floor speak for."""
    need = _need(facts)
    if need is None:
        return ()
    short = text("{short} are short at {place}", short=need.short.quantity, place=need.place)
    cites = (need.issue.path, "stock", "booked")
    if need.healed:
        others = [cause.name for cause in CAUSES if cause.name != NOT_A_CONFLICT]
        return [told(NOT_A_CONFLICT, True, short, *cites)] + [
            told(name, False, short, *cites) for name in others
        ]
    leanings = [
        told(NOT_A_CONFLICT, False, short, *cites),
        *_lying_elsewhere(need, *_note(facts, need)),
        *_not_to_be_had(facts, need),
        _beyond_need(facts, need),
    ]
    return [*leanings, *weighed(*_note(facts, need), leanings)]


def _note(facts: Facts, need: Need) -> tuple[str, str]:
    """Return what was written on the report that names the issue, and where it stands."""
    document = facts.issue
    if document is not None and need.issue.path.startswith("issue"):
        words = (document.header_text, *(line.text for line in document.lines))
        return "issue.header_text", " ".join(words)
    return "reported.note", facts.reported.note if facts.reported else ""


def _lying_elsewhere(need: Need, path: str, note: str) -> list[Leaning]:
    """Say whether it lies in another place, and whether the shop floor has it at this one."""
    elsewhere, line = bool(need.places), ("line_side", "stock")
    lies = text("{places} holds enough", places=", ".join(need.places) or "No other place")
    if need.at_line and (straight := taken_straight(path, note, need.places)):
        return [*straight, told("nowhere_in_plant", False, lies, "stock")]
    counted = text("The shop floor counts the material at {place}", place=need.place)
    absent = text("The shop floor does not count the material at {place}", place=need.place)
    at_line = counted if need.at_line else absent
    return [
        told("transfer_not_booked", elsewhere and need.at_line, at_line, *line),
        told("wrong_location", elsewhere and not need.at_line, lies, *line),
        told("nowhere_in_plant", not elsewhere, lies, "stock", weight=1),
    ]


def _not_to_be_had(facts: Facts, need: Need) -> list[Leaning]:
    """Say whether there is some, but in another batch, not to be used, or not there yet."""
    short, stock = need.short.quantity, (need.issue.path, "stock")
    held = _held(facts, StockType.QUALITY, StockType.BLOCKED)
    coming = _held(facts, StockType.IN_TRANSIT)
    batches = text("Other batches at {place}", place=need.place)
    kept, moving = text("{held} may not be used", held=held), text("{it} in transit", it=coming)
    return [
        told("wrong_batch", _other_batch(facts, need), batches, *stock, weight=2),
        told("quality_hold", held >= short, kept, *stock, weight=2),
        told("in_transit", coming >= short, moving, *stock, weight=2),
    ]


def _beyond_need(facts: Facts, need: Need) -> Leaning:
    """Say whether more is issued than the order can still need."""
    left = sum(
        (row.required - row.withdrawn).amount
        for row in facts.order.components
        if row.material == facts.material.number
    )
    too_large = need.wanted.quantity.amount > left * TOO_MUCH
    needs = text("The order still needs {left}", left=left)
    return told("issue_too_large", too_large, needs, need.issue.path, "order", weight=5)


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Move the stock to where it was taken, then let the issue through."""
    need = _need(facts)
    if need is None:
        return Unsettled(
            cause, text("Nobody reported an issue of {material}", material=facts.material.number)
        )
    source = need.source or named(_note(facts, need)[1], need.places)
    match cause:
        case "not_a_conflict":
            return _nothing_short(facts, need)
        case "transfer_not_booked" | "wrong_location" if source and not need.healed:
            plan = _moved_and_issued(cause, facts, need, source)
            return replace(plan, unread_note=need.source is None)
        case _:
            return Unsettled(cause, _question(cause, facts, need), in_doubt(facts, plant, (cause,)))


def _nothing_short(facts: Facts, need: Need) -> Remedy:
    """Leave alone what is booked or on its way; send again what was refused and is not booked."""
    said = text("Nothing is short any more")
    message = facts.signal.keys.get("message")
    if need.booked or message is None:
        return Remedy(NOT_A_CONFLICT, said, hard=())
    return Remedy(
        cause=NOT_A_CONFLICT,
        summary=text("{said}: send message {message} again", said=said, message=message),
        hard=(RetryMessage(message, facts.order.number),),
        changes=(_stock_change(facts, need.place, -need.wanted.quantity),),
        rests_on=("order", "material", "stock", "booked"),
        value=worth(need.wanted.quantity, facts.material),
    )


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Ask the supervisor where the material is."""
    said = PLAYBOOK.told(shortlist)
    title = f"Stock of {facts.material.number} for order {facts.order.number}"
    return (OpenTask(TaskDraft(plant.code, title, said, facts.order.number)),)


def _moved_and_issued(cause: str, facts: Facts, need: Need, source: str) -> Remedy:
    day = posting_date(facts.signal.time.date(), facts.period, facts.today)
    use, material = need.issue.use, facts.material
    transfer = GoodsMovement(
        type=MovementType.TRANSFER_LOCATION,
        material=material.number,
        plant=material.plant,
        quantity=need.short.quantity,
        location=source,
        batch=use.batch,
        to_location=use.location,
        to_batch=use.batch,
    )
    hard: list[Action] = [PostMovement(MovementDraft(day, (transfer,), "Concord"))]
    derivations = [need.short.derivation(0, "draft.lines.0.quantity")]
    if "message" in facts.signal.keys:
        hard.append(RetryMessage(facts.signal.keys["message"], facts.order.number))
    else:
        hard.append(PostMovement(MovementDraft(day, (_issue(facts, need),), "Concord")))
        derivations.append(need.wanted.derivation(1, "draft.lines.0.quantity"))
    said = {"short": need.short.quantity, "source": source, "place": need.place}
    return Remedy(
        cause=cause,
        summary=text("Move {short} from {source} to {place}, then let the issue through", **said),
        hard=tuple(hard),
        changes=(
            _stock_change(facts, source, -need.short.quantity),
            _stock_change(facts, need.place, need.short.quantity - need.wanted.quantity),
        ),
        derivations=tuple(derivations),
        rests_on=("order", "material", "stock", "booked"),
        value=worth(need.short.quantity, material),
        into_closed_period=day != facts.signal.time.date(),
    )


def _stock_change(facts: Facts, place: str, by: Quantity) -> Change:
    before = available(facts.stock, facts.material.base_unit, place)
    where = f"{facts.material.number} at {place}"
    return Change("ERP", where, "unrestricted stock", str(before), str(before + by))


def _issue(facts: Facts, need: Need) -> GoodsMovement:
    use = need.issue.use
    return GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=facts.material.number,
        plant=facts.material.plant,
        quantity=need.wanted.quantity,
        location=use.location,
        batch=use.batch,
        order=facts.order.number,
        reservation=use.reservation,
        item=use.item,
    )


def _question(cause: str, facts: Facts, need: Need) -> Text:
    says = str(PLAYBOOK.cause(cause).says)
    if len(need.places) > 1:
        says = f"{says} ({', '.join(need.places)})"
    return text(
        "{says}: {wanted} of {material} are to be issued from {place}, {short} are short",
        says=says,
        wanted=need.wanted.quantity,
        material=facts.material.number,
        place=need.place,
        short=need.short.quantity,
    )


def _need(facts: Facts) -> Need | None:
    """Return the need of the first reported issue that falls short, else of the first.

    None where no issue was reported, or one is in a unit that is not on record.
    """
    try:
        needs = [
            _need_of(facts, issue)
            for issue in issues(facts.material.number, facts.issue, facts.reported)
        ]
    except QuantityError:
        return None
    return next((need for need in needs if not need.healed), needs[0] if needs else None)


def _need_of(facts: Facts, issue: Issue) -> Need:
    wanted = in_base_unit(issue.use.quantity, issue.path, facts.material)
    there = stock_at(facts.stock, "stock", facts.material.base_unit, _here(issue))
    short = wanted - there
    return Need(
        issue=issue,
        wanted=wanted,
        short=short,
        places=_places(facts, issue, short.quantity),
        at_line=any(_here(issue)(line) for line in facts.line_side or ()),
        booked=_booked(facts, issue, wanted.quantity),
    )


def _here(issue: Issue) -> Callable[[StockLine], bool]:
    use = issue.use
    return lambda line: usable(line) and (line.location, line.batch) == (use.location, use.batch)


def _places(facts: Facts, issue: Issue, short: Quantity) -> tuple[str, ...]:
    """Return the other places that hold enough of the same batch."""
    places = {line.location for line in facts.stock} - {issue.use.location}

    def lies(place: str) -> Quantity:
        return stock_at(
            facts.stock,
            "stock",
            short.unit,
            lambda line: usable(line) and (line.location, line.batch) == (place, issue.use.batch),
        ).quantity

    return tuple(place for place in sorted(places) if lies(place) >= short)


def _other_batch(facts: Facts, need: Need) -> bool:
    use = need.issue.use
    return any(
        usable(line) and line.location == use.location and line.batch != use.batch
        for line in facts.stock
    )


def _held(facts: Facts, *states: StockType) -> Quantity:
    unit = facts.material.base_unit
    return total((line.quantity for line in facts.stock if line.type in states), unit)


def _booked(facts: Facts, issue: Issue, wanted: Quantity) -> bool:
    """Return whether the ERP already has this very issue."""
    return any(
        line.type is MovementType.ISSUE_ORDER
        and (line.material, line.quantity, line.batch)
        == (facts.material.number, wanted, issue.use.batch)
        and document.reference is not None
        and document.reference == issue.reference
        for document in standing(facts.booked)
        for line in document.lines
    )


PLAYBOOK = Playbook(
    number="P10",
    title=text("Stock deficit"),
    business_object="goods movement",
    object_key="order",
    endpoint="API_MATERIAL_DOCUMENT_SRV",
    triggers=(
        Trigger("concord.posting.rejected.v1", messages=("M7/021",), keys=("order", "material")),
        Trigger("concord.stock.deficit.v1", keys=("order", "material")),
    ),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
    criticality=Criticality.HIGH,
)
