"""What a floor's report has become on its way to the ERP: posted, waiting, held or refused.

Everything told here lies before the case: it is part of the world, no write that anybody sends in
it, so the journal does not show it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.movement import MaterialDocument
from tools.objects.nonconformance import Held
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.sandbox.delivery import deliver, guid, short
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.outgoing import Outgoing, Purpose
from tools.sandbox.s4.loading.messages import log_message
from tools.sandbox.world import World

Record = Confirmation | MaterialDocument


def send(world: World, floor: Floor, record: Record, at: datetime) -> SyncMessage:
    """Send a report to the ERP and keep what the ERP says of it."""
    return transmit(world, floor, record, queue(floor, record, at))


def transmit(world: World, floor: Floor, record: Record, message: SyncMessage) -> SyncMessage:
    """Send one message about a report, or send it again."""
    known = len(world.journal.entries)
    confirmation = record if isinstance(record, Confirmation) else None
    movement = record if isinstance(record, MaterialDocument) else None
    refusals = deliver(
        world,
        Outgoing(message.number, _purpose(record), confirmation=confirmation, movement=movement),
    )
    del world.journal.entries[known:]
    if refusals:
        return refuse(world, floor, record, message, refusals)
    _mark(floor, record, ConfirmationState.POSTED)
    sent = replace(message, state=SyncState.SUCCEEDED, attempts=message.attempts + 1)
    floor.put_message(sent)
    return sent


def queue(floor: Floor, record: Record, at: datetime) -> SyncMessage:
    """Put the message about a report into the queue."""
    order = record.order if isinstance(record, Confirmation) else record.lines[0].order
    return floor.queue(_purpose(record), record.number, order, at)


def refuse(
    world: World,
    floor: Floor,
    record: Record | None,
    message: SyncMessage,
    refusals: tuple[Refusal, ...],
) -> SyncMessage:
    """Let the ERP have refused a message: the MES and the site's own log both show it."""
    refused = replace(
        message,
        state=SyncState.FAILED,
        attempts=message.attempts + 1,
        refusals=message.refusals + refusals,
    )
    floor.put_message(refused)
    if record is not None:
        _mark(floor, record, ConfirmationState.REFUSED)
    log_message(world.s4, refused)
    return refused


def hold_back(floor: Floor, record: Confirmation, reason: str, at: datetime) -> str:
    """Keep a reported confirmation from being sent; return the hold's number."""
    if record.state is not ConfirmationState.PENDING:
        raise Impossible(f"confirmation {record.number} is {record.state.value}, it cannot be held")
    return floor.hold(Held.CONFIRMATION, record.number, reason, at)


def erp_number(world: World, record: Record) -> str | None:
    """Return under which number the ERP keeps what was reported."""
    state, reference = world.s4, record.reference
    if isinstance(record, Confirmation):
        mark = guid(reference)
        for key, row in state.confirmations.items():
            if row.get("ExternalSystemConfirmation") == mark:
                return "/".join(key)
        return None
    mark = short(reference)
    for (year, number), row in state.documents.items():
        if row.get("ReferenceDocument") == mark:
            return f"{number}/{year}"
    return None


def _purpose(record: Record) -> Purpose:
    return Purpose.CONFIRMATION if isinstance(record, Confirmation) else Purpose.MOVEMENT


def _mark(floor: Floor, record: Record, state: ConfirmationState) -> None:
    if isinstance(record, Confirmation):
        floor.put_confirmation(replace(floor.confirmation(record.number), state=state))
