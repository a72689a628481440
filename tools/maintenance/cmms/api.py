"""The REST resources behind one connection: paging, creating, and what a problem means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import quote

from tools.connection import Connection
from tools.errors import Message, NotFound, NotOffered, ToolError
from tools.jsontext import Writable, read_json
from tools.objects.identifiers import normal
from tools.reply import Reply
from tools.shape import Shape, ending, shaped
from tools.verdict import verdict

RowT = TypeVar("RowT", bound=Shape)

_PER_PAGE = 100


class Page(Shape, Generic[RowT]):
    """One page of a list."""

    data: tuple[RowT, ...]
    page: int
    per_page: int
    total: int


class Api:
    """A CMMS behind one connection.

    Args:
        connection: Leads to ``…/api/v1``.
        names: The CMMS's names of units that are not SAP's English codes.
        clock: Says when a reading was taken.
        sites: What plants are called in the CMMS, where they go by another code.
    """

    def __init__(
        self,
        connection: Connection,
        names: Mapping[str, str],
        clock: Callable[[], datetime],
        sites: Mapping[str, str],
    ) -> None:
        self.connection, self.names, self.clock = connection, dict(names), clock
        self._sites = dict(sites)

    def site(self, plant: str) -> str:
        """Return what a plant is called in the CMMS."""
        return self._sites.get(plant, plant)

    def plant(self, site: str) -> str:
        """Return the plant that a site of the CMMS is."""
        return next((plant for plant, own in self._sites.items() if own == site), site)

    async def several(
        self, resource: str, shape: type[Page[RowT]], **params: str
    ) -> tuple[RowT, ...]:
        """Ask for all records of a list, page by page."""
        rows = list[RowT]()
        while True:
            query = {**params, "per_page": _PER_PAGE, "page": len(rows) // _PER_PAGE + 1}
            reply = await self.connection.read("GET", resource, params=query, judge=judge)
            page = shaped(reply, shape)
            ending(reply, -(-page.total // _PER_PAGE))
            rows += page.data
            if len(rows) >= page.total:
                return tuple(rows)
            if len(page.data) < _PER_PAGE:
                raise reply.misread(f"{len(rows)} of {page.total} {resource}, then a short page")

    async def create(
        self, resource: str, shape: type[RowT], body: Mapping[str, Writable]
    ) -> tuple[RowT, str | None]:
        """Create a record, once; return it with its change marker."""
        reply = await self.connection.write("POST", resource, body=body, judge=judge)
        return shaped(reply, shape), reply.headers.get("etag")


def judge(reply: Reply) -> ToolError | None:
    """Judge an answer: problem details name code and detail.

    A 404 without them comes from something else at this address: the path is not there.
    """
    if reply.ok:
        return None
    message = _problem(reply)
    error = verdict(reply, (message,) if message else ())
    if isinstance(error, NotFound) and message is None:
        return NotOffered(reply.system, f"the path {reply.url.path}", reply.exchange)
    return error


def _problem(reply: Reply) -> Message | None:
    try:
        body = read_json(reply.body)
    except ValueError:
        return None
    match body:
        case {"status": int(), "detail": str(detail)}:
            code = body.get("code")
            return Message(code if isinstance(code, str) else "", "", detail)
        case _:
            return None


def iso(at: datetime) -> str:
    """Return a time in UTC."""
    return at.astimezone(UTC).isoformat()


def segment(number: str) -> str:
    """Return a number as one segment of a path, whatever it holds."""
    return quote(normal(number), safe="")
