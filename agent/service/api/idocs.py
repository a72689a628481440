"""IDocs over HTTP: confirmations and goods movements, as an integration platform posts them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from agent.ingress.inlet import Inlet
from agent.ingress.sender import Sender
from agent.service.api.signals import RESPONSES, told_all
from agent.service.problem import Problem
from agent.service.who.sending import sender

router = APIRouter(prefix="/v1", tags=["signals"])

TYPES = frozenset({"application/xml", "text/xml"})
_EXAMPLE = """<WMMBID02><IDOC BEGIN="1">
<EDI_DC40 SEGMENT="1"><DOCNUM>4711</DOCNUM><MESTYP>WMMBXY</MESTYP>
<SNDPRN>MES1010</SNDPRN></EDI_DC40>
<E1MBXYH SEGMENT="1"><XBLNR>5000000001</XBLNR>
<E1MBXYI SEGMENT="1"><MATNR>RM-SEAT-S</MATNR><WERKS>1010</WERKS><LGORT>0002</LGORT>
<BWART>261</BWART><AUFNR>1000001</AUFNR></E1MBXYI></E1MBXYH></IDOC></WMMBID02>"""
_SCHEMA = {"type": "string", "description": "One or more IDocs as XML."}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {one: {"schema": _SCHEMA, "example": _EXAMPLE} for one in sorted(TYPES)},
    }
}


@router.post("/idocs", status_code=202, responses=RESPONSES, openapi_extra=_BODY)
async def receive(request: Request, by: Annotated[Sender, Depends(sender)]) -> Response:
    """Take in the IDocs of one document; each is answered for by itself.

    A message type nobody has mapped is kept as a dead letter; a document type or entity is refused.
    """
    bare = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if bare not in TYPES:
        raise Problem(415, f"IDocs come as {' or '.join(sorted(TYPES))}.")
    inlet: Inlet = request.app.state.inlet
    taken = await inlet.take_idocs(await request.body(), by)
    return told_all(taken)
