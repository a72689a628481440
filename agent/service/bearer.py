"""Who may send signals: whoever bears the token of the ingress."""

from __future__ import annotations

import hmac

from fastapi import Request

from agent.bootstrap import Machinery
from agent.service.problem import Problem


def sender(request: Request) -> None:
    """Refuse whoever does not bear the token.

    Raises:
        Problem: No token is set (503), or another one was sent (401).
    """
    concord: Machinery = request.app.state.concord
    token = concord.settings.ingress_token
    if token is None:
        raise Problem(503, "No signals are taken: CONCORD_INGRESS_TOKEN is not set.")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    wanted = token.get_secret_value().encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted):
        raise Problem(401, "A valid bearer token is needed.")
