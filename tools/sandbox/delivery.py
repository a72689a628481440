"""Where the messages of a shop floor meet the ERP of the same world.

The interface posts by the ERP's own rules and in its own session: what it books is journaled as a
write to S/4 under the sender's reference, so that a posting made once here and once by hand shows.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from tools.objects.confirmation import Confirmation
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.objects.reference import Reference
from tools.objects.sync import Refusal
from tools.sandbox.journal import Write
from tools.sandbox.outgoing import Outgoing, Purpose
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Key, Row
from tools.sandbox.s4.rules.cancelling import Cancellation, cancel_confirmation
from tools.sandbox.s4.rules.confirmation_rows import ACTIVITIES
from tools.sandbox.s4.rules.confirming import Report, confirm
from tools.sandbox.s4.rules.movements import Heading, post
from tools.sandbox.s4.rules.reversal import cancel
from tools.sandbox.s4.state import S4
from tools.sandbox.servers import Server

if TYPE_CHECKING:
    from tools.sandbox.world import World

T = TypeVar("T")

_PROCESS = "40"


def deliver(world: World, outgoing: Outgoing) -> tuple[Refusal, ...]:
    """Post one message in the world's ERP and return its refusals; none means posted."""
    now = world.clock.now()
    try:
        write = _posted(world.s4, outgoing, now)
    except Refused as refusal:
        return tuple(_said(one) for one in (refusal, *refusal.also))
    world.journal.record(write, Server.S4, now, answered=201, correlation=outgoing.number)
    _settle_log(world.s4, outgoing.number)
    return ()


def _settle_log(state: S4, message: str) -> None:
    """Let the site's own log show that a message it once refused went through."""
    row = state.messages.get((message,))
    if row is not None:
        row |= {"Status": "SUCCEEDED", "Attempts": row["Attempts"] + 1}


def _posted(state: S4, outgoing: Outgoing, now: datetime) -> Write:
    confirmation, movement = outgoing.confirmation, outgoing.movement
    match outgoing.purpose:
        case Purpose.CONFIRMATION:
            return _confirm(state, _carried(confirmation), now)
        case Purpose.CONFIRMATION_CANCELLATION:
            return _unconfirm(state, _carried(confirmation), outgoing.mark, now)
        case Purpose.MOVEMENT:
            return _move(state, _carried(movement), now)
        case Purpose.MOVEMENT_CANCELLATION:
            return _unmove(state, _carried(movement), outgoing.mark, now)


def _confirm(state: S4, entry: Confirmation, now: datetime) -> Write:
    reference = guid(entry.reference)
    report = Report(
        order=entry.order,
        operation=entry.operation,
        posting_date=entry.posting_date,
        unit=entry.yielded.unit,
        yielded=entry.yielded.amount,
        scrapped=entry.scrapped.amount,
        reworked=entry.reworked.amount,
        final=entry.final,
        lines=tuple(_issues(state, entry)),
        activities=_activities(entry),
        details={
            "ConfirmationText": entry.note[:40],
            "FinalConfirmationType": "X" if entry.final else "",
            "Personnel": (entry.operator or "")[:8],
            "VarianceReasonCode": (entry.variance_reason or "")[:4],
            "ExternalSystemConfirmation": reference,
        },
    )
    key = confirm(state, report, now)
    operation = f"create {_entity(state, entry.order)}"
    return Write(operation, f"{entry.order}/{entry.operation}", reference, "/".join(key))


def _unconfirm(state: S4, entry: Confirmation, mark: str | None, now: datetime) -> Write:
    reference = guid(mark)
    key = _confirmation_with(state, guid(entry.reference))
    if key is None:
        raise Refused(Cause.CONFIRMATION_UNKNOWN, entry.number)
    request = Cancellation(now.date(), reference=reference)
    reversing = cancel_confirmation(state, key, request, now)
    entity = _entity(state, entry.order).removesuffix("2")
    return Write(f"call Cancel{entity}", "/".join(key), reference, "/".join(reversing))


def _move(state: S4, document: MaterialDocument, now: datetime) -> Write:
    reference = short(document.reference)
    heading = Heading(
        document.posting_date, now, reference=reference or "", text=document.header_text[:25]
    )
    key = post(state, heading, tuple(map(_line, document.lines)))
    year, number = key
    about = document.lines[0].order or document.lines[0].material
    return Write("create A_MaterialDocumentHeader", about, reference, f"{number}/{year}")


def _unmove(state: S4, document: MaterialDocument, mark: str | None, now: datetime) -> Write:
    key = _document_with(state, short(document.reference))
    if key is None:
        raise Refused(Cause.DOCUMENT_UNKNOWN, document.number, document.posting_date.year)
    year, number = cancel(state, key, Heading(now.date(), now, reference=short(mark) or ""))
    return Write("call Cancel", "/".join(reversed(key)), short(mark), f"{number}/{year}")


def _issues(state: S4, entry: Confirmation) -> list[Line]:
    plant = state.orders[(entry.order,)]["ProductionPlant"] if _known(state, entry.order) else ""
    return [
        Line(
            type="261",
            material=use.material,
            plant=plant,
            quantity=use.quantity.amount,
            unit=use.quantity.unit,
            location=use.location or "",
            batch=use.batch or "",
            order=entry.order,
            reservation=use.reservation or "",
            item=use.item or "",
        )
        for use in entry.uses
        if use.quantity
    ]


def _activities(entry: Confirmation) -> Row:
    row: dict[str, Any] = {}
    for use in entry.activities:
        position = ACTIVITIES.get(use.activity)
        if position is not None:
            row[f"OpConfirmedWorkQuantity{position}"] = use.quantity.amount
            row[f"OpWorkQuantityUnit{position}"] = use.quantity.unit
    return row


def _line(movement: GoodsMovement) -> Line:
    return Line(
        type=movement.type.value,
        material=movement.material,
        plant=movement.plant,
        quantity=movement.quantity.amount,
        unit=movement.quantity.unit,
        location=movement.location or "",
        batch=movement.batch or "",
        order=movement.order or "",
        reservation=movement.reservation or "",
        item=movement.item or "",
        cost_center=movement.cost_center or "",
        to_location=movement.to_location or "",
        to_batch=movement.to_batch or "",
        reason=movement.reason or "",
        text=movement.text,
    )


def _confirmation_with(state: S4, reference: str | None) -> Key | None:
    """Return the confirmation that carries a reference and stands."""
    for key, row in state.confirmations.items():
        marked = row.get("ExternalSystemConfirmation")
        if reference and str(marked) == reference and not row.get("IsReversal"):
            return key
    return None


def _document_with(state: S4, reference: str | None) -> Key | None:
    for key, row in state.documents.items():
        if reference and row.get("ReferenceDocument") == reference:
            return key
    return None


def _entity(state: S4, order: str) -> str:
    """Return what the confirmation service of an order's category calls a confirmation."""
    row = state.orders.get((order,), {})
    return "ProcOrdConf2" if row.get("ManufacturingOrderCategory") == _PROCESS else "ProdnOrdConf2"


def _known(state: S4, order: str) -> bool:
    return (order,) in state.orders


def _carried(record: T | None) -> T:
    if record is None:
        raise TypeError("a message carries the record its purpose is about")
    return record


def _said(refusal: Refused) -> Refusal:
    message_class, _, number = refusal.code.rpartition("/")
    return Refusal(message_class, number, refusal.text)


def guid(mark: str | None) -> str | None:
    """Return a mark as ``ExternalSystemConfirmation`` carries it; None if it is no GUID."""
    reference = Reference.read(mark)
    return reference.guid if reference else None


def short(mark: str | None) -> str | None:
    """Return a mark as ``ReferenceDocument`` carries it: at most sixteen characters."""
    reference = Reference.read(mark)
    if reference is not None:
        return reference.short
    return mark[:16] if mark else None
