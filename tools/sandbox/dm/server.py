"""The server: every path of DM the sandbox knows, over one world's state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import unquote

from tools.jsontext import Json, Writable, read_json, write_json
from tools.sandbox.dm import (
    alerts,
    boms,
    confirmations,
    desk,
    floor,
    inventory,
    messages,
    orders,
    postings,
    quality,
    sfc,
    tokens,
)
from tools.sandbox.dm.call import Answer, Call, Handler
from tools.sandbox.dm.marks import reference_in
from tools.sandbox.dm.outbound import settle
from tools.sandbox.dm.refusal import Refused, wrong
from tools.sandbox.exchange import Request, Response
from tools.sandbox.journal import Write
from tools.sandbox.oauth import token_response

__all__ = ["refuse", "serve", "settle"]

READS: Mapping[str, Handler] = {
    "/order/v1/orders": orders.find,
    "/order/v2/plants/{plant}/orders": orders.listed,
    "/sfc/v2/sfcdetail": sfc.detail,
    "/sfc/v1/stepActivity": sfc.step_activity,
    "/sfc/v2/worklist/sfcs": sfc.work_list,
    "/quantityConfirmation/v1/postingHistory": confirmations.history,
    "/activityConfirmation/v1/postings/details": confirmations.activity_postings,
    "/inventory/v1/inventories": postings.inventories,
    "/inventory/v1/inventory/goodsIssues": postings.issues,
    "/inventory/v1/inventory/goodsReceipts": postings.receipts,
    "/processorder/v2/goodsIssue/summary": postings.summary,
    "/bom/v1/boms": boms.bom,
    "/material/v1/materials": boms.materials,
    "/nonconformance/v2/nonconformances": quality.listed,
    "/integration/v1/integrationMessages": messages.listed,
    "/alerts/v1/Alerts": alerts.listed,
    "/workcenter/v2/workcenters": floor.work_centers,
    "/resource/v2/resources": floor.resources,
    "/oee/v1/availabilityLosses": floor.losses,
    "/shift/v1/shifts": floor.shifts,
    "/certification/v1/certifications": floor.certifications,
    "/user/v1/users": floor.user,
}
WRITES: Mapping[str, Handler] = {
    "/order/v2/orders/release": orders.release,
    "/order/v1/orders/complete": orders.complete,
    "/order/v1/orders/discard": orders.discard,
    "/sfc/v1/sfcs/start": sfc.start,
    "/sfc/v1/sfcs/complete": sfc.complete,
    "/sfc/v1/sfcs/hold": sfc.hold,
    "/sfc/v1/sfcs/release": sfc.release,
    "/quantityConfirmation/v1/confirm": confirmations.confirm,
    "/activityConfirmation/v1/confirm": confirmations.confirm_activities,
    "/inventory/v1/inventory/erpGoodsReceipts": inventory.receive,
    "/inventory/v1/inventory/goodsReceipts/cancel": inventory.cancel_receipts,
    "/processorder/v1/goodsissue": inventory.issue,
    "/processorder/v1/goodsissue/cancellations": inventory.cancel_issue,
    "/nonconformance/v1/log": quality.log,
    "/nonconformance/v1/close": quality.close,
    "/integration/v1/integrationMessages/setToInactive": messages.set_inactive,
    "/alerts/v1/Alerts": alerts.create,
    desk.START: desk.start,
}
CHANGES: Mapping[str, Handler] = {"/alerts/v1/Alerts({alert})": alerts.update}
_METHODS = {"GET": READS, "POST": WRITES, "PATCH": CHANGES}


def serve(request: Request) -> Response:
    """Answer one request."""
    try:
        if unquote(request.path) == tokens.TOKEN_PATH:
            return token_response(request)
        if not request.late:
            tokens.admit(request)
        handler, path = _route(request)
        answer = _carried_out(request, handler, path)
    except Refused as refused:
        return _json(refused.body(request.correlation or "none"), refused.status)
    if answer.body is None:
        return Response(answer.status)
    return _json(answer.body, answer.status)


def refuse(status: int, code: str, text: str) -> Response:
    """Answer a fault of the door in DM's words."""
    return _json({"code": code, "message": text, "causeMessage": text}, status)


def _carried_out(request: Request, handler: Handler, path: Mapping[str, str]) -> Answer:
    """Carry a request out and tell the journal of a write, of a refused one too."""
    call = _call(request, path)
    operation = _operation(request, call)
    try:
        answer = handler(call)
    except Refused:
        if operation is not None:
            mark = reference_in(request.body)
            request.wrote(Write(operation, "", reference=mark, committed=False))
        raise
    if answer.written is not None and operation is not None:
        done = answer.written
        request.wrote(Write(operation, f"{done.record} {done.number}", done.reference, done.number))
    return answer


def _operation(request: Request, call: Call) -> str | None:
    """Name what is being done; None for what only reads."""
    if request.method == "GET":
        return None
    path = unquote(request.path)
    if path != desk.START:
        return f"{request.method} {path.partition('(')[0]}"
    process = desk.named(call.asked("key"))
    return None if process is None or process in desk.READING else f"process {process.name.lower()}"


def _route(request: Request) -> tuple[Handler, Mapping[str, str]]:
    path = unquote(request.path)
    handlers = _METHODS.get(request.method, {})
    if path in handlers:
        return handlers[path], {}
    for pattern, handler in handlers.items():
        if "{" in pattern:
            found = re.fullmatch(_expression(pattern), path)
            if found:
                return handler, found.groupdict()
    raise Refused(HTTPStatus.NOT_FOUND, "notFound", f"there is no {request.method} {path}")


def _expression(pattern: str) -> str:
    parts = re.split(r"\{(\w+)\}", pattern)
    return "".join(
        f"(?P<{part}>[^/]+)" if position % 2 else re.escape(part)
        for position, part in enumerate(parts)
    )


def _call(request: Request, path: Mapping[str, str]) -> Call:
    query: dict[str, list[str]] = {}
    for name, value in request.parameters:
        query.setdefault(name, []).append(value)
    return Call(
        state=request.world.dm,
        now=request.world.clock.now(),
        path=path,
        query=query,
        headers=request.headers,
        body=_parsed(request.body),
    )


def _parsed(body: bytes) -> Json:
    if not body:
        return None
    try:
        return read_json(body)
    except ValueError as error:
        raise wrong("body.malformed", f"the body is not JSON: {error}") from error


def _json(body: Writable, status: int) -> Response:
    return Response(int(status), [("content-type", "application/json")], write_json(body).encode())
