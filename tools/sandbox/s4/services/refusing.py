"""How the rules' refusals reach the client: as SAP's error tree."""

from __future__ import annotations

from tools.sandbox.odata.errors import Detail, SapError
from tools.sandbox.s4.refusal import Locked, Refused

DOCUMENT_FAILED = ("MM_IM_ODATA_API_MDOC/014", "Material Document processing failed")


def as_said(error: Exception) -> SapError:
    """Answer with the cause itself as the outer code."""
    refused = _refused(error)
    return SapError(refused.status, refused.code, refused.text, _details(refused))


def within_document(error: Exception) -> SapError:
    """Answer as the material document service does: a generic outer code, the causes inside."""
    refused = _refused(error)
    if isinstance(refused, Locked):
        return as_said(refused)
    return SapError(refused.status, *DOCUMENT_FAILED, _details(refused))


def _refused(error: Exception) -> Refused:
    if not isinstance(error, Refused):
        raise error
    return error


def _details(refused: Refused) -> list[Detail]:
    return [Detail(one.code, one.text) for one in (refused, *refused.also)]
