"""Sending a refused message again."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.confirmation import ConfirmationState
from tools.objects.sync import SyncState
from tools.sandbox.ignition.bodies import RetryMessage
from tools.sandbox.ignition.refusal import conflict, unknown
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.write import Call, Done, Write


def _retry(state: IgnitionState, body: RetryMessage, call: Call) -> Done:
    message = state.messages.get(body.message)
    if message is None:
        raise unknown("message", body.message, "message")
    about = state.confirmations.get(message.confirmation or "")
    held = about is not None and about.state is ConfirmationState.HELD
    if message.state is not SyncState.FAILED or held:
        stands = "held" if held else message.state.value
        raise conflict("message_state", f"message {message.number} is {stands}", "message")
    state.put_message(replace(message, state=SyncState.QUEUED))
    if about is not None and about.state is ConfirmationState.REFUSED:
        state.put_confirmation(replace(about, state=ConfirmationState.PENDING))
    return Done(Record.MESSAGE, message.number)


WRITES = {"retry": Write(RetryMessage, _retry)}
