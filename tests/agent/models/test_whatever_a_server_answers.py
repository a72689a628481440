"""Whatever bytes come as a completion: a diagnosis by rules, and a person is told why."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.case.diagnosis import Diagnosis
from agent.playbooks.catalog import catalog
from agent.reasoning.asker import Asker, ModelTrouble
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance
from agent.reasoning.calling import Line
from agent.reasoning.chat.langchain_model import LangChainModel, options_of
from agent.reasoning.chat.model import Manner, Spoke, Wrote
from agent.reasoning.model import ModelReasoner
from agent.reasoning.ollama_chat import OllamaChat
from agent.reasoning.openai_chat import OpenAIChat
from agent.reasoning.weighing import Weighing
from tests.agent.models.conftest import hurried, openai_of
from tests.agent.models.dossiers import CAUSES, Book, Kept, dossier, opinion
from tests.agent.models.provider import Provider, Raw, Said
from tests.damage import JSON, damaged, misshapen, tries
from tools.patience import Rhythm

CHAT: dict[str, Any] = {
    "id": "c-1",
    "object": "chat.completion",
    "created": 1,
    "model": "tiny-1",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": opinion()},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940},
}
NATIVE: dict[str, Any] = {
    "model": "tiny-1",
    "created_at": "2026-01-05T06:00:00Z",
    "message": {"role": "assistant", "content": opinion()},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 900,
    "eval_count": 40,
}
SHAPES = st.one_of(misshapen(CHAT), misshapen(NATIVE), JSON).map(
    lambda one: json.dumps(one).encode()
)
BYTES = st.one_of(
    st.binary(max_size=60),
    SHAPES,
    damaged(json.dumps(CHAT).encode()),
    damaged(json.dumps(NATIVE).encode()),
)
OPINIONS = st.one_of(
    st.text(max_size=40),
    JSON.map(json.dumps),
    misshapen(json.loads(opinion())).map(json.dumps),
    damaged(opinion().encode()).map(lambda one: one.decode("utf-8", "replace")),
)
ONCE = Allowance(calls=1)
FEW = tries(20)


@pytest.fixture(scope="module")
def running() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", params=["openai", "ollama"])
def either(
    request: pytest.FixtureRequest, serving: Provider, running: asyncio.Runner
) -> Iterator[OpenAIChat | OllamaChat]:
    openai = openai_of(serving)
    asker = (
        openai if request.param == "openai" else OllamaChat("ollama:t", serving.url, None, 9_000)
    )
    yield asker
    running.run(asker.close())


def plainly(_: Manner) -> Mapping[str, Any]:
    return {}


def judged(running: asyncio.Runner, asker: Asker) -> Diagnosis:
    """Ask a model, without a pause and with nothing remembered of the last time."""
    rhythm = hurried(Rhythm())
    line = Line(asker, Kept(), rhythm, seconds=5.0)
    reasoner = ModelReasoner(Asking((line,), Book(), rhythm, ONCE), catalog(), Weighing())
    return running.run(reasoner.diagnose(dossier()))


def test_any_bytes_end_in_a_diagnosis(
    serving: Provider, running: asyncio.Runner, either: OpenAIChat | OllamaChat
) -> None:
    @FEW
    @given(BYTES, st.sampled_from([200, 200, 400, 404, 500]))
    @example(b"", 200)
    @example(b"[]", 500)
    @example(b'{"error": {"message": "no", "code": 7}}', 500)
    @example(b'{"choices": []}', 200)
    @example(b"[" * 5_000, 200)
    @example(b"[" * 5_000, 400)
    @example(b"\xff\xfe", 400)
    def answered(body: bytes, status: int) -> None:
        serving.says(Raw(body, status))
        found = judged(running, either)
        assert found.cause in {*CAUSES, None}
        assert not found.decisive
        assert found.reasons

    answered()


def test_any_opinion_ends_in_a_diagnosis(
    serving: Provider, running: asyncio.Runner, either: OpenAIChat | OllamaChat
) -> None:
    @FEW
    @given(OPINIONS)
    @example(json.dumps({"cause": {}, "confidence": [], "reasons": {}}))
    @example('{"cause": "\\ud800"}')
    @example("{" * 3_000)
    def answered(said: str) -> None:
        serving.says(Said(said, deaf=True))
        found = judged(running, either)
        assert found.cause in {*CAUSES, None}
        assert not found.decisive
        assert 0 <= found.confidence <= 1

    answered()


def test_in_a_conversation_any_bytes_are_words_or_trouble(
    serving: Provider, running: asyncio.Runner, either: OpenAIChat | OllamaChat
) -> None:
    options = plainly if either.name.startswith("ollama:") else options_of
    model = LangChainModel(either.name, either.connected, options)

    @FEW
    @given(BYTES, st.sampled_from([200, 200, 400, 500]))
    @example(b'{"error": {"message": "no"}}', 500)
    @example(b"[]", 500)
    @example(b'{"choices": []}', 200)
    @example(b"[" * 5_000, 200)
    def answered(body: bytes, status: int) -> None:
        serving.says(Raw(body, status))
        try:
            said = running.run(model.speak((Wrote("Hello"),), (), Manner(50)))
        except ModelTrouble:
            return
        assert isinstance(said, Spoke)

    answered()
