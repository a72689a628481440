"""What this site built for itself: its synchronisation queue and log, and its posting periods.

None of it is SAP's. A real site has other names for it or none of it; the plant's configuration
says what they are. ``site_service`` takes the names, ``SERVICE`` is the sandbox's own choice.
"""

from __future__ import annotations

from dataclasses import dataclass

from tools.sandbox.odata.edm import EntityType, entity_type, to_many
from tools.sandbox.odata.service import Function, FunctionCall, Service
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.world import World


@dataclass(frozen=True, slots=True)
class SiteNames:
    """How a site calls its service and what is in it."""

    service: str = "ZCONCORD_SITE_SRV"
    queue: str = "cpmSyncQueue"
    log: str = "cpmSyncLog"
    period: str = "cpmPostingPeriod"
    retry: str = "RetryMessage"


def site_service(names: SiteNames) -> Service:
    """Return the site's service under its names."""
    message = _message_type(names)

    def retry(world: World, call: FunctionCall) -> Row:
        return shown(message, _queue_again(world, call.parameters["MessageID"]))

    return Service(
        name=names.service,
        sets=(
            view(names.queue, message, lambda state: state.messages.values()),
            view(names.log, _log_type(names), lambda state: state.message_log.values()),
            view(names.period, _period_type(names), lambda state: state.periods.values()),
        ),
        functions=(
            Function(
                names.retry,
                retry,
                "String(40): MessageID!\nGuid: Reference",
                returns=names.queue,
                on=names.queue,
                reference="Reference",
            ),
        ),
        catches=(Refused,),
        translate=as_said,
    )


def _message_type(names: SiteNames) -> EntityType:
    return entity_type(
        f"{names.queue}Type",
        "MessageID",
        """
        String(40): MessageID ObjectKey
        String(4): Plant
        String(30): MessageType
        String(12): ManufacturingOrder
        String(20): Confirmation
        String(10): Status
        DateTimeOffset: QueuedAt
        Int32: Attempts
        """,
        to_many("to_Log", names.log, "MessageID"),
    )


def _log_type(names: SiteNames) -> EntityType:
    return entity_type(
        f"{names.log}Type",
        "MessageID LogItem",
        """
        String(40): MessageID
        String(6): LogItem
        String(20): MessageClass
        String(3): MessageNumber
        String(220): MessageText
        DateTimeOffset: LoggedAt
        """,
    )


def _period_type(names: SiteNames) -> EntityType:
    return entity_type(
        f"{names.period}Type",
        "CompanyCode",
        """
        String(4): CompanyCode
        DateTime: OpensOn ClosesOn
        """,
    )


def _queue_again(world: World, number: str) -> Row:
    """Put a refused message back into the queue, as it is."""
    row = world.s4.messages.get((number,))
    if row is None:
        raise Refused(Cause.MESSAGE_UNKNOWN, number)
    if row["Status"] != "FAILED":
        raise Refused(Cause.MESSAGE_NOT_REFUSED, number, row["Status"])
    row |= {"Status": "QUEUED", "Attempts": row["Attempts"] + 1, "QueuedAt": world.clock.now()}
    return row


SERVICE = site_service(SiteNames())
