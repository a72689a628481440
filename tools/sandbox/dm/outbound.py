"""DM's messages to the ERP: queued with each posting, delivered a moment later, dashboarded.

[client] A confirmation leaves as ``ERP_YIELD_CONFIRMATION``; what the ERP refuses shows in the
Integration Message Dashboard. [sandbox] The other message types, and the delay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.movement import MaterialDocument
from tools.objects.reference import Reference
from tools.objects.sync import SyncMessage, SyncState
from tools.sandbox.delivery import deliver
from tools.sandbox.dm.state import DmState, Record
from tools.sandbox.outgoing import Erp, Outgoing, Purpose

if TYPE_CHECKING:
    from tools.sandbox.world import World

TYPES = {
    Purpose.CONFIRMATION: "ERP_YIELD_CONFIRMATION",
    Purpose.CONFIRMATION_CANCELLATION: "ERP_YIELD_CONFIRMATION_CANCELLATION",
    Purpose.MOVEMENT: "ERP_GOODS_MOVEMENT",
    Purpose.MOVEMENT_CANCELLATION: "ERP_GOODS_MOVEMENT_CANCELLATION",
}
_PURPOSES = {name: purpose for purpose, name in TYPES.items()}


def settle(world: World) -> None:
    """Deliver the messages whose time has come to the ERP of the same world."""
    deliver_due(world.dm, lambda outgoing: deliver(world, outgoing), world.clock.now())


def deliver_due(state: DmState, erp: Erp, now: datetime) -> None:
    """Deliver every message whose time has come, oldest first."""
    if state.outbound.stopped:
        return
    for message in list(state.messages.values()):
        if message.state is not SyncState.QUEUED or message.number in state.inactive:
            continue
        if message.queued_at + state.outbound.delay <= now:
            _deliver(state, message, erp)


def queue_confirmation(
    state: DmState, purpose: Purpose, confirmation: Confirmation, now: datetime
) -> str:
    """Queue a message about a confirmation and return its number."""
    plant = state.orders[confirmation.order].plant
    number = _queue(state, purpose, confirmation.number, plant, confirmation.order, now)
    state.messages[number] = replace(state.messages[number], confirmation=confirmation.number)
    return number


def queue_movement(
    state: DmState, purpose: Purpose, movement: MaterialDocument, now: datetime
) -> str:
    """Queue a message about a goods movement and return its number."""
    line = movement.lines[0]
    return _queue(state, purpose, movement.number, line.plant, line.order, now)


def message_about(state: DmState, number: str) -> SyncMessage | None:
    """Return the latest message about a confirmation or a movement."""
    about = (one for one in reversed(state.messages.values()) if one.object == number)
    return next(about, None)


def withdraw(state: DmState, number: str) -> bool:
    """Keep the message about a record from being sent; False if the ERP has it already."""
    message = message_about(state, number)
    if message is None or message.state is SyncState.SUCCEEDED:
        return False
    state.inactive.add(message.number)
    return True


def _queue(
    state: DmState, purpose: Purpose, about: str, plant: str, order: str | None, now: datetime
) -> str:
    number = state.draw(Record.MESSAGE)
    state.messages[number] = SyncMessage(
        number=number,
        plant=plant,
        type=TYPES[purpose],
        object=about,
        state=SyncState.QUEUED,
        queued_at=now,
        order=order,
    )
    return number


def _deliver(state: DmState, message: SyncMessage, erp: Erp) -> None:
    outgoing = _outgoing(state, message)
    if outgoing is None:
        return
    refusals = erp(outgoing)
    state.messages[message.number] = replace(
        message,
        state=SyncState.FAILED if refusals else SyncState.SUCCEEDED,
        attempts=message.attempts + 1,
        refusals=message.refusals + refusals,
    )
    reported = outgoing.confirmation
    if reported is not None and outgoing.purpose is Purpose.CONFIRMATION:
        done = ConfirmationState.REFUSED if refusals else ConfirmationState.POSTED
        own = state.confirmations[reported.number]
        state.confirmations[reported.number] = replace(own, state=done)


def _outgoing(state: DmState, message: SyncMessage) -> Outgoing | None:
    """Return what a message carries; None for one that a scenario put there as mere text."""
    purpose = _PURPOSES.get(message.type)
    confirmation = state.confirmations.get(message.confirmation or message.object)
    movement = state.documents.get(message.object)
    match purpose:
        case Purpose.CONFIRMATION | Purpose.CONFIRMATION_CANCELLATION if confirmation:
            undone = (one for one in state.confirmations.values() if one.reverses)
            mark = next((o.reference for o in undone if o.reverses == confirmation.number), None)
            known = replace(confirmation, reference=_key(confirmation))
            return Outgoing(message.number, purpose, confirmation=known, mark=mark)
        case Purpose.MOVEMENT | Purpose.MOVEMENT_CANCELLATION if movement:
            reversing = state.documents.get(movement.reversed_by or "")
            mark = reversing.reference if reversing else None
            booked = replace(movement, reference=_key(movement))
            return Outgoing(message.number, purpose, movement=booked, mark=mark)
        case _:
            return None


def _key(record: Confirmation | MaterialDocument) -> str:
    """Return the mark under which the ERP keeps a record: its sender's, else one of DM's own."""
    return record.reference or Reference.of("dm", record.number).guid
