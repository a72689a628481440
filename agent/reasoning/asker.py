"""Who a request goes to, and how that can fail.

ModelTrouble        something is wrong with asking, not with the answer
├── Busy            it may work in a moment: 429, 5xx, no connection; asked again
├── Silent          nothing came in time; another model is asked, or none
├── Unoffered       this form of answer is not offered (400); the next rung is tried
├── Unfit           the request does not fit the model's context; a person decides the case
├── Locked          key, address or name are wrong (3xx, 401, 403, 404); an integrator mends them
└── Spent           calls, tokens, money or time of the case are used up; a person decides
"""

from __future__ import annotations

from typing import Protocol

from agent.reasoning.request import ModelAnswer, ModelRequest

GARBLED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What clients raise over an answer that is none: they look before they check."""


class ModelTrouble(Exception):
    """A request got no answer; the weighing judges, and whoever reads the case is told why."""


class Busy(ModelTrouble):
    """The server cannot answer now; ``retry_after`` is how long it asked to be left alone."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Silent(ModelTrouble):
    """No answer came in time."""


class Unoffered(ModelTrouble):
    """The server refuses the request in this form."""


class Unfit(ModelTrouble):
    """The request is longer than what the model reads."""


class Locked(ModelTrouble):
    """The server knows neither us nor the model."""


class Resting(ModelTrouble):
    """The model failed repeatedly and is left alone for a while."""


class Spent(ModelTrouble):
    """What a case may spend on models is spent."""


class Asker(Protocol):
    """One model of one provider."""

    @property
    def name(self) -> str:
        """The model as it is configured, such as ``openai:gpt-5-mini``."""
        ...

    async def ask(self, request: ModelRequest, seconds: float) -> ModelAnswer:
        """Ask once, and wait so long at most.

        Raises:
            ModelTrouble: There is no answer, whatever the reason.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def bare(model: str) -> str:
    """Return a model's name without its provider."""
    return model.partition(":")[2]


def of_status(status: int, why: str, retry_after: float | None = None) -> ModelTrouble:
    """Return what an HTTP status of a model's server means."""
    said = f"{status}: {' '.join(why.split())[:300]}"
    if status < 400:
        return Locked(f"{said}: redirects are not followed, correct the address")
    if status in {408, 409, 425, 429} or status >= 500:
        return Busy(said, retry_after)
    if status in {401, 403, 404}:
        return Locked(said)
    if status == 413 or "context" in why.lower() and "length" in why.lower():
        return Unfit(said)
    return Unoffered(said)
