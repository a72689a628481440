"""What an answer's status means for the caller.

One table for all systems. A system's own dialect adds the messages it finds in the body, and may
judge special cases first (SAP's CSRF refusal, see ``tools.sap.refusal``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TypeAlias

import httpx

from tools.errors import (
    Denied,
    Failed,
    Locked,
    Message,
    Misread,
    NotFound,
    OutcomeUnknown,
    Refused,
    SignInRefused,
    Stale,
    Throttled,
    ToolError,
    Unavailable,
)
from tools.jsontext import Json, read_json
from tools.reply import Reply

Judge: TypeAlias = Callable[[Reply], ToolError | None]
"""Says which error an answer amounts to, or None if it is a success."""

TRANSIENT = frozenset({429, 502, 503, 504})

_DEFINITE: Mapping[int, tuple[type[ToolError], str]] = {
    401: (SignInRefused, "the credentials were not accepted"),
    403: (Denied, "the rights do not suffice"),
    404: (NotFound, "there is no such record or path"),
    407: (SignInRefused, "a proxy wants credentials"),
    410: (NotFound, "the record is gone"),
    412: (Stale, "the record changed since it was read"),
    423: (Locked, "the record is locked by somebody else"),
    428: (Stale, "the system wants the change marker of the record"),
}


def judge(reply: Reply) -> ToolError | None:
    """Judge an answer of a system that speaks plain JSON over HTTP."""
    return None if reply.ok else verdict(reply, plain_messages(reply))


def verdict(reply: Reply, messages: tuple[Message, ...] = ()) -> ToolError | None:
    """Return the error this status amounts to, or None for a success."""
    if reply.ok:
        return None
    kind, reason = _kind(reply)
    wait = retry_after(reply.headers)
    return kind(reply.system, reason, reply.exchange, messages=messages, retry_after=wait)


def _kind(reply: Reply) -> tuple[type[ToolError], str]:
    status, writing = reply.status, reply.access == "write"
    if status < 400:
        return (OutcomeUnknown if writing else Misread), f"redirected to {_destination(reply)}"
    if status == 429:
        return (Throttled if writing else Unavailable), "too many requests"
    if writing and (status >= 500 or status == 408):
        return OutcomeUnknown, f"the system failed over a write ({status})"
    if status in TRANSIENT or status == 408:
        return Unavailable, f"the system is not serving ({status})"
    if status >= 500:
        return Failed, f"the system failed ({status})"
    return _DEFINITE.get(status, (Refused, "refused"))


def _destination(reply: Reply) -> str:
    """Name where a redirect leads, without the parameters, which may carry a session."""
    location = reply.headers.get("location", "nowhere")
    return reply.secrets.out_of(location.partition("?")[0].partition("#")[0])[:120]


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds an answer asks to wait.

    A date is taken against the answer's own ``Date``, so that no clock of ours matters.
    """
    asked = headers.get("retry-after", "").strip()
    if not asked:
        return None
    if asked.isdigit():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
        now = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return None


def plain_messages(reply: Reply) -> tuple[Message, ...]:
    """Find the messages in the usual shapes of a JSON error body."""
    try:
        body = read_json(reply.body)
    except ValueError:
        return ()
    return tuple(_messages(body))


def _messages(body: Json) -> list[Message]:
    match body:
        case {"errors": [*several]} | [*several]:
            return [message for one in several for message in _messages(one)]
        case {"error": dict() as inner}:
            return _messages(inner)
        case {"message": str(text)} | {"detail": str(text)} | {"title": str(text)}:
            code = body.get("code", body.get("error", ""))
            return [Message.of(str(code) if isinstance(code, str | int) else "", text)]
        case {"error": str(code)}:
            return [Message.of(code, str(body.get("error_description", "")))]
        case _:
            return []
