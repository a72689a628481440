"""The doors of the plant: what happens around each server, so that the servers need not know.

A request first lets everything that has fallen due happen (late commits, messages between systems),
then meets the world's faults, then its server; its writes go to the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, assert_never
from urllib.parse import unquote

from tools.sandbox.exchange import Handle, Request, Response, json_response
from tools.sandbox.faults import FaultKind, Rule
from tools.sandbox.journal import LOST, Answered
from tools.sandbox.servers import Server
from tools.sandbox.world import Parked, World

How = Literal["timeout", "reset", "unreachable"]
Refuse = Callable[[int, str, str], Response]
Settle = Callable[[World], None]


class Lost(Exception):
    """The answer never comes; sockets and transports turn this into what a client would see."""

    def __init__(self, how: How) -> None:
        super().__init__(how)
        self.how: How = how


def plain_refusal(status: int, code: str, text: str) -> Response:
    """Refuse in JSON, for servers that have no dialect of their own."""
    return json_response({"error": {"code": code, "message": text}}, status)


@dataclass(frozen=True)
class Door:
    """One server with its dialect.

    Args:
        handle: The server.
        refuse: Says no in the server's dialect: status, code, text.
        settle: Lets happen what has fallen due in this server.
        state: The world's attributes a request may change; any, where none are named.
    """

    handle: Handle
    refuse: Refuse = plain_refusal
    settle: Settle | None = None
    state: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doors:
    """All servers of a plant. They hold nothing; every request names its world."""

    doors: Mapping[Server, Door]

    def answer(self, server: Server, request: Request) -> Response:
        """Answer a request, or raise `Lost`."""
        world = request.world
        self.catch_up(world)
        path = unquote(request.path)
        rule = world.faults.strike(world.seed, world.clock.now(), server, request.method, path)
        if rule is None:
            return self._carried_out(server, request)
        return self._struck(server, request, rule)

    def catch_up(self, world: World) -> None:
        """Let happen what has fallen due: late commits first, then each server's own."""
        now = world.clock.now()
        due = sorted((one for one in world.parked if one.due <= now), key=lambda one: one.due)
        world.parked = [one for one in world.parked if one.due > now]
        for parked in due:
            self._carried_out(parked.server, _request(world, parked), answered=LOST)
        for door in self.doors.values():
            if door.settle is not None:
                door.settle(world)

    def _carried_out(
        self, server: Server, request: Request, answered: Answered | None = None
    ) -> Response:
        response = self.doors[server].handle(request)
        self._journal(server, request, response.status if answered is None else answered)
        return response

    def _journal(self, server: Server, request: Request, answered: Answered) -> None:
        world = request.world
        for write in request.writes:
            world.journal.record(
                write,
                server,
                world.clock.now(),
                answered=answered,
                correlation=request.correlation,
            )

    def _struck(self, server: Server, request: Request, rule: Rule) -> Response:
        kind = rule.fault.kind
        match kind:
            case FaultKind.LATENCY:
                return replace(self._carried_out(server, request), delay=rule.fault.seconds)
            case FaultKind.STALE_TOKEN:
                request.world.access.forget()
                return self._carried_out(server, request)
            case FaultKind.TRUNCATED:
                response = self._carried_out(server, request)
                return replace(response, body=response.body[: len(response.body) // 2])
            case FaultKind.SLOW_COMMIT:
                return self._slowly(server, request, rule)
            case (
                FaultKind.COMMIT_THEN_TIMEOUT
                | FaultKind.COMMIT_THEN_RESET
                | FaultKind.COMMIT_THEN_500
            ):
                return self._committed(server, request, rule)
            case _:
                return _turned_away(self.doors[server].refuse, kind, rule.fault.seconds)

    def _committed(self, server: Server, request: Request, rule: Rule) -> Response:
        """Carry a write out and lose its answer; what commits nothing is answered truly."""
        response = self.doors[server].handle(request)
        if not _commits(request):
            rule.spare()
            self._journal(server, request, response.status)
            return response
        kind = rule.fault.kind
        if kind is FaultKind.COMMIT_THEN_500:
            self._journal(server, request, 500)
            return self.doors[server].refuse(500, "ZSBX/500", "Internal server error")
        self._journal(server, request, LOST)
        raise Lost("timeout" if kind is FaultKind.COMMIT_THEN_TIMEOUT else "reset")

    def _slowly(self, server: Server, request: Request, rule: Rule) -> Response:
        """Park a write that would succeed; what would commit nothing is answered truly."""
        world = request.world
        before = world.snapshot(*self.doors[server].state)
        response = self.doors[server].handle(request)
        if not _commits(request):
            rule.spare()
            self._journal(server, request, response.status)
            return response
        world.restore(before)
        world.parked.append(
            Parked(
                due=world.clock.now() + timedelta(seconds=rule.fault.seconds),
                server=server,
                method=request.method,
                path=request.path,
                query=request.query,
                headers=dict(request.headers),
                body=request.body,
            )
        )
        raise Lost("timeout")


_PAGE = b"<!DOCTYPE html><html><head><title>Logon</title></head><body><form></form></body></html>"


TurnedAway = Literal[
    FaultKind.HTTP_429,
    FaultKind.HTTP_503,
    FaultKind.LOCK,
    FaultKind.UNREACHABLE,
    FaultKind.DROP_BEFORE_COMMIT,
    FaultKind.HTML_PAGE,
]


def _turned_away(refuse: Refuse, kind: TurnedAway, seconds: float) -> Response:
    """Answer without asking the server."""
    match kind:
        case FaultKind.HTTP_429:
            return _later(refuse(429, "ZSBX/429", "Too many requests"), seconds)
        case FaultKind.HTTP_503:
            return _later(refuse(503, "ZSBX/503", "Service unavailable"), seconds)
        case FaultKind.LOCK:
            return refuse(423, "ZSBX/050", "The object is being processed by another user")
        case FaultKind.UNREACHABLE:
            raise Lost("unreachable")
        case FaultKind.DROP_BEFORE_COMMIT:
            raise Lost("reset")
        case FaultKind.HTML_PAGE:
            return Response(200, [("content-type", "text/html")], _PAGE)
    assert_never(kind)


def _later(response: Response, seconds: float) -> Response:
    wait = ("retry-after", str(max(1, round(seconds))))
    return replace(response, headers=[*response.headers, wait])


def _commits(request: Request) -> bool:
    return any(write.committed for write in request.writes)


def _request(world: World, parked: Parked) -> Request:
    return Request(
        world=world,
        method=parked.method,
        path=parked.path,
        query=parked.query,
        headers=parked.headers,
        body=parked.body,
        late=True,
    )
