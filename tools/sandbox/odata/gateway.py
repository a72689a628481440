"""The gateway: logon, sessions, languages, and the way to the services below ``/sap/opu/odata``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qsl

from tools.sandbox.exchange import Headers, Request, Response
from tools.sandbox.oauth import token_response
from tools.sandbox.odata.answers import error_response, response_of
from tools.sandbox.odata.batch import TOKEN_FAILED, Batch
from tools.sandbox.odata.dispatch import WRITES, answer
from tools.sandbox.odata.errors import NO_SERVICE, SapError
from tools.sandbox.odata.paths import decoded
from tools.sandbox.odata.service import Service
from tools.sandbox.odata.sessions import REQUIRED, fetched, token_good
from tools.sandbox.odata.visit import Ask, Visit

ROOT = "/sap/opu/odata/sap/"
TOKEN_PATHS = frozenset({"/oauth/token", "/sap/bc/sec/oauth2/token"})
LANGUAGES = frozenset({"en", "de"})
_HTML: Headers = [("content-type", "text/html;charset=utf-8")]
_LOGON = (
    "<html><head><title>Anmeldung fehlgeschlagen / Logon failed</title></head>"
    "<body><h1>401 Unauthorized</h1><p>Logon failed</p></body></html>"
)
_NOWHERE = "<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"


class Gateway:
    """Serves services; it holds nothing of any world."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = {service.name: service for service in services}

    @property
    def services(self) -> tuple[Service, ...]:
        """The services, for those who list or document them."""
        return tuple(self._services.values())

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if request.path in TOKEN_PATHS:
            return token_response(request)
        world, headers = request.world, request.headers
        user = world.access.principal(headers, world.clock.now())
        if user is None and not request.late:
            challenge = ("www-authenticate", 'Basic realm="SAP NetWeaver Application Server"')
            return Response(401, [challenge, *_HTML], _LOGON.encode())
        if not request.path.startswith(ROOT):
            return Response(404, _HTML, _NOWHERE.encode())
        said = self._answered(request, user or "")
        fetching = headers.get("x-csrf-token", "").lower() == "fetch"
        if user is not None and fetching and request.method in {"GET", "HEAD"}:
            handed = fetched(world.access, headers, user, world.clock.now())
            said = replace(said, headers=said.headers + handed)
        return replace(said, body=b"") if request.method == "HEAD" else said

    def _answered(self, request: Request, user: str) -> Response:
        method = _method(request)
        world, language = request.world, language_of(request)
        good = request.late or token_good(world.access, request.headers, user, world.clock.now())
        name, _, path = request.path.removeprefix(ROOT).partition("/")
        if method in WRITES and path != "$batch" and not good:
            return Response(403, REQUIRED, TOKEN_FAILED.encode())
        try:
            visit = self._visit(request, name)
            ask = Ask(method, path, request.query, request.headers, request.body)
            if path == "$batch" and method == "POST":
                return Batch(visit, language, good).answer(ask)
            return response_of(answer(visit, ask), language)
        except SapError as error:
            return error_response(error, language, world.access.draw())

    def _visit(self, request: Request, name: str) -> Visit:
        plain = decoded(name).partition(";")[0]
        service = self._services.get(plain)
        if service is None:
            said = f"No service found for namespace '', name '{plain[:60]}', version '0001'"
            raise SapError(403, NO_SERVICE, said)
        host = request.headers.get("host", "localhost")
        root = f"{request.scheme}://{host}{ROOT}{name}"
        return Visit(service, request.world, root, request.wrote)


def _method(request: Request) -> str:
    """Return the method that is meant; some proxies only let POST through."""
    if request.method == "HEAD":
        return "GET"
    tunnelled = request.headers.get("x-http-method", "").upper()
    return tunnelled if request.method == "POST" and tunnelled in WRITES else request.method


def language_of(request: Request) -> str:
    """Return the language of texts: ``sap-language`` first, else what the client accepts."""
    asked = dict(parse_qsl(request.query, errors="replace")).get("sap-language", "")
    header = request.headers.get("sap-language", "")
    accepted = request.headers.get("accept-language", "")
    for wish in (asked, header, accepted):
        if wish[:2].lower() in LANGUAGES:
            return wish[:2].lower()
    return "en"
