"""What goes wrong in a world, on purpose: rules of faults, drawn by the world's seed.

A rule names the requests it may strike and how often. Whether it strikes the n-th of them follows
from seed, rule and n alone, so the same run goes wrong in the same places. Times are the world's.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tools.sandbox.servers import Server

TOKEN_PATHS = ("/oauth/token", "/oauth2/token")
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class FaultKind(StrEnum):
    """What may go wrong."""

    LATENCY = "latency"
    HTTP_429 = "http_429"
    HTTP_503 = "http_503"
    LOCK = "lock"
    STALE_TOKEN = "stale_token"
    UNREACHABLE = "unreachable"
    DROP_BEFORE_COMMIT = "drop_before_commit"
    COMMIT_THEN_TIMEOUT = "commit_then_timeout"
    COMMIT_THEN_RESET = "commit_then_reset"
    COMMIT_THEN_500 = "commit_then_500"
    SLOW_COMMIT = "slow_commit"
    HTML_PAGE = "html_page"
    TRUNCATED = "truncated"


@dataclass(frozen=True)
class Fault:
    """One rule.

    Args:
        kind: What goes wrong.
        server: Where; None is everywhere.
        path: A regular expression searched in the decoded path.
        method: An HTTP method, ``READ``, ``WRITE`` (asking for a token is none), or None for all.
        probability: How likely each matching request is struck.
        count: How many times at most; None is without end.
        skip: How many matching requests pass first.
        seconds: How long: latency, Retry-After, the lock, or until the late commit.
    """

    kind: FaultKind
    server: Server | None = None
    path: str = ""
    method: str | None = None
    probability: float = 1.0
    count: int | None = None
    skip: int = 0
    seconds: float = 2.0

    def __post_init__(self) -> None:
        """Refuse a rule that could never be followed."""
        if not 0 <= self.probability <= 1:
            raise ValueError(f"{self.probability} is no probability")
        if self.seconds < 0 or self.skip < 0 or (self.count is not None and self.count < 0):
            raise ValueError("seconds, skip and count are not negative")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"{self.path!r} is no regular expression: {error}") from error

    def concerns(self, server: Server, method: str, path: str) -> bool:
        """Tell whether a request is one this rule may strike."""
        if self.server not in (None, server):
            return False
        if self.method is not None and not _is_method(self.method.upper(), method, path):
            return False
        return re.search(self.path, path) is not None


def _is_method(wanted: str, method: str, path: str) -> bool:
    match wanted:
        case "READ":
            return method in READS
        case "WRITE":
            return method not in READS and not path.endswith(TOKEN_PATHS)
        case _:
            return wanted == method


@dataclass
class Rule:
    """A fault with what it has done so far."""

    number: int
    fault: Fault
    met: int = 0
    struck: int = 0
    until: datetime | None = None

    def spare(self) -> None:
        """Take back a strike: the request committed nothing whose answer could be lost."""
        self.struck -= 1


@dataclass
class Faults:
    """The rules of a world, in the order in which they were added; the first that strikes wins."""

    rules: list[Rule] = field(default_factory=list[Rule])
    added: int = 0

    def add(self, fault: Fault) -> int:
        """Add a rule and return its number."""
        self.added += 1
        self.rules.append(Rule(self.added, fault))
        return self.added

    def remove(self, number: int) -> None:
        """Forget one rule; an unknown number is no error."""
        self.rules = [rule for rule in self.rules if rule.number != number]

    def clear(self) -> None:
        """Forget every rule."""
        self.rules = []

    def strike(
        self, seed: int, now: datetime, server: Server, method: str, path: str
    ) -> Rule | None:
        """Return the rule by which this request goes wrong, if any."""
        for rule in self.rules:
            if rule.fault.concerns(server, method, path) and _strikes(rule, seed, now):
                return rule
        return None


def _strikes(rule: Rule, seed: int, now: datetime) -> bool:
    fault = rule.fault
    rule.met += 1
    if fault.kind is FaultKind.LOCK and rule.until is not None:
        if now < rule.until:
            return True
        rule.until = None
    if rule.met <= fault.skip or (fault.count is not None and rule.struck >= fault.count):
        return False
    if _drawn(seed, rule) >= fault.probability:
        return False
    rule.struck += 1
    if fault.kind is FaultKind.LOCK:
        rule.until = now + timedelta(seconds=fault.seconds)
    return True


def _drawn(seed: int, rule: Rule) -> float:
    digest = hashlib.sha256(f"{seed}/{rule.number}/{rule.met}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
