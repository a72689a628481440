"""The site's own synchronisation queue and log."""

from __future__ import annotations

from tools.book import PlantBook
from tools.objects.sync import SyncMessage
from tools.sandbox.s4.state import S4


def load_messages(state: S4, book: PlantBook) -> None:
    """Write the messages of a book."""
    for message in book.erp.messages:
        log_message(state, message)


def log_message(state: S4, message: SyncMessage) -> None:
    """Write a message, and one log row per refusal it met."""
    state.messages[(message.number,)] = {
        "MessageID": message.number,
        "Plant": message.plant,
        "MessageType": message.type,
        "ObjectKey": message.object,
        "ManufacturingOrder": message.order or "",
        "Confirmation": message.confirmation or "",
        "Status": message.state.value.upper(),
        "QueuedAt": message.queued_at,
        "Attempts": message.attempts,
    }
    for position, refusal in enumerate(message.refusals, start=1):
        state.message_log[(message.number, str(position))] = {
            "MessageID": message.number,
            "LogItem": str(position),
            "MessageClass": refusal.message_class,
            "MessageNumber": refusal.message_number,
            "MessageText": refusal.text,
            "LoggedAt": message.queued_at,
        }
