"""The gateway: WebDev resources of one project, for whoever shows the token or logs in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tools.sandbox.delivery import deliver
from tools.sandbox.exchange import Request, Response, json_response
from tools.sandbox.ignition import outbox, site
from tools.sandbox.ignition.refusal import Refused
from tools.sandbox.journal import Write
from tools.sandbox.marks import reference_in

if TYPE_CHECKING:
    from tools.sandbox.world import World

PROJECT = "plant"
ROOT = f"/system/webdev/{PROJECT}/concord"
TOKEN_HEADER = "x-concord-token"

_CODES = {423: "order_locked", 429: "too_many_requests", 503: "unavailable"}


def serve(request: Request) -> Response:
    """Answer one request."""
    path = unquote(request.path)
    if not path.startswith(f"{ROOT}/"):
        return Response(HTTPStatus.NOT_FOUND, [("content-type", "text/html")], _NOTHING_HERE)
    if not request.late and not _admitted(request):
        return refuse(HTTPStatus.UNAUTHORIZED, "unauthenticated", "a valid token is needed")
    asked = site.Request(
        method=request.method,
        path=path.removeprefix(f"{ROOT}/"),
        query=tuple(request.parameters),
        version=request.headers.get("if-match"),
        body=request.body,
    )
    world = request.world
    answer = site.answer(world.ignition, asked, PROJECT, world.clock.now())
    if request.method == "POST":
        _journal(request, asked, answer)
    return json_response(answer.body, answer.status, list(answer.headers.items()))


def settle(world: World) -> None:
    """Send the messages that are due to the ERP of the same world."""
    outbox.settle(world.ignition, lambda outgoing: deliver(world, outgoing), world.clock.now())


def refuse(status: int, code: str, text: str) -> Response:
    """Answer a refusal in the contract's shape, by its own code where it has one."""
    refusal = Refused(HTTPStatus(status), _CODES.get(status, code), text)
    return json_response(refusal.body(), status)


def _admitted(request: Request) -> bool:
    access = request.world.access
    if request.headers.get(TOKEN_HEADER) in access.api_keys:
        return True
    return access.principal(request.headers, request.world.clock.now()) is not None


def _journal(request: Request, asked: site.Request, answer: site.Answer) -> None:
    done = answer.done
    if done is None:
        mark = reference_in(request.body)
        request.wrote(Write(f"post {asked.path}", "", reference=mark, committed=False))
        return
    request.wrote(
        Write(
            operation=f"post {asked.path}",
            object=f"{done.record} {done.number}",
            reference=answer.reference,
            document=done.number if done.created else None,
        )
    )


_NOTHING_HERE = b"<html><body><h2>HTTP ERROR 404</h2></body></html>"
