"""The CSRF token without which SAP Gateway accepts no change.

Token and cookies belong together, so the token is fetched within the session of the writes, and by
one request at a time: parallel fetches would overwrite each other's cookies.
"""

from __future__ import annotations

from collections.abc import Mapping

from tools.connection import Connection
from tools.errors import Misread, NotSent, ToolError, Unavailable
from tools.reply import Reply
from tools.sap.refusal import judge_sap

CSRF_HEADER = "X-CSRF-Token"

_HEAD_NOT_SERVED = frozenset({400, 403, 404, 405, 501})


async def csrf_token(
    connection: Connection, root: str, headers: Mapping[str, str], refused: str | None
) -> str:
    """Return the session's token, fetched if there is none or the one there is was refused.

    Raises:
        NotSent: No token can be had, so the write it was for does not go out.
        Denied: Credentials or rights do not suffice.
        Misread: The system answers, but gives no token.
    """
    session = connection.session
    async with session.lock:
        token = session.token
        if token is None or token == refused:
            session.token = None
            try:
                token = await _fetch(connection, root, headers)
            except Unavailable as error:
                raise NotSent(
                    error.system,
                    f"no CSRF token to be had: {error.reason}",
                    error.exchange,
                    retry_after=error.retry_after,
                ) from error
            session.token = token
        return token


async def _fetch(connection: Connection, root: str, headers: Mapping[str, str]) -> str:
    asking = {**headers, CSRF_HEADER: "Fetch"}
    reply = await connection.knock("HEAD", root, headers=asking, judge=_judge_head)
    token = _offered(reply)
    if token is None:
        reply = await connection.knock("GET", root, headers=asking, judge=judge_sap)
        token = _offered(reply)
    if token is None:
        raise Misread(reply.system, "no CSRF token in the answer", reply.exchange)
    return token


def _judge_head(reply: Reply) -> ToolError | None:
    """Let pass what only means that this gateway does not serve HEAD."""
    return None if reply.status in _HEAD_NOT_SERVED else judge_sap(reply)


def _offered(reply: Reply) -> str | None:
    token = reply.headers.get(CSRF_HEADER, "")
    return token if token and token.lower() not in {"fetch", "required"} else None
