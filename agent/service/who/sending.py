"""Who sends signals: whoever holds a key for it, or signs as a plant's file says."""

from __future__ import annotations

from fastapi import Request

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.ingress.sender import Sender
from agent.ingress.signatures import SIGNATURE, BadSignature, Signer, signed_by
from agent.service.problem import Problem
from agent.service.violations import sent_by
from agent.service.who.needs import needs

_ADMIT = needs(Deed.SEND_SIGNALS)


async def sender(request: Request) -> Sender:
    """Return who sends.

    Raises:
        Problem: Nobody who may (401, 403).
    """
    if SIGNATURE not in request.headers or "authorization" in request.headers:
        admitted = await _ADMIT(request)
        anywhere = admitted.whole and admitted.visitor.plants is None
        return Sender(admitted.name, None if anywhere else admitted.plants)
    concord: Machinery = request.app.state.concord
    known: tuple[Signer, ...] = request.app.state.signers
    body, now = await request.body(), concord.context.clock()
    try:
        found = signed_by(known, request.headers, body, now)
    except BadSignature as error:
        raise Problem(401, str(error)) from error
    sent_by(request.scope, found.name)
    return found
