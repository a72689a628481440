"""What the environment says to Concord. No other module reads it, but for `CONCORD_PROMPTS`.

Every setting is a variable ``CONCORD_<NAME>``. What a plant file refers to (``…_env``) is looked up
in ``environment()``, which whoever reads plant files is handed. ``CONCORD_PROMPTS`` is an option of
the commands about prompts and evaluations, whose packages know no settings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CONCORD_"
SHORTEST_KEY = 32

Provided = Annotated[str, StringConstraints(pattern=r"^(openai|ollama):\S+$")]
"""A model by provider and name, such as ``openai:gpt-5-mini`` or ``ollama:qwen3:8b``."""

Embedder = Annotated[str, StringConstraints(pattern=r"^(hashing|(openai|ollama):\S+)$")]

# A sign of its own in a password would make a part of it the host, which errors name.
_HOST = r"([^@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^@:/?\s\[\]]*)(:\d+)?"
_DATABASE = rf"sqlite:///[^?#]+|postgresql(\+psycopg)?://{_HOST}(/[^@?\s]*)?(\?\S*)?"


def _database(url: SecretStr) -> SecretStr:
    if not re.fullmatch(_DATABASE, url.get_secret_value()):
        raise ValueError(
            "is neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME, "
            "with %40 for an @ in a password"
        )
    return url


def _link_keys(keys: SecretStr) -> SecretStr:
    if min(map(len, keys.get_secret_value().split()), default=0) < SHORTEST_KEY:
        raise ValueError(f"has a key of less than {SHORTEST_KEY} characters")
    return keys


class SettingsRefused(Exception):
    """A variable has a value Concord cannot use; whoever starts it mends the environment."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """How this installation of Concord runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    home: Path = Field(
        default=Path(".concord"), description="Folder of all local state: databases, plants, index."
    )
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = Field(
        default=None,
        description="sqlite:///FILE or postgresql://…; by default concord.db in the home folder.",
    )
    plants: Path | None = Field(
        default=None, description="Folder of the plant files; by default plants in the home folder."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="What is logged."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="How it is logged.")
    model: Provided | None = Field(
        default=None, description="openai:NAME or ollama:NAME; none means that no model is asked."
    )
    model_url: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Address of the model's server, where it is not the provider's own.",
    )
    model_key: SecretStr | None = Field(default=None, description="Key for the model's server.")
    model_price: str | None = Field(
        default=None,
        pattern=r"^\d+(\.\d+)?/\d+(\.\d+)?$",
        description="READ/WRITTEN: what a million tokens cost, such as 0.25/2.00.",
    )
    model_context: int = Field(
        default=16_384, ge=2_048, description="Tokens of context an Ollama server is told to keep."
    )
    model_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Seconds a case waits for models, all calls told."
    )
    model_tokens: int = Field(
        default=30_000, ge=1_000, description="Tokens one diagnosis may take, all calls told."
    )
    model_cost: Decimal | None = Field(
        default=None, gt=0, description="Most one diagnosis may cost; needs model_price."
    )
    chat_tokens: int = Field(
        default=400_000, ge=1_000, description="Tokens one conversation may take in a day."
    )
    chat_cost: Decimal | None = Field(
        default=None,
        gt=0,
        description="Most one conversation may cost in a day; needs model_price.",
    )
    chat_header: str = Field(
        default="X-Conversation-Id",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="Header in which a chat client names its conversation, besides Open WebUI's.",
    )
    fallback_model: Provided | None = Field(
        default=None, description="openai:NAME or ollama:NAME; asked while the first one fails."
    )
    fallback_url: str | None = Field(
        default=None, pattern=r"^https?://\S+$", description="Address of the second model's server."
    )
    fallback_key: SecretStr | None = Field(
        default=None, description="Key for the second model's server."
    )
    embedder: Embedder = Field(
        default="hashing",
        description="hashing, openai:NAME or ollama:NAME; how precedents are found.",
    )
    embedder_url: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Address of the embedder's server, where it is not the provider's own.",
    )
    embedder_key: SecretStr | None = Field(
        default=None, description="Key for the embedder's server."
    )
    chroma_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s?#]+/?$",
        description="Address of a Chroma server that several workers share; by default precedents "
        "are indexed in the home folder.",
    )
    chroma_key: SecretStr | None = Field(
        default=None, description="Bearer token for whatever stands before the Chroma server."
    )
    prompt_state: Literal["files", "records"] | None = Field(
        default=None,
        description="Where promotions and aliases of prompts are kept: files, or records for "
        "several nodes; by default records on PostgreSQL.",
    )
    executor_id: str = Field(
        default="local",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="Name of this process among the workers; it stays the same over restarts.",
    )

    ingress_token: SecretStr | None = Field(
        default=None,
        description="Bearer token for sending signals over HTTP, besides keys.",
    )
    edge_core: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Address of the core that `concord edge` forwards signals to.",
    )
    edge_key: SecretStr | None = Field(
        default=None, description="The key the core made for this edge, with scope send_signals."
    )
    edge_bytes: int = Field(
        default=1024 * 1024 * 1024,
        ge=1024 * 1024,
        description="Bytes the edge's buffer may have; beyond that it refuses signals (507).",
    )

    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Address of the identity provider, exactly as its tokens say it.",
    )
    oidc_client_id: str | None = Field(
        default=None, description="What Concord is called at the identity provider."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there, if it has one."
    )
    oidc_audience: str | None = Field(
        default=None, description="Audience of bearer tokens; by default oidc_client_id."
    )
    oidc_hosts: str = Field(
        default="",
        description="Hosts besides the issuer's that its tokens and keys may come from; commas "
        "between.",
    )
    oidc_name_claim: str = Field(
        default="preferred_username", description="The claim that names a person."
    )
    oidc_roles_claim: str = Field(
        default="roles", description="The claim that lists roles or groups; dots lead into it."
    )
    oidc_roles: str = Field(
        default="", description="GROUP=role,GROUP=role; plant files map groups of their own."
    )
    requests_per_minute: float = Field(
        default=600.0, gt=0, description="Requests each person and key may send, signals aside."
    )
    signals_per_second: float = Field(
        default=1000.0, gt=0, description="Signals each key may send over HTTP."
    )
    traces_to: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="Where spans go by OTLP over gRPC; without it there are none.",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s?#]+/?$",
        description="Where people reach the service, such as https://concord.example.",
    )
    link_keys: Annotated[SecretStr, AfterValidator(_link_keys)] | None = Field(
        default=None,
        description="Keys that sign the links in notifications, 32 characters or more; the first "
        "signs, those after a blank still open; by default one in the home folder.",
    )
    hosts: str = Field(
        default="localhost,127.0.0.1,[::1]",
        description="Names the service answers to, besides public_url's; commas between; * is any.",
    )
    largest_body: int = Field(
        default=4 * 1024 * 1024, ge=1024, description="Bytes a request's body may have."
    )
    body_seconds: float = Field(
        default=30.0, gt=0, description="Seconds a client has to send a request's body."
    )

    @property
    def https(self) -> bool:
        """Whether people reach the service by https."""
        return (self.public_url or "").startswith("https://")

    @property
    def database(self) -> str:
        """The address of the records; it may hold a password, so it is not for logs."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'concord.db'}"

    @property
    def prompts_in_records(self) -> bool:
        """Whether all nodes share which prompts are in use."""
        if self.prompt_state is None:
            return self.database.startswith("postgresql")
        return self.prompt_state == "records"

    @property
    def plants_folder(self) -> Path:
        """The folder of the plant files."""
        return self.plants if self.plants is not None else self.home / "plants"


def read_settings() -> Settings:
    """Return the settings the environment makes.

    Raises:
        SettingsRefused: Some variables have values that cannot be used; all of them are named.
    """
    try:
        return Settings()
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise SettingsRefused(
            tuple(_problem(str(detail["loc"][0]), detail["msg"]) for detail in details)
        ) from None


def harden() -> None:
    """Set what libraries read from the environment when they are imported; call it before they are.

    Checkpoints hold plain data and nothing that would have to be imported; nothing of a case, a
    prompt or a vector is told to anybody whom the settings do not name.
    """
    os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
    for tracing in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "ANONYMIZED_TELEMETRY"):
        os.environ[tracing] = "false"
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def environment() -> Mapping[str, str]:
    """Return the environment, for what plant files refer to."""
    return os.environ


def _problem(name: str, message: str) -> str:
    field = Settings.model_fields[name]
    said = message.removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}: {said[:1].lower()}{said[1:]}. {field.description}"
