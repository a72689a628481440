"""SAP's ways of saying no, read down to message class and number.

The outer code of an error is generic (``MM_IM_ODATA_API_MDOC/014``); the cause is among
``innererror.errordetails``. A success may carry messages too, in the ``sap-message`` header, and a
function import may answer 200 with a ``FunctionMessage`` of type E.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.errors import Message, Severity, TokenRejected, ToolError
from tools.jsontext import Json, Row, read_json
from tools.reply import Reply
from tools.sap.xmltext import local, read_xml
from tools.verdict import verdict

CSRF_IN_BATCH = "/IWFND/CM_MGW/098"

_SEVERITIES = {
    "error": Severity.ERROR,
    "abort": Severity.ERROR,
    "e": Severity.ERROR,
    "a": Severity.ERROR,
    "x": Severity.ERROR,
    "warning": Severity.WARNING,
    "w": Severity.WARNING,
    "info": Severity.INFO,
    "i": Severity.INFO,
    "success": Severity.SUCCESS,
    "s": Severity.SUCCESS,
}


def judge_sap(reply: Reply) -> ToolError | None:
    """Judge an answer of SAP Gateway; see ``tools.verdict`` for what the statuses mean."""
    if reply.ok:
        return None
    messages = error_messages(reply)
    if _token_rejected(reply, messages):
        return TokenRejected(
            reply.system, "the CSRF token was not accepted", reply.exchange, messages=messages
        )
    return verdict(reply, messages)


def _token_rejected(reply: Reply, messages: tuple[Message, ...]) -> bool:
    if any(message.code == CSRF_IN_BATCH for message in messages):
        return reply.status < 500
    if reply.status != 403:
        return False
    required = reply.headers.get("x-csrf-token", "").lower() == "required"
    return required or b"CSRF token" in reply.body[:1000]


def error_messages(reply: Reply) -> tuple[Message, ...]:
    """Return the messages of an error answer, causes first and the outer code last."""
    if reply.body.lstrip()[:1] == b"<":
        return _xml_messages(reply.body)
    try:
        body = read_json(reply.body)
    except ValueError:
        return ()
    error = body.get("error") if isinstance(body, dict) else None
    return _json_messages(error) if isinstance(error, dict) else ()


def _json_messages(error: Row) -> tuple[Message, ...]:
    outer = Message.of(_text(error.get("code")), _message_text(error.get("message")))
    inner = error.get("innererror")
    details = inner.get("errordetails") if isinstance(inner, dict) else None
    causes = dict.fromkeys(
        Message.of(
            _text(detail.get("code")),
            _message_text(detail.get("message")),
            _severity(detail.get("severity")),
        )
        for detail in (details if isinstance(details, list) else [])
        if isinstance(detail, dict)
    )
    telling = [cause for cause in causes if not _wrapper(cause, outer)]
    return (*sorted(telling, key=_lesser), outer)


def _lesser(message: Message) -> bool:
    return message.severity is not Severity.ERROR


def _wrapper(cause: Message, outer: Message) -> bool:
    """Whether a detail says nothing new: the outer code again, or an exception class's name."""
    return cause.code == outer.code or cause.code.startswith("/IWBEP/CX_")


def _xml_messages(body: bytes) -> tuple[Message, ...]:
    try:
        root = read_xml(body)
    except ValueError:
        return ()
    if local(root) != "error":
        return ()
    said = {local(child): (child.text or "").strip() for child in root}
    outer = Message.of(said.get("code", ""), said.get("message", ""))
    causes: list[Message] = []
    for detail in (element for element in root.iter() if local(element) == "errordetail"):
        parts = {local(child): (child.text or "").strip() for child in detail}
        cause = Message.of(
            parts.get("code", ""), parts.get("message", ""), _severity(parts.get("severity"))
        )
        if not _wrapper(cause, outer):
            causes.append(cause)
    return (*causes, outer)


def header_messages(reply: Reply) -> tuple[Message, ...]:
    """Return the messages a success carries in its ``sap-message`` header, nested ones included."""
    header = reply.secrets.out_of(reply.headers.get("sap-message", ""))
    if not header:
        return ()
    try:
        said = read_json(header)
    except ValueError:
        return (Message("", "", header[:300], Severity.WARNING),)
    return tuple(_said(said))


def _said(message: Json) -> Iterator[Message]:
    if isinstance(message, list):
        for each in message:
            yield from _said(each)
    if not isinstance(message, dict):
        return
    yield Message.of(
        _text(message.get("code")),
        _message_text(message.get("message")),
        _severity(message.get("severity"), Severity.INFO),
    )
    yield from _said(message.get("details"))


def function_messages(data: Json) -> tuple[Message, ...]:
    """Return the messages in a function import's result, be it one ``FunctionMessage`` or many."""
    rows = data if isinstance(data, list) else [data]
    return tuple(
        Message(
            _text(row.get("SystemMessageIdentification")),
            _text(row.get("SystemMessageNumber")),
            _text(row.get("SystemMessageLongText", row.get("SystemMessageText"))),
            _severity(row.get("SystemMessageType"), Severity.INFO),
        )
        for row in rows
        if isinstance(row, dict) and row.get("SystemMessageType")
    )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _message_text(value: Json) -> str:
    """A message is ``{"lang": …, "value": …}`` in V2 errors and a plain text elsewhere."""
    return _text(value.get("value")) if isinstance(value, dict) else _text(value)


def _severity(value: Json, unstated: Severity = Severity.ERROR) -> Severity:
    return _SEVERITIES.get(_text(value).lower(), unstated)
