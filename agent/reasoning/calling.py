"""Calling one model: the one layer that tries again, the circuit breaker, the budget, the record.

Tried again are 429 (after the time the server asks for), 5xx and a connection that failed. What was
merely slow is not: the time is gone. Every attempt comes out of the case's budget.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from agent.reasoning.asker import Asker, Busy, Locked, ModelTrouble, Resting, Silent, Spent
from agent.reasoning.budget import Budget, Price
from agent.reasoning.calls import Call, Calls, Occasion, Purpose
from agent.reasoning.request import ModelAnswer, ModelRequest
from agent.traces import span
from tools.breaker import Breaker
from tools.patience import Rhythm

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
FAILURES = 4

Send: TypeAlias = Callable[[ModelRequest, float], Awaitable[ModelAnswer]]
"""Sends a request and waits so many seconds for the answer."""
REST = 30.0


@dataclass
class Line:
    """The line to one model.

    Args:
        asker: The model.
        calls: Where every attempt is recorded.
        rhythm: Time and chance.
        price: What the model costs.
        seconds: How long one answer is waited for.
    """

    asker: Asker
    calls: Calls
    rhythm: Rhythm
    price: Price = Price()
    seconds: float = 30.0
    _breaker: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self._breaker = Breaker(FAILURES, REST, self.rhythm.clock)

    async def ask(
        self, request: ModelRequest, purpose: Purpose, occasion: Occasion, budget: Budget
    ) -> ModelAnswer:
        """Ask until there is an answer, or no use in trying.

        Raises:
            ModelTrouble: There is no answer.
        """

        def give_up(state: RetryCallState) -> bool:
            spent = budget.calls >= budget.allowance.calls
            return spent or state.upcoming_sleep >= budget.seconds

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Busy),
            wait=self._pause,
            stop=give_up,
            sleep=self.rhythm.sleep,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                again = attempt.retry_state.attempt_number > 1
                return await self._once(
                    request, Purpose.AGAIN if again else purpose, occasion, budget
                )
        raise Spent("no attempt was left")

    async def say(
        self, request: ModelRequest, occasion: Occasion, budget: Budget, send: Send
    ) -> ModelAnswer:
        """Ask once in a conversation, sent in its own way; the person can ask again.

        Raises:
            ModelTrouble: There is no answer.
        """
        return await self._once(request, Purpose.CHAT, occasion, budget, send)

    async def _once(
        self,
        request: ModelRequest,
        purpose: Purpose,
        occasion: Occasion,
        budget: Budget,
        send: Send | None = None,
    ) -> ModelAnswer:
        rest = self._breaker.wait()
        if rest is not None:
            raise Resting(f"{self.asker.name} failed repeatedly, left alone for {rest:.0f} s")
        healthy: bool | None = None
        answer: ModelAnswer | None = None
        trouble = ""
        started = self.rhythm.clock()
        try:
            budget.spend(request, self.price)
            asking = send or self.asker.ask
            with span("model call", model=self.asker.name, case=occasion.case):
                answer = await asking(request, min(self.seconds, budget.seconds))
            healthy = True
            return answer
        except Spent:
            raise
        except ModelTrouble as error:
            trouble = str(error)
            healthy = False if isinstance(error, Busy | Silent | Locked) else None
            raise
        finally:
            self._breaker.record(healthy)
            if answer is not None or trouble:
                latency = (self.rhythm.clock() - started) * 1000
                cost = budget.charge(request, answer, self.price) if answer else None
                await self.calls.record(
                    Call(
                        occasion, purpose, self.asker.name, request, answer, trouble, latency, cost
                    )
                )

    def _pause(self, state: RetryCallState) -> float:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (state.attempt_number - 1))
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, Busy) else None
        return max(longest * (0.5 + self.rhythm.jitter() / 2), asked or 0.0)
