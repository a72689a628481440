"""How a system stands: what it answered and what failed since this process began, and how lately.

A definite no is an answer: the interface works, and whoever asked reads why. What was left alone by
the breaker was never sent, so it is neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from tools.errors import (
    Denied,
    Failed,
    Misread,
    NotSent,
    OutcomeUnknown,
    SignInRefused,
    Throttled,
    ToolError,
    Unavailable,
)


class Failing(StrEnum):
    """What can be wrong with an interface; few, for each is a series of metrics."""

    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    SIGN_IN_REFUSED = "sign_in_refused"
    DENIED = "denied"
    UNREADABLE = "unreadable"
    ANSWER_LOST = "answer_lost"


_FAILING: Mapping[type[ToolError], Failing] = {
    SignInRefused: Failing.SIGN_IN_REFUSED,
    Denied: Failing.DENIED,
    Failed: Failing.BROKEN,
    Unavailable: Failing.UNREACHABLE,
    NotSent: Failing.UNREACHABLE,
    Throttled: Failing.UNREACHABLE,
    Misread: Failing.UNREADABLE,
    OutcomeUnknown: Failing.ANSWER_LOST,
}


@dataclass(frozen=True)
class Trouble:
    """The last failure: when, what kind, and in the words of the error."""

    at: float
    failing: Failing
    why: str


class Standing:
    """Counts how requests to one system ended.

    Args:
        clock: Seconds that only pass.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.answered = 0
        self.failed = Counter[Failing]()
        self.answered_at: float | None = None
        self.trouble: Trouble | None = None

    @contextmanager
    def noting(self) -> Generator[None]:
        """Note how one request ends; one that is broken off says nothing of the system."""
        try:
            yield
        except ToolError as error:
            failing = failing_of(error)
            if failing is None:
                self._answer()
            else:
                self.failed[failing] += 1
                self.trouble = Trouble(self._clock(), failing, error.reason)
            raise
        self._answer()

    def _answer(self) -> None:
        self.answered, self.answered_at = self.answered + 1, self._clock()


def failing_of(error: ToolError) -> Failing | None:
    """Return what an error says is wrong with the interface; None where it was an answer."""
    for kind in type(error).__mro__:
        if kind in _FAILING:
            return _FAILING[kind]
    return None
