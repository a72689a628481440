"""``$batch``: reads one by one, and changesets of which all or nothing is carried out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from tools.sandbox.exchange import Response
from tools.sandbox.journal import Write
from tools.sandbox.odata.answers import error_response, response_of
from tools.sandbox.odata.dispatch import WRITES, answer
from tools.sandbox.odata.errors import BATCH_TOKEN, MALFORMED, SapError, wrong
from tools.sandbox.odata.multipart import (
    Part,
    ask_of,
    boundary_of,
    http_part,
    joined,
    mixed_part,
    parts,
)
from tools.sandbox.odata.visit import Ask, Visit

TOKEN_FAILED = "CSRF token validation failed"


@dataclass(frozen=True)
class Batch:
    """One batch.

    Args:
        visit: The service it is for.
        language: In which language refusals speak.
        token_good: Whether it came with a valid CSRF token; without one it may only read.
    """

    visit: Visit
    language: str
    token_good: bool

    def answer(self, ask: Ask) -> Response:
        """Carry out all parts in order; each has its own outcome."""
        boundary = boundary_of(ask.headers.get("content-type", ""))
        said = [self._part(part) for part in parts(ask.body, boundary)]
        mark = self.visit.world.access.draw(33)
        kind = f"multipart/mixed; boundary={mark}"
        headers = [("dataserviceversion", "2.0"), ("content-type", kind)]
        return Response(202, headers, joined(said, mark))

    def _part(self, part: Part) -> bytes:
        try:
            if part.kind == "multipart/mixed":
                return self._changeset(part)
            return self._read(part)
        except SapError as error:
            return http_part(self._refused(error), part.headers.get("content-id"))

    def _read(self, part: Part) -> bytes:
        ask = self._below(ask_of(part))
        if ask.method in WRITES:
            raise wrong(MALFORMED, "Changes stand in a changeset")
        said = response_of(answer(self.visit, ask), self.language)
        return http_part(said, part.headers.get("content-id"))

    def _changeset(self, part: Part) -> bytes:
        if not self.token_good:
            raise SapError(403, BATCH_TOKEN, TOKEN_FAILED)
        inner = parts(part.content, boundary_of(part.headers.get("content-type", "")))
        asks = [(self._below(ask_of(each)), each.headers.get("content-id")) for each in inner]
        if any(ask.method not in WRITES for ask, _ in asks):
            raise wrong(MALFORMED, "A changeset holds changes only")
        said = [http_part(each, name) for each, name in self._all_or_nothing(asks)]
        return mixed_part(said, self.visit.world.access.draw(33))

    def _all_or_nothing(self, asks: list[tuple[Ask, str | None]]) -> list[tuple[Response, Any]]:
        world, writes = self.visit.world, list[Write]()
        kept = world.snapshot(*self.visit.service.state) if len(asks) > 1 else None
        within = replace(self.visit, record=writes.append)
        said: list[tuple[Response, Any]] = []
        try:
            for ask, name in asks:
                said.append((response_of(answer(within, ask), self.language), name))
        finally:
            if len(said) < len(asks):
                writes = [replace(write, committed=False, document=None) for write in writes]
                if kept is not None:
                    world.restore(kept)
            for write in writes:
                self.visit.record(write)
        return said

    def _below(self, ask: Ask) -> Ask:
        """Return the request with its address below the service's root."""
        path = urlsplit(ask.path).path if ask.path.startswith("http") else ask.path
        own = urlsplit(self.visit.root).path
        return replace(ask, path=path.removeprefix(own).lstrip("/"))

    def _refused(self, error: SapError) -> Response:
        return error_response(error, self.language, self.visit.world.access.draw())
