"""One OData V2 service of SAP Gateway: sets, functions, batches.

What the protocol demands and clients forget is done here: literals, the CSRF token with all its
cookies, change markers, pages, errors read to the cause, one pinned language, one client.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Literal, TypeAlias

from tools.connection import Body, Connection
from tools.errors import Misread, OutcomeUnknown, TokenRejected, ToolError
from tools.jsontext import Row
from tools.reply import Access, Reply, told
from tools.sap.answer import Answer, answer
from tools.sap.batch import BatchPart, Change, PartReply, Retrieve, decode, encode
from tools.sap.csrf import CSRF_HEADER, csrf_token
from tools.sap.filters import Filter
from tools.sap.literals import (
    Key,
    Payload,
    Value,
    json_payload,
    key_predicate,
    literal,
    query_string,
)
from tools.sap.metadata import Metadata, Needs, parse_metadata
from tools.sap.refusal import judge_sap

Outcome: TypeAlias = Answer | tuple[Answer, ...] | ToolError
"""What became of one part of a batch: a read's answer, a changeset's answers, or the error."""

_MOST_PAGES = 10_000


class ODataService:
    """One service, spoken to over a connection it may share with others of the same system.

    Args:
        connection: The system; its session (cookies and token) is shared by all its services.
        path: The service root, such as ``/sap/opu/odata/sap/API_PRODUCTION_ORDER_2_SRV``.
        sap_client: The client, where the system has several.
        language: The language of texts; never a basis for decisions.
    """

    def __init__(
        self,
        connection: Connection,
        path: str,
        *,
        sap_client: str | None = None,
        language: str = "EN",
    ) -> None:
        self.connection = connection
        self.path = path.rstrip("/")
        self.name = self.path.rpartition("/")[2].partition(";")[0]
        self._standing = {"sap-language": language}
        if sap_client is not None:
            self._standing["sap-client"] = sap_client
        self._headers = {"Accept": "application/json", "Accept-Language": language.lower()}
        self._metadata: Metadata | None = None
        self._metadata_lock = asyncio.Lock()

    async def get(
        self, entity_set: str, key: Key, *, select: Sequence[str] = (), expand: Sequence[str] = ()
    ) -> Answer:
        """Read one row.

        Raises:
            NotFound: There is no such row.
        """
        options = _options(select=select, expand=expand)
        return answer(await self._read(f"{entity_set}{key_predicate(key)}", options))

    async def query(
        self,
        entity_set: str,
        filter: Filter | None = None,
        *,
        select: Sequence[str] = (),
        expand: Sequence[str] = (),
        orderby: Sequence[str] = (),
        top: int | None = None,
    ) -> list[Row]:
        """Read the rows that meet a condition, all pages of them, at most ``top``."""
        found = self.each(
            entity_set, filter, select=select, expand=expand, orderby=orderby, top=top
        )
        async with aclosing(found):
            return [row async for row in found]

    async def each(
        self,
        entity_set: str,
        filter: Filter | None = None,
        *,
        select: Sequence[str] = (),
        expand: Sequence[str] = (),
        orderby: Sequence[str] = (),
        top: int | None = None,
    ) -> AsyncGenerator[Row]:
        """Walk through the rows that meet a condition, page by page as they are wanted."""
        options = _options(filter=filter, select=select, expand=expand, orderby=orderby, top=top)
        reply = await self._read(entity_set, options)
        left, seen = top, set[str]()
        while True:
            page = answer(reply)
            rows = page.rows
            for row in rows[:left]:
                yield row
            if left is not None:
                left = max(0, left - len(rows))
            following = page.data.get("__next") if isinstance(page.data, dict) else None
            if following is None or left == 0:
                return
            url = self._next_page(reply, following, seen)
            reply = await self.connection.read("GET", url, headers=self._headers, judge=judge_sap)

    async def create(self, entity_set: str, payload: Payload) -> Answer:
        """Create a row, with rows below it if the payload nests them.

        Raises:
            OutcomeUnknown: It may or may not have been created.
        """
        return answer(await self._write("POST", entity_set, {}, body=json_payload(payload)))

    async def update(
        self,
        entity_set: str,
        key: Key,
        changes: Payload,
        *,
        etag: str | None,
        method: Literal["PATCH", "MERGE"] = "PATCH",
    ) -> Answer:
        """Change some properties of a row that is still as it was when ``etag`` was read.

        Raises:
            Stale: It is not.
            OutcomeUnknown: It may or may not have been changed.
        """
        target = f"{entity_set}{key_predicate(key)}"
        return answer(await self._write(method, target, {}, body=json_payload(changes), etag=etag))

    async def call(
        self,
        function: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        method: Literal["GET", "POST"] = "POST",
        etag: str | None = None,
    ) -> Answer:
        """Call a function import; its parameters stand in the address even when it posts.

        Raises:
            Refused: The function says it did not do it.
            Stale: The record is not as it was, or the function wants an ``etag``.
            OutcomeUnknown: It may or may not have been done.
        """
        options = {name: literal(value) for name, value in (parameters or {}).items()}
        if method == "GET":
            return answer(await self._read(function, options), function)
        return answer(await self._write("POST", function, options, etag=etag), function)

    async def batch(self, parts: Sequence[BatchPart]) -> list[Outcome]:
        """Send several requests in one; each part succeeds or fails by itself.

        A batch with a changeset is a write and is sent once, but for a refused CSRF token.

        Raises:
            OutcomeUnknown: Nothing is known of any changeset.
            ToolError: The batch as a whole failed; no changeset has posted.
        """
        outcomes = await self._batch(parts)
        if _only_token_rejected(parts, outcomes):
            self.connection.session.token = None
            outcomes = await self._batch(parts)
        return outcomes

    async def metadata(self) -> Metadata:
        """Return what the service can do, read once."""
        async with self._metadata_lock:
            if self._metadata is None:
                headers = {**self._headers, "Accept": "application/xml"}
                url = self._url("$metadata", {})
                reply = await self.connection.read("GET", url, headers=headers, judge=judge_sap)
                try:
                    self._metadata = parse_metadata(reply.body)
                except ValueError as error:
                    raise reply.misread(f"no service metadata: {error}") from error
            return self._metadata

    async def require(self, needs: Needs) -> None:
        """Make sure the service offers what a wrapper relies on.

        Raises:
            NotOffered: It does not; what is missing is named.
        """
        (await self.metadata()).require(self.connection.system, self.name, needs)

    def _url(self, target: str, options: Mapping[str, str]) -> str:
        return f"{self.path}/{target}?{query_string({**options, **self._standing})}"

    def _next_page(self, reply: Reply, following: object, seen: set[str]) -> str:
        """Check where the next page is said to be: within this service, and not seen before."""
        url = self.connection.below(following) if isinstance(following, str) else None
        if isinstance(following, str) and "://" not in following and not following.startswith("/"):
            url = f"{self.path}/{following}"
        if url is None or not url.startswith(f"{self.path}/"):
            raise reply.misread(f"the next page is said to be elsewhere: {str(following)[:100]!r}")
        if url in seen or len(seen) >= _MOST_PAGES:
            raise reply.misread("the pages never end")
        seen.add(url)
        missing = {name: value for name, value in self._standing.items() if f"{name}=" not in url}
        return f"{url}{'&' if '?' in url else '?'}{query_string(missing)}" if missing else url

    async def _read(self, target: str, options: Mapping[str, str]) -> Reply:
        url = self._url(target, options)
        return await self.connection.read("GET", url, headers=self._headers, judge=judge_sap)

    async def _write(
        self,
        method: str,
        target: str,
        options: Mapping[str, str],
        *,
        body: Body = None,
        etag: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a change with the session's token; a refused token is replaced once."""
        url = self._url(target, options)
        sent = {**self._headers, **(headers or {})}
        if etag is not None:
            sent["If-Match"] = etag
        token = await self._token(refused=None)
        try:
            return await self._send(method, url, {**sent, CSRF_HEADER: token}, body)
        except TokenRejected:
            token = await self._token(refused=token)
        return await self._send(method, url, {**sent, CSRF_HEADER: token}, body)

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: Body) -> Reply:
        return await self.connection.write(method, url, headers=headers, body=body, judge=judge_sap)

    async def _token(self, refused: str | None) -> str:
        return await csrf_token(self.connection, self._url("", {}), self._headers, refused)

    async def _batch(self, parts: Sequence[BatchPart]) -> list[Outcome]:
        changing = any(not isinstance(part, Retrieve) for part in parts)
        reply = await self._send_batch(parts, changing)
        try:
            answers = decode(reply.headers.get("content-type", ""), reply.body)
        except ValueError as error:
            raise _unreadable(reply, str(error), changing) from error
        if len(answers) != len(parts):
            why = f"{len(answers)} answers to {len(parts)} parts"
            raise _unreadable(reply, why, changing)
        return [_outcome(reply, part, said) for part, said in zip(parts, answers, strict=True)]

    async def _send_batch(self, parts: Sequence[BatchPart], changing: bool) -> Reply:
        """Send a batch; one that only reads goes without a token unless the gateway insists."""
        kind, body = encode(parts)
        headers = {"Content-Type": kind, "Accept": "multipart/mixed"}
        if not changing:
            try:
                return await self.connection.read(
                    "POST",
                    self._url("$batch", {}),
                    headers={**self._headers, **headers},
                    body=body,
                    judge=judge_sap,
                )
            except TokenRejected:
                pass
        return await self._write("POST", "$batch", {}, body=body, headers=headers)


def _options(
    *,
    filter: Filter | None = None,
    select: Sequence[str] = (),
    expand: Sequence[str] = (),
    orderby: Sequence[str] = (),
    top: int | None = None,
) -> dict[str, str]:
    options = {
        "$filter": filter.text if filter else "",
        "$select": ",".join(select),
        "$expand": ",".join(expand),
        "$orderby": ",".join(orderby),
        "$top": "" if top is None else str(top),
    }
    return {name: text for name, text in options.items() if text}


def _unreadable(reply: Reply, why: str, changing: bool) -> Misread | OutcomeUnknown:
    kind = OutcomeUnknown if changing else Misread
    return kind(reply.system, f"the answer to a batch cannot be read: {why}", reply.exchange)


def _outcome(whole: Reply, part: BatchPart, said: PartReply | list[PartReply]) -> Outcome:
    try:
        if isinstance(part, Retrieve):
            if isinstance(said, list):
                raise _unreadable(whole, "a changeset's answer to a read", changing=False)
            return _part_answer(_part_reply(whole, "GET", part.target, said))
        if isinstance(said, PartReply):
            return _refusal(whole, part.changes[0].method, part.changes[0].target, said)
        if len(said) != len(part.changes):
            why = f"{len(said)} answers to {len(part.changes)} changes"
            raise _unreadable(whole, why, changing=True)
        return tuple(
            _part_answer(_part_reply(whole, change.method, change.target, each), _function(change))
            for change, each in zip(part.changes, said, strict=True)
        )
    except ToolError as error:
        return error


def _part_answer(reply: Reply, function: str | None = None) -> Answer:
    error = judge_sap(reply)
    if error is not None:
        raise error
    return answer(reply, function)


def _function(change: Change) -> str | None:
    """A post without a body is a function import."""
    called = change.method == "POST" and change.payload is None
    return change.target.partition("?")[0] if called else None


def _refusal(whole: Reply, method: str, target: str, said: PartReply) -> ToolError:
    """A changeset that failed is answered by one error for all of it."""
    reply = _part_reply(whole, method, target, said)
    return judge_sap(reply) or reply.misread("one success for a whole changeset")


def _part_reply(whole: Reply, method: str, target: str, said: PartReply) -> Reply:
    access: Access = "read" if method == "GET" else "write"
    return Reply(
        system=whole.system,
        method=f"{method} {target} in",
        url=whole.url,
        access=access,
        status=said.status,
        headers=said.headers,
        body=told(said.status, said.body, whole.secrets),
        secrets=whole.secrets,
    )


def _only_token_rejected(parts: Sequence[BatchPart], outcomes: Sequence[Outcome]) -> bool:
    """Whether every changeset failed for its token, so that none can have posted."""
    changesets = [
        outcome
        for part, outcome in zip(parts, outcomes, strict=True)
        if not isinstance(part, Retrieve)
    ]
    return bool(changesets) and all(isinstance(each, TokenRejected) for each in changesets)
