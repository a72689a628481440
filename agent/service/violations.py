"""What requests are refused for, counted where every answer passes: by route and rule.

A route is its template, never the path that was asked for, and a rule is one of few, so what is
remembered has an end whoever asks for what. Who sent it is remembered of known senders only.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from agent.background import passed
from agent.ingress.signatures import SIGNATURE
from agent.interfaces import LOOK_SECONDS
from agent.records.database import Database
from agent.records.violations import Violation, hour_of, note
from agent.service.gauges import counter

log = logging.getLogger("concord.service")

NOWHERE = "none"
"""Stands for the route where no route is: of another host name, or of a path there is not."""

SIGN_IN = "/sign-in"
MOST = 2_000
"""So many are remembered until they are written down; what is more, only metrics tell of."""

BROKEN = 500
_CARRYING = frozenset({b"authorization", SIGNATURE.lower().encode()})
_RULE, _WHO = "concord.rule", "concord.who"

Scope = MutableMapping[str, Any]


class Rule(StrEnum):
    """What a request may be refused for."""

    HOST = "host"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ACCEPTED = "not_accepted"
    NOT_PERMITTED = "not_permitted"
    FOREIGN_FORM = "foreign_form"
    UNKNOWN_PATH = "unknown_path"
    METHOD = "method"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    MEDIA_TYPE = "media_type"
    SCHEMA = "schema"
    THROTTLED = "throttled"


_OF_STATUS: Mapping[int, Rule] = {
    207: Rule.SCHEMA,  # of a batch, some were refused
    400: Rule.SCHEMA,
    401: Rule.NOT_SIGNED_IN,
    403: Rule.NOT_PERMITTED,
    405: Rule.METHOD,
    408: Rule.TOO_SLOW,
    413: Rule.TOO_LARGE,
    415: Rule.MEDIA_TYPE,
    422: Rule.SCHEMA,
    429: Rule.THROTTLED,
}


class Violations:
    """Counts refusals of one process, and what went wrong in it.

    Args:
        clock: The time.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._line = clock, Lock()
        self._refused, self._broken = Counter[tuple[str, str]](), Counter[tuple[str]]()
        self._fresh = dict[tuple[str, str, str, datetime], Violation]()

    def note(self, scope: Scope, status: int) -> None:
        """Count an answer, if it is one of those."""
        if status >= BROKEN:
            with self._line:
                self._broken[(_route(scope),)] += 1
        elif (rule := rule_of(scope, status)) is not None:
            self._refuse(_route(scope), rule.value, str(scope.get(_WHO, "")))

    def families(self) -> Iterator[Any]:
        """Return how many there were since the process began."""
        with self._line:
            refused, broken = dict(self._refused), dict(self._broken)
        said = "Requests that were refused, since the process began."
        yield counter("concord_api_violations", said, ("route", "rule"), refused)
        said = "Requests that went wrong here (5xx), since the process began."
        yield counter("concord_api_errors", said, ("route",), broken)

    def fresh(self) -> list[Violation]:
        """Return what is not written down yet."""
        with self._line:
            return list(self._fresh.values())

    def written(self, found: list[Violation]) -> None:
        """Take it that these are written down; what came meanwhile is kept."""
        with self._line:
            for one in found:
                left = self._fresh.pop((one.route, one.rule, one.who, one.hour))
                if left.count > one.count:
                    rest = replace(left, count=left.count - one.count)
                    self._fresh[one.route, one.rule, one.who, one.hour] = rest

    def _refuse(self, route: str, rule: str, who: str) -> None:
        now = self._clock()
        with self._line:
            self._refused[route, rule] += 1
            key = (route, rule, who, hour_of(now))
            before = self._fresh.get(key)
            if before is not None or len(self._fresh) < MOST:
                count = before.count + 1 if before else 1
                self._fresh[key] = Violation(route, rule, who, count, now)


async def keep(violations: Violations, database: Database, over: asyncio.Event) -> None:
    """Write down what is new, again and again until it is over."""
    while not over.is_set():
        await passed(over, LOOK_SECONDS)
        await asyncio.to_thread(write_down, violations, database)


def write_down(violations: Violations, database: Database) -> None:
    """Write down what is new; what cannot be written now is new until it can."""
    found = violations.fresh()
    if not found:
        return
    try:
        with database.write() as session:
            note(session, found, max(one.last_at for one in found))
    except SQLAlchemyError as error:
        log.warning("what was refused was not written down: %s", error)
        return
    violations.written(found)


def rule_of(scope: Scope, status: int) -> Rule | None:
    """Return which rule a request broke; None of an answer that refuses nothing of the kind."""
    routed = _routed(scope)
    if _RULE in scope:
        return Rule(scope[_RULE])
    if not routed and status in {400, 404}:
        return Rule.HOST if status == 400 else Rule.UNKNOWN_PATH
    if status == 401 and _carried(scope):
        return Rule.NOT_ACCEPTED
    return _OF_STATUS.get(status)


def breaks(scope: Scope, rule: Rule) -> None:
    """Say which rule a request breaks, where the status it is refused with does not tell."""
    scope[_RULE] = rule


def sent_by(scope: Scope, who: str) -> None:
    """Say who sent a request; only of senders that are known, for their names are remembered."""
    scope[_WHO] = who


def _carried(scope: Scope) -> bool:
    """Return whether a request carried what it wanted to be known by."""
    given = {name for name, _ in scope.get("headers", ())}
    return bool(given & _CARRYING) or _route(scope).startswith(SIGN_IN)


def _routed(scope: Scope) -> bool:
    return scope.get("route") is not None


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", NOWHERE))
