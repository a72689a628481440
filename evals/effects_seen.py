"""What was done to the systems, as their own journal has it, in the words of actions.

Nothing here asks Concord: a posting its records do not know of shows all the same. What a shop
floor's interface delivered to the ERP is a consequence of what was done in the MES, not a deed.
"""

from __future__ import annotations

from tools.sandbox.servers import Server
from tools.sandbox.world import World

KINDS = {
    (Server.S4, "create ProdnOrdConf2"): "post_confirmation",
    (Server.S4, "create ProcOrdConf2"): "post_confirmation",
    (Server.S4, "call CancelProdnOrdConf"): "cancel_confirmation",
    (Server.S4, "call CancelProcOrdConf"): "cancel_confirmation",
    (Server.S4, "call ReleaseOrder"): "release_order",
    (Server.S4, "call TechlyCmpltOrder"): "complete_order",
    (Server.DM, "POST /order/v2/orders/release"): "dispatch_order",
    (Server.DM, "POST /order/v1/orders/complete"): "finish_order",
    (Server.IGNITION, "post orders/release"): "dispatch_order",
    (Server.IGNITION, "post orders/complete"): "finish_order",
    (Server.S4, "create MaintenanceNotification"): "notify_maintenance",
    (Server.CMMS, "create notifications"): "notify_maintenance",
    (Server.S4, "create A_MaterialDocumentHeader"): "post_movement",
    (Server.S4, "call Cancel"): "cancel_movement",
    (Server.S4, "call CancelItem"): "cancel_movement",
    (Server.DM, "process confirm"): "report_confirmation",
    (Server.DM, "POST /quantityConfirmation/v1/confirm"): "report_confirmation",
    (Server.DM, "process cancel_confirmation"): "withdraw_confirmation",
    (Server.DM, "process hold_confirmation"): "hold_confirmation",
    (Server.DM, "process free_confirmation"): "free_confirmation",
    (Server.DM, "POST /processorder/v1/goodsissue"): "report_issue",
    (Server.DM, "POST /processorder/v1/goodsissue/cancellations"): "withdraw_issue",
    (Server.DM, "process retry_message"): "retry_message",
    (Server.DM, "process place_hold"): "place_hold",
    (Server.DM, "process lift_hold"): "lift_hold",
    (Server.DM, "POST /alerts/v1/Alerts"): "open_task",
    (Server.IGNITION, "post confirmations/post"): "report_confirmation",
    (Server.IGNITION, "post confirmations/cancel"): "withdraw_confirmation",
    (Server.IGNITION, "post confirmations/hold"): "hold_confirmation",
    (Server.IGNITION, "post confirmations/free"): "free_confirmation",
    (Server.IGNITION, "post consumption/report"): "report_issue",
    (Server.IGNITION, "post consumption/cancel"): "withdraw_issue",
    (Server.IGNITION, "post messages/retry"): "retry_message",
    (Server.IGNITION, "post holds/place"): "place_hold",
    (Server.IGNITION, "post holds/lift"): "lift_hold",
    (Server.IGNITION, "post tasks/open"): "open_task",
}


def carried_out(world: World, since: int) -> tuple[str, ...]:
    """Return the kinds of all committed deeds after so many entries of the journal, in order.

    A write no action is known for is called what the server calls it.
    """
    messages = {*world.dm.messages, *world.ignition.messages}
    return tuple(
        KINDS.get((entry.server, entry.operation), entry.operation)
        for entry in world.journal.entries[since:]
        if entry.committed and entry.correlation not in messages
    )
