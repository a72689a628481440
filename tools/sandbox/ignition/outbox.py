"""The gateway's queue of messages to the ERP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tools.objects.confirmation import ConfirmationState
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.outgoing import Erp, Outgoing, Purpose


def enqueue(
    state: IgnitionState,
    plant: str,
    purpose: Purpose,
    subject: str,
    now: datetime,
    *,
    confirmation: str | None = None,
    order: str | None = None,
) -> SyncMessage:
    """Queue a message about a record."""
    message = SyncMessage(
        number=state.next_number(Record.MESSAGE),
        plant=plant,
        type=purpose.value,
        object=subject,
        state=SyncState.QUEUED,
        queued_at=now,
        confirmation=confirmation,
        order=order,
    )
    state.put_message(message)
    return message


def settle(state: IgnitionState, erp: Erp, now: datetime) -> None:
    """Send every message whose time has come, oldest first; not those of a held confirmation."""
    if state.outbound.stopped:
        return
    for entry in sorted(state.messages.values(), key=lambda one: (one.queued_at, one.number)):
        due = entry.queued_at + state.outbound.delay <= now
        if entry.state is not SyncState.QUEUED or not due or _held(state, entry):
            continue
        outgoing = _outgoing(state, entry)
        if outgoing is not None:
            _note(state, entry, erp(outgoing))


def about(state: IgnitionState, subject: str) -> Iterable[SyncMessage]:
    """Return the messages about a record."""
    return [entry for entry in state.messages.values() if entry.object == subject]


def withdraw(state: IgnitionState, subject: str) -> None:
    """Take the unsent messages about a record out of the queue."""
    for entry in about(state, subject):
        if entry.state in {SyncState.QUEUED, SyncState.FAILED}:
            del state.messages[entry.number]


def requeue(state: IgnitionState, subject: str) -> None:
    """Put the refused messages about a record back into the queue."""
    for entry in about(state, subject):
        if entry.state is SyncState.FAILED:
            state.put_message(replace(entry, state=SyncState.QUEUED))


def _note(state: IgnitionState, entry: SyncMessage, refusals: tuple[Refusal, ...]) -> None:
    """Write down what the ERP said of a message, and what that makes of its confirmation."""
    state.put_message(
        replace(
            entry,
            state=SyncState.FAILED if refusals else SyncState.SUCCEEDED,
            attempts=entry.attempts + 1,
            refusals=entry.refusals + refusals,
        )
    )
    about = state.confirmations.get(entry.confirmation or "")
    if about is not None and about.state is ConfirmationState.PENDING:
        outcome = ConfirmationState.REFUSED if refusals else ConfirmationState.POSTED
        state.put_confirmation(replace(about, state=outcome))


def _outgoing(state: IgnitionState, entry: SyncMessage) -> Outgoing | None:
    """Return what a message carries; None for one that a scenario put there as mere text.

    A cancellation carries the record it cancels, marked with the cancellation's reference.
    """
    if entry.type not in set(Purpose):
        return None
    purpose = Purpose(entry.type)
    confirmation = state.confirmations.get(entry.confirmation or "")
    movement = state.documents.get(entry.object)
    match purpose:
        case Purpose.CONFIRMATION | Purpose.CONFIRMATION_CANCELLATION:
            if confirmation is None:
                return None
            about = state.confirmations.get(confirmation.reverses or "", confirmation)
            mark = confirmation.reference
            return Outgoing(entry.number, purpose, confirmation=about, mark=mark)
        case Purpose.MOVEMENT | Purpose.MOVEMENT_CANCELLATION:
            if movement is None:
                return None
            moved = state.documents.get(movement.reverses or "", movement)
            return Outgoing(entry.number, purpose, movement=moved, mark=movement.reference)


def _held(state: IgnitionState, entry: SyncMessage) -> bool:
    about = state.confirmations.get(entry.confirmation or "")
    return about is not None and about.state is ConfirmationState.HELD
