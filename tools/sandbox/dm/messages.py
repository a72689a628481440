"""The Integration Message Dashboard: ``/integration/v1/integrationMessages`` [spec].

The list says that a message failed, not why; the reasons come from the site's own process.
"""

from __future__ import annotations

from tools.jsontext import Writable
from tools.objects.sync import SyncMessage, SyncState
from tools.sandbox.dm.call import Answer, Call, Written, paged, parsed_moment
from tools.sandbox.dm.refusal import unknown, wrong
from tools.sandbox.dm.state import DmState

STATUS = {
    SyncState.QUEUED: "QUEUED",
    SyncState.SENT: "IN_PROCESS",
    SyncState.SUCCEEDED: "COMPLETED",
    SyncState.FAILED: "FAILED",
}


def listed(call: Call) -> Answer:
    """GET /integration/v1/integrationMessages: messages by plant, type, status and time."""
    plants, kinds = call.several("plants"), call.several("messageTypes")
    statuses = call.several("overallStatuses")
    since, until = call.asked("createdOnFrom"), call.asked("createdOnTo")
    found: list[Writable] = [
        {
            "id": message.number,
            "plant": message.plant,
            "messageNumber": message.number,
            "messageType": message.type,
            "overallStatus": status(call.state, message),
        }
        for message in reversed(call.state.messages.values())
        if (not plants or message.plant in plants)
        and (not kinds or message.type in kinds)
        and (not statuses or status(call.state, message) in statuses)
        and (since is None or message.queued_at >= parsed_moment(since))
        and (until is None or message.queued_at <= parsed_moment(until))
    ]
    return paged(call, found)


def set_inactive(call: Call) -> Answer:
    """POST /integration/v1/integrationMessages/setToInactive: put messages aside for good."""
    numbers = call.body if isinstance(call.body, list) else []
    wanted = [number for number in numbers if isinstance(number, str)]
    if not wanted or len(wanted) != len(numbers):
        raise wrong("body.malformed", "the body is not a list of message ids")
    for number in wanted:
        if number not in call.state.messages:
            raise unknown("integrationMessage", number)
    call.state.inactive |= set(wanted)
    return Answer(wanted, written=Written(None, "message", wanted[0]))


def status(state: DmState, message: SyncMessage) -> str:
    """Return DM's word for where a message stands."""
    return "INACTIVE" if message.number in state.inactive else STATUS[message.state]
