"""What one diagnosis may take: calls, tokens, money and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from agent.reasoning.asker import Spent
from agent.reasoning.request import ModelAnswer, ModelRequest

MOST_CALLS = 4
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, read and written; None where nobody said."""

    read: Decimal | None = None
    written: Decimal | None = None

    def of(self, tokens_in: int, tokens_out: int) -> Decimal | None:
        """Return what so many tokens cost."""
        if self.read is None or self.written is None:
            return None
        return (self.read * tokens_in + self.written * tokens_out) / _MILLION


@dataclass(frozen=True)
class Allowance:
    """The most that one diagnosis may take; ``cost`` None sets no limit to money."""

    calls: int = MOST_CALLS
    tokens: int = 30_000
    seconds: float = 60.0
    cost: Decimal | None = None


@dataclass
class Budget:
    """What of an allowance is left. Retries, repairs and a second model all come out of it."""

    allowance: Allowance
    clock: Callable[[], float]
    calls: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self.clock() + self.allowance.seconds

    @property
    def seconds(self) -> float:
        """How much time is left."""
        return self._end - self.clock()

    def spend(self, request: ModelRequest, price: Price) -> None:
        """Take one call out of the budget, before it is made.

        Raises:
            Spent: The budget does not cover it, even if the answer is as long as it may be.
        """
        most = request.size + request.most_tokens
        if self.calls >= self.allowance.calls:
            raise Spent(f"{self.calls} calls were made for this case")
        if self.seconds <= 0:
            raise Spent(f"{self.allowance.seconds:.3g} s have passed")
        if self.tokens + most > self.allowance.tokens:
            raise Spent(f"more than {self.allowance.tokens} tokens")
        cost = price.of(request.size, request.most_tokens)
        if self.allowance.cost is not None and self.cost + (cost or 0) > self.allowance.cost:
            raise Spent(f"a cost of more than {self.allowance.cost}")
        self.calls += 1

    def charge(self, request: ModelRequest, answer: ModelAnswer, price: Price) -> Decimal | None:
        """Book what a call took; return what it cost, if prices are known."""
        read = answer.tokens_in or request.size
        written = answer.tokens_out or 0
        self.tokens += read + written
        cost = price.of(read, written)
        self.cost += cost or 0
        return cost
