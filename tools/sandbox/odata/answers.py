"""An answer of the gateway before it becomes bytes, and SAP's error tree."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tools.sandbox.exchange import Headers, Response
from tools.sandbox.odata.errors import Detail, SapError, said

VERSION = ("dataserviceversion", "2.0")


@dataclass(frozen=True)
class Answer:
    """What a request came to; ``text`` is for bodies that are no JSON."""

    status: int
    body: dict[str, Any] | None = None
    text: str | None = None
    etag: str | None = None
    location: str | None = None
    messages: tuple[Detail, ...] = ()
    kind: str = "text/plain;charset=utf-8"


def response_of(answer: Answer, language: str) -> Response:
    """Write an answer."""
    headers: Headers = [VERSION]
    if answer.etag is not None:
        headers.append(("etag", answer.etag))
    if answer.location is not None:
        headers.append(("location", answer.location))
    if answer.messages:
        headers.append(("sap-message", sap_message(answer.messages, language)))
    if answer.body is not None:
        headers.append(("content-type", "application/json"))
        return Response(answer.status, headers, dumped(answer.body))
    if answer.text is not None:
        headers.append(("content-type", answer.kind))
        return Response(answer.status, headers, answer.text.encode())
    return Response(answer.status, headers)


def error_response(error: SapError, language: str, transaction: str) -> Response:
    """Write a refusal as SAP's error tree."""
    tree = {
        "error": {
            "code": error.code,
            "message": {"lang": language, "value": said(error.text, language)},
            "innererror": {
                "application": {"component_id": "", "service_namespace": "/SAP/"},
                "transactionid": transaction,
                "errordetails": [_detail(detail, language) for detail in error.details],
            },
        }
    }
    return Response(error.status, [VERSION, ("content-type", "application/json")], dumped(tree))


def _detail(detail: Detail, language: str) -> dict[str, str]:
    return {
        "code": detail.code,
        "message": said(detail.text, language),
        "propertyref": detail.target,
        "severity": detail.severity,
        "target": detail.target,
    }


def sap_message(messages: Iterable[Detail], language: str) -> str:
    """Write messages for the ``sap-message`` header: the first, with the others nested in it."""
    first, *others = (
        {
            "code": message.code,
            "message": said(message.text, language),
            "target": message.target,
            "severity": message.severity,
        }
        for message in messages
    )
    return json.dumps({**first, "details": others})


def dumped(body: object) -> bytes:
    """Write JSON without needless blanks; half a character in a quoted input becomes a mark."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
