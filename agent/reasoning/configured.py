"""Which judge the settings ask for. Providers are imported when a model is first asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from pydantic import SecretStr

from agent.clock import now
from agent.playbooks.catalog import Catalog
from agent.reasoning.asker import Asker
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance, Price
from agent.reasoning.calling import Line
from agent.reasoning.calls import Calls
from agent.reasoning.fitting import ModelFit
from agent.reasoning.identifying import Identifier, ModelIdentifier, NobodyAsked
from agent.reasoning.model import ModelReasoner
from agent.reasoning.ollama_chat import OllamaChat
from agent.reasoning.openai_chat import OpenAIChat
from agent.reasoning.people import Nobody, People
from agent.reasoning.reasoner import Reasoner
from agent.reasoning.tiered import Tiered
from agent.reasoning.weighing import Fit, Weighing
from agent.reasoning.words import PromptBook
from agent.settings import Settings
from tools.patience import Rhythm

_HALF = 2


@dataclass(frozen=True)
class Judges:
    """The judge of cases, and the model in it, which whoever wired it closes in the end.

    ``identifier`` says what an unclear signal is about; ``asking`` is how the model is asked.
    """

    reasoner: Reasoner
    model: ModelReasoner | None = field(default=None)
    identifier: Identifier = field(default_factory=NobodyAsked)
    asking: Asking | None = field(default=None)

    async def close(self) -> None:
        """Let go of connections."""
        if self.model is not None:
            await self.model.close()


@dataclass(frozen=True)
class Known:
    """What judges go by beside settings and words.

    Fits are the coefficients of confidence; without any the documented prior holds. ``people`` are
    never named to a model.
    """

    fit: Fit | None = None
    model_fit: ModelFit = field(default_factory=ModelFit)
    people: People = field(default_factory=Nobody)
    clock: Callable[[], datetime] = now


def reasoner_of(settings: Settings) -> str:
    """Return how the judge that the settings ask for is put together."""
    return "weighing" if settings.model is None else "tiered"


def judges_of(
    settings: Settings,
    catalog: Catalog,
    book: PromptBook,
    calls: Calls,
    rhythm: Rhythm | None = None,
    known: Known | None = None,
) -> Judges:
    """Return the weighing, or the tiered judge where a model is configured."""
    lines = lines_of(settings, calls, rhythm or Rhythm())
    known = known or Known()
    weighing = Weighing(known.fit)
    if not lines:
        return Judges(weighing)
    allowance = allowance_of(settings)
    asking = Asking(lines, book, rhythm or Rhythm(), allowance, known.model_fit, known.people)
    model = ModelReasoner(asking, catalog, weighing)
    identifier = ModelIdentifier(asking, catalog, known.clock)
    return Judges(Tiered(weighing, model), model, identifier, asking)


def lines_of(settings: Settings, calls: Calls, rhythm: Rhythm) -> tuple[Line, ...]:
    """Return the lines to the configured models, the one that stands in last."""
    half = settings.model_seconds / _HALF
    return tuple(
        Line(asker, calls, rhythm, price, half)
        for asker, price in zip(askers_of(settings), (price_of(settings), Price()), strict=False)
    )


def askers_of(settings: Settings) -> tuple[Asker, ...]:
    """Return the configured models; none, if none is."""
    if settings.model is None:
        return ()
    first = asker_of(settings.model, settings.model_url, settings.model_key, settings)
    if settings.fallback_model is None:
        return (first,)
    second = settings.fallback_model
    return (first, asker_of(second, settings.fallback_url, settings.fallback_key, settings))


def asker_of(model: str, url: str | None, key: SecretStr | None, settings: Settings) -> Asker:
    """Return a model by its provider and name."""
    if model.startswith("ollama:"):
        return OllamaChat(model, url, key, settings.model_context)
    return OpenAIChat(model, url, key)


def allowance_of(settings: Settings) -> Allowance:
    """Return what one diagnosis may take."""
    return Allowance(
        tokens=settings.model_tokens, seconds=settings.model_seconds, cost=settings.model_cost
    )


def price_of(settings: Settings) -> Price:
    """Return what the model costs."""
    if settings.model_price is None:
        return Price()
    read, _, written = settings.model_price.partition("/")
    return Price(Decimal(read), Decimal(written))
