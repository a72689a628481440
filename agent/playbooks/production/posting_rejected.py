"""Posting rejected: the ERP refused a message of the shop floor, and somebody has to say why.

Seen when    a message on its way from MES to ERP comes back with a refusal, or does not come back.
Settled by   sending it again where what stood against it has passed or was put right; reporting it
             with a date in the open period, if a controller agrees; handing it to who knows better
             (stock, quantities); else by asking the right role, with the suggested fix.
Never        sends again what the ERP already has, what is on its way, or what will only be refused
             anew; never reads a cause out of a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from agent.actions.action import Action
from agent.actions.open_task import OpenTask
from agent.actions.retry_message import RetryMessage
from agent.case.conflict import Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.correcting import Correction
from agent.playbooks.pairing import Entry, marked, standing
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Method,
    Playbook,
    Received,
    Risk,
    Today,
    Trigger,
    Via,
)
from agent.playbooks.reckoning import standing as standing_documents
from agent.playbooks.reckoning import told, worth
from agent.playbooks.refusals import UNKNOWN, Meaning, meanings
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.movement import MaterialDocument
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.quantity import QuantityError
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.sync import SyncMessage, SyncState
from tools.objects.task import TaskDraft
from tools.plant.model import Plant

STUCK = "concord.posting.stuck.v1"
ON_ITS_WAY = frozenset({SyncState.QUEUED, SyncState.SENT})
UNANSWERED = Meaning(
    "", "unanswered", "integrator", "See whether the interface runs and the ERP answers", "none"
)
MOST_ATTEMPTS = 3
TAKES_POSTINGS = frozenset(
    {
        OrderStatus.RELEASED,
        OrderStatus.IN_PROGRESS,
        OrderStatus.PARTIALLY_CONFIRMED,
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
    }
)


@dataclass(frozen=True)
class Facts:
    """The refused message as both sides keep it, what it carries, and what it was meant for."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    message: Annotated[SyncMessage | None, System.MES]
    queued: Annotated[SyncMessage | None, System.ERP]
    reported: Annotated[
        Confirmation | None,
        System.MES,
        Via("message", lambda it: {"confirmation": it.confirmation or it.object}),
    ]
    issue: Annotated[
        MaterialDocument | None, System.MES, Via("message", lambda it: {"document": it.object})
    ]
    order: Annotated[ProductionOrder | None, System.ERP]
    product: Annotated[
        Material | None, System.ERP, Via("order", lambda it: {"material": it.material})
    ]
    postings: Annotated[tuple[Confirmation, ...] | None, System.ERP]
    booked: Annotated[tuple[MaterialDocument, ...] | None, System.ERP, Method("movements")]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("transient", text("Somebody had the object open, or the ERP did not answer"), Risk.LOW),
    Cause("cleared", text("What stood against it has been put right since"), Risk.LOW),
    Cause("period_closed", text("The posting date lies in a closed period"), Risk.HIGH),
    Cause("stock_deficit", text("The ERP shows too little stock"), Risk.HIGH),
    Cause("over_tolerance", text("The quantity exceeds what the order allows"), Risk.HIGH),
    Cause("order_status", text("The order takes no postings in its status"), Risk.HIGH),
    Cause("account_determination", text("No account is assigned to this posting"), Risk.HIGH),
    Cause("master_data", text("The ERP does not know what the message names"), Risk.HIGH),
    Cause("interface", text("The interface calls the ERP wrongly"), Risk.HIGH),
    Cause("unanswered", text("It is on its way for too long, and nobody answers"), Risk.HIGH),
    Cause("unknown_message", text("Nobody has said yet what this refusal means"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("The ERP has it, or it is on its way again"), Risk.LOW),
)


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the refusal means, and whether it still stands."""
    said, done = _said(facts), _done(facts)
    lies = facts.signal.type == STUCK and (done or _unanswered(facts))
    if not (said or lies):
        return ()
    meaning = _meaning(facts)
    handover = None if done or _denied(facts) else _handover(facts, meaning)
    if handover is not None:
        return handover
    cause = NOT_A_CONFLICT if done else "cleared" if _healed(facts, meaning) else meaning.cause
    because = done or _told(facts)
    cites = ("message", "signal", "order", "period", "postings", "booked")
    leanings = [told(one.name, one.name == cause, because, *cites) for one in CAUSES]
    if _denied(facts):
        other = text("The signal names {code}", code=facts.signal.message)
        leanings.append(Leaning(cause, -3, other, ("signal.message", "message"), excludes=True))
    return tuple(leanings)


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Send the message again, report it with another date, or ask who can help."""
    message, order = facts.message, facts.signal.keys["order"]
    match cause:
        case "not_a_conflict":
            return Remedy(cause, text("Nothing is left to be posted"), hard=())
        case "transient" | "cleared" if message is not None and _may_go_again(message):
            return Remedy(
                cause=cause,
                summary=text("Send message {message} again", message=message.number),
                hard=(RetryMessage(message.number, order),),
                rests_on=("message",),
                # The shop floor had posted this already: it moves what was to be moved anyway.
                value=Money(Decimal(0), plant.currency),
            )
        case "period_closed":
            return _dated_anew(cause, facts, plant)
        case _:
            return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Put the question into the right queue."""
    order, meaning = facts.signal.keys["order"], _meaning(facts)
    title = f"For the {meaning.role}: order {order}, refused posting"
    said = PLAYBOOK.told(shortlist)
    return (OpenTask(TaskDraft(plant.code, title, f"{said}. {meaning.fix}.", order)),)


def _dated_anew(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Report the confirmation with today's date; a controller decides."""
    reported, period = facts.reported, facts.period
    open_today = period is not None and period.admits(facts.today)
    if reported is None or not open_today or reported.state is not ConfirmationState.REFUSED:
        return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
    entry, correction = Entry("reported", reported), Correction()
    correction.withdraw(entry, "Its posting date lies in a closed period")
    correction.report(entry, facts.today)
    before, after = reported.posting_date.isoformat(), facts.today.isoformat()
    return Remedy(
        cause=cause,
        summary=text(
            "Report it again with {after} instead of {before}", after=after, before=before
        ),
        hard=tuple(correction.hard),
        derivations=tuple(correction.derivations),
        rests_on=("message", "reported", "period"),
        value=_value(facts),
        into_closed_period=True,
    )


def _said(facts: Facts) -> tuple[str, ...]:
    """Return the refusals in their order, as codes: the message's own, else the signal's."""
    kept = facts.message or facts.queued
    codes = tuple(one.code for one in kept.refusals) if kept else ()
    status = facts.signal.data.get("http_status")
    named = facts.signal.message or (f"HTTP/{status}" if status else None)
    return codes or ((named,) if named else ())


def _telling(codes: Sequence[str]) -> Meaning:
    """Return what the latest refusal means that says anything; an unknown one is not skipped."""
    for code in reversed(codes):
        meaning = meanings().get(code) or meanings().get(code.rpartition("/")[0] + "/*") or UNKNOWN
        if meaning.cause not in {"wrapper", "success"}:
            return meaning
    return UNKNOWN


def _meaning(facts: Facts) -> Meaning:
    """Return what the trouble means: that nobody answers, or what the latest refusal says."""
    return UNANSWERED if _unanswered(facts) else _telling(_said(facts))


def _told(facts: Facts) -> Text:
    """Return what the diagnosis rests on."""
    lies = _unanswered(facts)
    if lies is None:
        return text("The ERP said {codes}", codes=", ".join(_said(facts)))
    return text(
        "Message {message} is {state} since {since}",
        message=lies.number,
        state=lies.state.value,
        since=f"{lies.queued_at:%Y-%m-%d %H:%M} UTC",
    )


def _unanswered(facts: Facts) -> SyncMessage | None:
    """Return the message if it still lies where it lay when somebody told that it is stuck."""
    kept = facts.message or facts.queued
    if facts.signal.type != STUCK or kept is None or kept.state not in ON_ITS_WAY:
        return None
    return kept if kept.queued_at <= facts.signal.time else None


def _denied(facts: Facts) -> bool:
    """Return whether the message was never refused with what the signal names."""
    kept, named = facts.message or facts.queued, facts.signal.message
    codes = {one.code for one in kept.refusals} if kept else set[str]()
    return named is not None and bool(codes) and named not in codes


def _done(facts: Facts) -> Text | None:
    """Say why nothing is left to do: the ERP has it, or it is on its way again."""
    mark = marked(facts.reported) if facts.reported else None
    entries = standing(facts.postings or (), "postings")
    posted = [one.it.number for one in entries if mark is not None and marked(one.it) == mark]
    if facts.issue is not None and facts.issue.reference is not None:
        own = Reference.read(facts.issue.reference)
        names = {facts.issue.reference, own.short if own else None}
        documents = standing_documents(facts.booked or ())
        posted += [one.number for one in documents if one.reference in names - {None}]
    if posted:
        return text("The ERP has it as {number}", number=posted[0])
    held = facts.reported is not None and facts.reported.state is ConfirmationState.HELD
    if _unanswered(facts):
        return text("Somebody holds it back") if held else None
    if facts.message is not None and facts.message.state is not SyncState.FAILED:
        return text("The message is {state}", state=facts.message.state.value)
    return None


def _healed(facts: Facts, meaning: Meaning) -> bool:
    """Return whether the facts show that what stood against the posting is gone."""
    order, carried = facts.order, facts.reported or facts.issue
    match meaning.heals:
        case "order_exists":
            return order is not None
        case "order_open":
            return order is not None and order.status in TAKES_POSTINGS and not order.locked
        case "period_open":
            day = carried.posting_date if carried else None
            return day is not None and facts.period is not None and facts.period.admits(day)
        case _:
            return False


def _handover(facts: Facts, meaning: Meaning) -> Handover | None:
    """Hand over what another playbook knows better, with the keys it needs."""
    says = text("The ERP refused it with {code}", code=meaning.code)
    reported, issue = facts.reported, facts.issue
    if meaning.cause == "over_tolerance" and reported is not None:
        keys = (("confirmation", reported.number), ("operation", reported.operation))
        return Handover("production/confirmation_quantity", says, keys)
    material = _short_of(facts)
    if meaning.cause == "stock_deficit" and material is not None:
        record = ("document", issue.number) if issue else None
        record = ("confirmation", reported.number) if reported else record
        return Handover(
            "materials/stock_deficit",
            says,
            (("material", material), *((record,) if record else ())),
        )
    return None


def _short_of(facts: Facts) -> str | None:
    """Return the material the ERP is short of: the one named, or the only one it can be."""
    used = {use.material for use in facts.reported.uses} if facts.reported else set[str]()
    used |= {line.material for line in facts.issue.lines} if facts.issue else set[str]()
    kept = facts.message or facts.queued
    words = {word for one in kept.refusals for word in one.text.split()} if kept else set[str]()
    named = used & words or used
    return facts.signal.keys.get("material") or (named.pop() if len(named) == 1 else None)


def _may_go_again(message: SyncMessage) -> bool:
    return message.state is SyncState.FAILED and message.attempts < MOST_ATTEMPTS


def _value(facts: Facts) -> Money | None:
    """Return what the message would move; None where that is not known."""
    if facts.reported is None or facts.product is None:
        return None
    try:
        made = Entry("reported", facts.reported).made(facts.product)
    except QuantityError:
        return None
    return worth(made[0] + made[1] + made[2], facts.product)


def _question(cause: str, facts: Facts) -> Text:
    meaning = _meaning(facts)
    return text(
        "{says} ({codes}), order {order}. For the {role}: {fix}",
        says=PLAYBOOK.cause(cause).says,
        codes=", ".join(_said(facts)) or facts.signal.keys.get("message", "–"),
        order=facts.signal.keys["order"],
        role=meaning.role,
        fix=text(meaning.fix),
    )


PLAYBOOK = Playbook(
    number="P6",
    title=text("Posting rejected"),
    business_object="message",
    object_key="order",
    endpoint="API_PROD_ORDER_CONFIRMATION_2_SRV",
    triggers=(
        Trigger("concord.posting.rejected.v1", keys=("order",)),
        Trigger(STUCK, keys=("order",)),
    ),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
