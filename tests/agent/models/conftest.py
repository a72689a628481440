"""Models on loopback, and reasoners that ask them."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest

from agent.playbooks.catalog import catalog
from agent.reasoning.asker import Asker
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance
from agent.reasoning.calling import Line
from agent.reasoning.model import ModelReasoner
from agent.reasoning.ollama_chat import OllamaChat
from agent.reasoning.openai_chat import OpenAIChat
from agent.reasoning.weighing import Weighing
from tests.agent.models.dossiers import Book, Kept
from tests.agent.models.provider import Provider, served
from tools.patience import Rhythm

CONTEXT = 16_384


@pytest.fixture(scope="session")
def serving() -> Iterator[Provider]:
    with served() as provider:
        yield provider


@pytest.fixture
def provider(serving: Provider) -> Provider:
    """The server, with nothing said yet."""
    serving.says()
    return serving


@pytest.fixture
def calls() -> Kept:
    return Kept()


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture(params=["openai", "ollama"])
def asker(request: pytest.FixtureRequest, provider: Provider) -> Asker:
    """A model of either protocol."""
    if request.param == "openai":
        return openai_of(provider)
    return OllamaChat("ollama:tiny", provider.url, None, CONTEXT)


@pytest.fixture
def openai(provider: Provider) -> OpenAIChat:
    return openai_of(provider)


@pytest.fixture
def rhythm() -> Rhythm:
    """Time as it is, with pauses that take none."""
    return hurried(Rhythm())


@pytest.fixture
async def reasoner_of(
    calls: Kept, book: Book, rhythm: Rhythm
) -> AsyncIterator[Callable[..., ModelReasoner]]:
    """Make reasoners, and close them in the end."""
    made: list[ModelReasoner] = []

    def make(
        *askers: Asker, seconds: float = 5.0, allowance: Allowance | None = None
    ) -> ModelReasoner:
        lines = tuple(Line(asker, calls, rhythm, seconds=seconds) for asker in askers)
        asking = Asking(lines, book, rhythm, allowance or Allowance(seconds=10.0))
        reasoner = ModelReasoner(asking, catalog(), Weighing())
        made.append(reasoner)
        return reasoner

    yield make
    for reasoner in made:
        await reasoner.close()


def openai_of(provider: Provider, model: str = "openai:tiny") -> OpenAIChat:
    """Return a model of the OpenAI protocol."""
    return OpenAIChat(model, f"{provider.url}/v1", None)


def hurried(rhythm: Rhythm) -> Rhythm:
    """Return a rhythm whose pauses are short."""

    async def sleep(seconds: float) -> None:
        await rhythm.sleep(min(seconds, 0.01))

    return replace(rhythm, sleep=sleep)
