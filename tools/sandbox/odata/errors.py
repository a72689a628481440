"""How a service says no.

SapError                 any refusal, with SAP's error tree; ends as the HTTP status it carries
├── wrong()              400: the request itself is wrong (made by the engine)
└── any other            made by services: ``SapError(400, "M7/021", "Deficit of ...")``

Codes of the engine have class ``ZSBX`` and numbers from 900: nothing is invented in SAP's name. The
few verified framework codes are used as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Text = str | Mapping[str, str]
Severity = Literal["error", "warning", "info", "success"]

MALFORMED = "ZSBX/901"
UNKNOWN_PROPERTY = "ZSBX/902"
WRONG_VALUE = "ZSBX/903"
TOO_LONG = "ZSBX/904"
UNKNOWN_RESOURCE = "ZSBX/905"
NOT_FOUND = "ZSBX/906"
NOT_OFFERED = "ZSBX/907"
PRECONDITION_REQUIRED = "/IWBEP/CM_MGW_RT/194"
PRECONDITION_FAILED = "/IWBEP/CM_MGW_RT/190"
MISSING_PARAMETER = "ZSBX/910"
NOT_ACCEPTABLE = "ZSBX/911"
NO_SERVICE = "/IWFND/MED/170"
BATCH_TOKEN = "/IWFND/CM_MGW/098"


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of ``errordetails``, or of a ``sap-message`` header."""

    code: str
    text: Text
    severity: Severity = "error"
    target: str = ""


class SapError(Exception):
    """The request is refused; nothing has been changed.

    Args:
        status: The HTTP status.
        code: The outer code, which in SAP is often a generic one.
        text: The outer text, or texts by language (``{"en": ..., "de": ...}``).
        details: The causes; without any, the outer code is repeated as the only one.
    """

    def __init__(self, status: int, code: str, text: Text, details: Sequence[Detail] = ()) -> None:
        super().__init__(f"{code} {said(text, 'en')}")
        self.status, self.code, self.text = status, code, text
        self.details = tuple(details) or (Detail(code, text),)


def said(text: Text, language: str) -> str:
    """Return the text in a language; English, or whatever there is, where it lacks that one."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


def wrong(code: str, text: Text) -> SapError:
    """Return the refusal of a malformed request."""
    return SapError(400, code, text)
