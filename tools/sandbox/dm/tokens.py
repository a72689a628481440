"""Who may call: OAuth2 client credentials [spec], one token for all APIs.

[spec] The token endpoint is ``/oauth/token`` on the tenant's own host. [sandbox] It is served
beside the APIs here.
"""

from __future__ import annotations

from http import HTTPStatus

from tools.sandbox.dm.refusal import Refused
from tools.sandbox.exchange import Request

TOKEN_PATH = "/oauth/token"


def admit(request: Request) -> None:
    """Refuse a call without a token that still holds."""
    bearer = request.headers.get("authorization", "").lower().startswith("bearer ")
    now = request.world.clock.now()
    if not bearer or request.world.access.principal(request.headers, now) is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "unauthorized", "a valid token is needed")
