"""Copies of Concord's audit in the gateway's audit profile.

The script calls ``system.util.audit`` with what it was sent; the reference, kept beside, makes a
repeat one row.
"""

from __future__ import annotations

from tools.sandbox.ignition.bodies import CopyAudit
from tools.sandbox.ignition.refusal import unknown
from tools.sandbox.ignition.state import AuditEvent, IgnitionState, Record
from tools.sandbox.ignition.write import Call, Done, Write

PROFILE = "Gateway"


def _copy(state: IgnitionState, body: CopyAudit, call: Call) -> Done:
    if body.plant not in state.plants:
        raise unknown("object", body.plant, "plant")
    number = state.next_number(Record.AUDIT_EVENT)
    state.audit_events[number] = AuditEvent(
        profile=body.profile or PROFILE,
        actor=body.who,
        action=body.what,
        target=f"case {body.case}",
        value=body.details,
        originating_system=("concord", f"{body.sequence}/{body.hash}"),
        at=body.at,
        reference=body.reference,
    )
    return Done(Record.AUDIT_EVENT, number, created=True)


WRITES = {"copy": Write(CopyAudit, _copy)}
