"""Embedders on a server: models of OpenAI's or Ollama's protocol, asked directly.

Nothing is imported or opened before the first card. What is sent is masked as for any model. The
dimension is whatever the model answers with; the index records it. A server that gives no vector
costs a case its precedents, never its course.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from agent.precedents.card import Card
from agent.precedents.embedding import Embedder, Hashing
from agent.precedents.index import IndexUnusable
from agent.settings import Settings
from tools.secrecy import Secrets

if TYPE_CHECKING:
    import httpx

OPENAI = "https://api.openai.com/v1"
OLLAMA = "http://127.0.0.1:11434"
SECONDS = 10.0
MOST_SIGNS = 8_000
"""How much of a card is sent: notes are short, and models refuse what is too long."""

_T = TypeVar("_T", bound=BaseModel)


class EmbedderSilent(IndexUnusable):
    """The model gave no vector; an integrator looks at the server, its key and its name."""


class _Row(BaseModel):
    embedding: list[float] = Field(min_length=1)


class _OpenAI(BaseModel):
    model_config = ConfigDict(extra="ignore")

    data: list[_Row] = Field(min_length=1)


class _Ollama(BaseModel):
    model_config = ConfigDict(extra="ignore")

    embeddings: list[list[float]] = Field(min_length=1)


class ServedEmbedding:
    """Asks one model for vectors.

    Args:
        name: The model as it is configured, such as ``ollama:nomic-embed-text``.
        url: The server, where it is not the provider's own.
        key: Its key.
        seconds: How long one vector is waited for.
    """

    dimension: int | None = None

    def __init__(
        self, name: str, url: str | None, key: SecretStr | None, seconds: float = SECONDS
    ) -> None:
        self.name = name
        self._provider, _, self._model = name.partition(":")
        self._url = (url or (OLLAMA if self._provider == "ollama" else OPENAI)).rstrip("/")
        self._key, self._seconds = key, seconds

    def embed(self, card: Card) -> list[float]:
        """Return the vector of a card, of length one.

        Raises:
            EmbedderSilent: The server gives none.
        """
        said = "\n".join((*card.features, card.masked))[:MOST_SIGNS]
        vector = self._ollama(said) if self._provider == "ollama" else self._openai(said)
        return _unit(self.name, vector)

    def _ollama(self, said: str) -> list[float]:
        answer = self._ask("/api/embed", {"model": self._model, "input": said})
        return _read(self.name, _Ollama, answer).embeddings[0]

    def _openai(self, said: str) -> list[float]:
        body = {"model": self._model, "input": said, "encoding_format": "float"}
        return _read(self.name, _OpenAI, self._ask("/embeddings", body)).data[0].embedding

    def _ask(self, path: str, body: Mapping[str, Any]) -> bytes:
        import httpx

        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"} if self._key else {}
        try:
            answer: httpx.Response = httpx.post(
                f"{self._url}{path}",
                json=dict(body),
                headers=headers,
                timeout=self._seconds,
                follow_redirects=False,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EmbedderSilent(f"{self.name} cannot be reached: {error}") from error
        if answer.status_code != 200:
            secrets = Secrets.of_headers(headers)
            said = " ".join(secrets.out_of(answer.text).split())[:200]
            raise EmbedderSilent(f"{self.name} gave no vector: {answer.status_code}: {said}")
        return answer.content


def embedder_of(settings: Settings) -> Embedder:
    """Return the embedder that the settings ask for; nothing is asked yet."""
    if settings.embedder == "hashing":
        return Hashing()
    return ServedEmbedding(settings.embedder, settings.embedder_url, settings.embedder_key)


def _read(name: str, kind: type[_T], answer: bytes) -> _T:
    try:
        return kind.model_validate_json(answer)
    except ValidationError as error:
        raise EmbedderSilent(f"{name} answered with something else than vectors") from error


def _unit(name: str, vector: list[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    if not math.isfinite(length) or not length:
        raise EmbedderSilent(f"{name} answered with a vector that has no direction")
    return [value / length for value in vector]
