"""The site's own service in front of the application log, for copies of Concord's audit.

SAP releases none. Behind a real one, a class writes what comes by ``CL_BALI_LOG``; here it is a
table. As a plain service does, it refuses a key it has already.
"""

from __future__ import annotations

from dataclasses import replace

from tools.sandbox.odata.edm import entity_type
from tools.sandbox.odata.service import Payload, Service
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services import asking
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.world import World

_SET = "AuditEntrySet"

ENTRY = entity_type(
    "AuditEntryType",
    "EntryHash",
    """
    String(64): EntryHash
    Int32: EntrySequence
    String(4): Plant
    DateTimeOffset: RecordedAt
    String: RecordedBy Activity CaseID Reason Documents Details
    """,
)


def _create(world: World, payload: Payload) -> Row:
    for name in ("EntryHash", "EntrySequence", "RecordedAt", "RecordedBy", "Activity", "CaseID"):
        asking.required(payload, name)
    key, log = (payload["EntryHash"],), world.s4.application_log
    if key in log:
        raise Refused(Cause.LOGGED_ALREADY, payload["EntrySequence"])
    log[key] = dict(payload)
    return shown(ENTRY, log[key])


SERVICE = Service(
    name="ZCONCORD_AUDIT_SRV",
    sets=(
        replace(
            view(_SET, ENTRY, lambda state: state.application_log.values()),
            create=_create,
            reference="EntryHash",
        ),
    ),
    catches=(Refused,),
    translate=as_said,
)
