"""The CMMS's API, for whoever shows a key or a token."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote

from tools.jsontext import write_json
from tools.sandbox.cmms import service
from tools.sandbox.cmms.problem import MEDIA_TYPE, Problem
from tools.sandbox.exchange import Headers, Request, Response
from tools.sandbox.journal import Write
from tools.sandbox.marks import reference_in

ROOT = "/api/v1"
KEY_HEADER = "x-api-key"

_CODES = {423: "locked", 429: "too_many_requests", 503: "unavailable"}


def serve(request: Request) -> Response:
    """Answer one request."""
    path = unquote(request.path)
    if not path.startswith(f"{ROOT}/"):
        return refuse(HTTPStatus.NOT_FOUND, "not_found", f"there is no {path}")
    if not request.late and not _admitted(request):
        return refuse(HTTPStatus.UNAUTHORIZED, "credentials", "a valid key or token is needed")
    world = request.world
    asked = service.Request(
        method=request.method,
        path=path.removeprefix(f"{ROOT}/"),
        query=tuple(request.parameters),
        etag=request.headers.get("if-match"),
        media_type=request.headers.get("content-type", "").partition(";")[0].strip().lower(),
        body=request.body,
    )
    answer = service.answer(world.cmms, asked, world.clock.now())
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _journal(request, asked, answer)
    headers: Headers = [(name.lower(), value) for name, value in answer.headers.items()]
    if "content-type" not in dict(headers):
        headers.append(("content-type", "application/json"))
    return Response(int(answer.status), headers, write_json(answer.body).encode())


def refuse(status: int, code: str, text: str) -> Response:
    """Answer a problem, by the contract's own code where it has one."""
    problem = Problem(HTTPStatus(status), _CODES.get(status, code), text)
    return Response(status, [("content-type", MEDIA_TYPE)], write_json(problem.body()).encode())


def _admitted(request: Request) -> bool:
    """Let in who shows an API key, in its own header or as a bearer, or a token."""
    access, headers = request.world.access, request.headers
    kind, _, value = headers.get("authorization", "").partition(" ")
    shown = {headers.get(KEY_HEADER), value.strip() if kind.lower() == "bearer" else None}
    if shown & access.api_keys:
        return True
    return access.principal(headers, request.world.clock.now()) is not None


def _journal(request: Request, asked: service.Request, answer: service.Answer) -> None:
    resource = asked.path.strip("/").partition("/")[0]
    verb = "create" if request.method == "POST" else "change"
    done = answer.done
    if done is None:
        mark = reference_in(request.body, "external_ref")
        request.wrote(Write(f"{verb} {resource}", asked.path, reference=mark, committed=False))
        return
    created = request.method == "POST"
    request.wrote(
        Write(
            operation=f"{verb} {resource}",
            object=f"{done.record} {done.number}",
            reference=done.reference if created else None,
            document=done.number if created else None,
        )
    )
