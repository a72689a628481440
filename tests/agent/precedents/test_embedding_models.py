"""Embeddings by a model: either protocol, masked words, and no broken case without a server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.bootstrap import precedents_of
from agent.precedents.card import Card, card_of
from agent.precedents.embedding import Hashing
from agent.precedents.embedding_models import EmbedderSilent, ServedEmbedding, embedder_of
from agent.precedents.index import ChromaIndex, Entry, IndexUnusable
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.settings import Settings
from tests.agent.precedents.settling import Story, told
from tests.agent.precedents.vectors import Vectors, served

CARD = Card("box moved", ("material=BOLT",))
KIND = "materials/stock_deficit"


@pytest.fixture
def vectors() -> Iterator[Vectors]:
    with served() as one:
        yield one


def of(provider: str, vectors: Vectors, key: str | None = None) -> ServedEmbedding:
    url = vectors.url if provider == "ollama" else f"{vectors.url}/v1"
    return ServedEmbedding(f"{provider}:tiny", url, SecretStr(key) if key else None, seconds=5)


@pytest.mark.parametrize(
    ("provider", "path"), [("openai", "/v1/embeddings"), ("ollama", "/api/embed")]
)
def test_either_protocol_gives_a_vector_of_length_one(
    provider: str, path: str, vectors: Vectors
) -> None:
    assert of(provider, vectors, "secret").embed(CARD) == [0.6, 0.8]
    assert vectors.paths == [path]
    assert vectors.keys == ["Bearer secret"]
    assert (vectors.asked[0]["model"], vectors.asked[0]["input"]) == (
        "tiny",
        "material=BOLT\nbox moved",
    )


def test_names_of_the_case_are_not_sent(vectors: Vectors) -> None:
    signal: dict[str, Any] = {"type": "t", "keys": {}, "text": "Wilhelmine says Frau Kornblum knew"}
    sheet: dict[str, Any] = {"reported": {"value": {"operator": "Wilhelmine", "note": "ask her"}}}
    of("ollama", vectors).embed(card_of(signal, sheet))
    assert vectors.asked[0]["input"].endswith("#PERSON_1# says Frau #PERSON_2# knew ask her")


@pytest.mark.parametrize("provider", ["openai", "ollama"])
@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (500, b"down"),
        (401, b"who are you"),
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"data": [{"embedding": []}], "embeddings": [[]]}'),
        (200, b'{"data": [{"embedding": [0, 0]}], "embeddings": [[0, 0]]}'),
    ],
)
def test_what_is_no_vector_is_said_so(
    provider: str, status: int, raw: bytes, vectors: Vectors
) -> None:
    vectors.status, vectors.raw = status, raw
    with pytest.raises(EmbedderSilent, match=f"{provider}:tiny"):
        of(provider, vectors).embed(CARD)


def test_a_server_that_is_not_there_is_said_so() -> None:
    with pytest.raises(EmbedderSilent, match="cannot be reached"):
        ServedEmbedding("ollama:tiny", "http://127.0.0.1:9", None, seconds=2).embed(CARD)


def test_the_settings_choose(tmp_path: Path) -> None:
    assert isinstance(embedder_of(Settings(home=tmp_path)), Hashing)
    chosen = embedder_of(Settings(home=tmp_path, embedder="openai:tiny"))
    assert (chosen.name, chosen.dimension) == ("openai:tiny", None)


def test_the_index_records_the_dimension_the_model_answers_with(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path, "ollama:tiny", None)
    assert index.cases(KIND) == set()
    index.put(KIND, [Entry("c-1", [0.6, 0.8], {"cause": "moved"})])
    index.close()
    again = ChromaIndex(tmp_path, "ollama:tiny", None)
    assert again.cases(KIND) == {"c-1"}
    with pytest.raises(IndexUnusable, match="reindex"):
        again.near(KIND, [1.0, 0.0, 0.0], 1)
    assert [one.case for one in again.near(KIND, [0.6, 0.8], 1)] == ["c-1"]
    again.close()


def test_an_index_of_another_embedder_is_not_asked(tmp_path: Path, vectors: Vectors) -> None:
    old = ChromaIndex(tmp_path / "chroma", "hashing-1", 384)
    old.put(KIND, [Entry("c-1", Hashing().embed(CARD), {"cause": "moved"})])
    old.close()
    settings = Settings(home=tmp_path, embedder="ollama:tiny", embedder_url=vectors.url)
    known = precedents_of(settings, Database.of_home(tmp_path))
    with pytest.raises(IndexUnusable, match="reindex"):
        known.like(KIND, "box", 1)
    known.close()


async def test_a_failed_reindex_leaves_the_index_as_it_was(
    records: CaseRecords, tmp_path: Path, vectors: Vectors, database: Database
) -> None:
    await told(records, Story("1"))
    settings = Settings(home=tmp_path, embedder="ollama:tiny", embedder_url=vectors.url)
    known = precedents_of(settings, database)
    assert known.reindex() == 1
    vectors.status = 500
    with pytest.raises(EmbedderSilent):
        known.reindex()
    assert known.drift() == []
    known.close()


def test_no_client_is_imported_before_the_first_card() -> None:
    code = (
        "import sys, agent.precedents.embedding_models as one\n"
        "one.ServedEmbedding('openai:tiny', None, None)\n"
        "print([name for name in ('openai', 'ollama', 'langchain_core') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout.replace("'", '"')) == []
