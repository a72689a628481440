"""Which part of the engine answers: metadata, a function, a read or a write."""

from __future__ import annotations

from tools.sandbox.odata.answers import Answer
from tools.sandbox.odata.calling import Calling
from tools.sandbox.odata.errors import NOT_ACCEPTABLE, SapError
from tools.sandbox.odata.metadata import edmx, service_document
from tools.sandbox.odata.paths import Segment, segments
from tools.sandbox.odata.reading import Reading
from tools.sandbox.odata.visit import Ask, Visit
from tools.sandbox.odata.writing import Writing, not_offered

WRITES = frozenset({"POST", "PUT", "PATCH", "MERGE", "DELETE"})
_METADATA = [Segment("$metadata", None)]
_SPOKEN = frozenset({"", "application/json", "text/plain", "application/*", "*/*"})


def answer(visit: Visit, ask: Ask) -> Answer:
    """Answer one request below a service's root; a batch is none of these."""
    path = segments(ask.path)
    if path != _METADATA:
        _check_accepted(ask)
    if ask.method not in WRITES | {"GET"}:
        raise not_offered(ask.method, ask.path or visit.service.name)
    if not path:
        return _only_read(ask, Answer(200, service_document(visit.service)))
    if path == _METADATA:
        return _only_read(ask, Answer(200, text=edmx(visit.service), kind="application/xml"))
    function = visit.service.functions_by_name.get(path[0].name)
    if function is not None and len(path) == 1 and path[0].key in {None, ""}:
        return Calling(visit, ask, function).answer()
    if ask.method == "GET":
        return _read(visit, ask, path)
    return Writing(visit, ask, path).answer()


def _check_accepted(ask: Ask) -> None:
    """Refuse clients that want Atom: this gateway speaks JSON, and text for single values."""
    kinds = (part.partition(";")[0].strip() for part in ask.headers.get("accept", "").split(","))
    if not _SPOKEN & {kind.lower() for kind in kinds}:
        raise SapError(406, NOT_ACCEPTABLE, "Only application/json is spoken here")


def _read(visit: Visit, ask: Ask, path: list[Segment]) -> Answer:
    here = f"{visit.root}/{ask.path.strip('/')}"
    seen = ask.headers.get("if-none-match")
    return Reading(visit.renderer(), path, here, ask.parameters, seen).answer()


def _only_read(ask: Ask, found: Answer) -> Answer:
    if ask.method != "GET":
        raise not_offered(ask.method, "the service document")
    return found
