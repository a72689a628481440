"""A conversation's calls of the model: by the line that cases use, and within a budget.

The line brings its circuit breaker, its prices and the record of every call. What a turn may take
is bounded by itself and by what its conversation has taken within a day, on whichever node.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from agent.reasoning.asker import Silent, Spent
from agent.reasoning.budget import Allowance, Budget
from agent.reasoning.calling import Line as ModelLine
from agent.reasoning.calls import Occasion
from agent.reasoning.chat.model import (
    ChatModel,
    Instructed,
    Line,
    Manner,
    Spoke,
    ToolPage,
    text_of,
)
from agent.reasoning.request import Form, Message, ModelAnswer, ModelRequest

NAME = "chat"


@dataclass(frozen=True)
class Taken:
    """What a conversation has taken so far."""

    tokens: int = 0
    cost: Decimal = Decimal(0)


class Ledger(Protocol):
    """Knows what conversations have taken."""

    async def taken(self, conversation: str) -> Taken:
        """Return what a conversation has taken within a day."""
        ...


@dataclass(frozen=True)
class Guard:
    """What stands between a conversation and the model.

    Attributes:
        line: The line that cases use.
        ledger: What conversations have taken.
        most: The most a conversation may take in a day; a cost of None sets no limit to money.
        turn_cost: The most one turn may cost.
    """

    line: ModelLine
    ledger: Ledger
    most: Allowance
    turn_cost: Decimal | None = None

    async def budget(self, conversation: str, turn: Allowance) -> Budget:
        """Return the budget of a turn: its own, as far as the conversation has it left.

        Raises:
            Spent: The conversation has nothing left.
        """
        taken = await self.ledger.taken(conversation)
        tokens, cost = self.most.tokens - taken.tokens, self.turn_cost
        if self.most.cost is not None:
            left = self.most.cost - taken.cost
            cost = left if cost is None else min(cost, left)
        if tokens <= 0 or (cost is not None and cost <= 0):
            raise Spent("this conversation has used up what it may take in a day")
        allowance = Allowance(turn.calls, min(turn.tokens, tokens), turn.seconds, cost)
        return Budget(allowance, self.line.rhythm.clock)

    async def speak(
        self,
        model: ChatModel,
        lines: Sequence[Line],
        tools: Sequence[ToolPage],
        manner: Manner,
        occasion: Occasion,
        budget: Budget,
    ) -> Spoke:
        """Return what the model says next; the call is counted, and written down.

        Raises:
            ModelTrouble: It says nothing.
        """
        heard: list[Spoke] = []

        async def send(request: ModelRequest, seconds: float) -> ModelAnswer:
            try:
                async with asyncio.timeout(seconds):
                    spoke = await model.speak(lines, tools, manner)
            except TimeoutError:
                raise Silent(f"no answer within {seconds:.3g} s") from None
            heard.append(spoke)
            return _answer(spoke)

        request = ModelRequest(
            model=model.name,
            messages=tuple(_message(line) for line in lines),
            form=Form.WORDS,
            name=NAME,
            schema={},
            most_tokens=manner.most_tokens,
            temperature=manner.temperature,
        )
        await self.line.say(request, occasion, budget, send)
        return heard[0]


def _answer(spoke: Spoke) -> ModelAnswer:
    return ModelAnswer(
        model=spoke.model,
        text=text_of(spoke),
        tokens_in=spoke.read,
        tokens_out=spoke.written,
    )


def _message(line: Line) -> Message:
    match line:
        case Instructed():
            return Message("system", line.text)
        case Spoke():
            return Message("assistant", text_of(line))
        case _:
            return Message("user", line.text)
