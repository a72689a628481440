"""What signals come from besides those with a key: webhooks, a broker, messages that are polled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.plant.section import Code, EnvName, Listed, Seconds, Section, Text

Source = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
Origin = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,253}(:\d{1,5})?$")]


class Webhook(Section):
    """One source that signs what it sends (Standard Webhooks), or asks before it does."""

    source: Source = Field(description="The source its events name; it may name no other.")
    secret_env: EnvName | None = Field(
        default=None,
        description="Environment variable that holds its secret (whsec_…); two with a blank "
        "between while it is being changed.",
    )
    origin: Origin | None = Field(
        default=None,
        description="What it calls itself in WebHook-Request-Origin, before it sends anything.",
    )


class TopicRule(Section):
    """What the messages of some topics mean: which signal, and where its keys stand in them."""

    topic: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,200}$")] = Field(
        description="Filter of topics, with + and # as MQTT has them."
    )
    signal: Text | None = Field(
        default=None,
        description="Type of the signal a message becomes; without it messages are CloudEvents.",
    )
    id: Text | None = Field(
        default=None,
        description="Field that names a message for good; without it its content does, so that "
        "two of the same content are one.",
    )
    keys: Mapping[Code, Code] = Field(
        default={}, description="The signal's keys, by what the message calls them."
    )
    fields: Mapping[Code, Code] = Field(
        default={},
        description="Further things of the signal (time, text, message_class, message_number).",
    )


class Mqtt(Section):
    """The broker the plant's machines report to (extra mqtt)."""

    host: Text | None = Field(default=None, description="Name of the broker.")
    host_env: EnvName | None = Field(
        default=None, description="Environment variable that holds the name, instead of host."
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=8883, description="Its port.")
    tls: bool = Field(default=True, description="Whether the connection is encrypted.")
    ca_file: Text | None = Field(
        default=None, description="Certificates that vouch for the broker, besides the system's."
    )
    user_env: EnvName | None = Field(
        default=None, description="Environment variable that holds the user name."
    )
    password_env: EnvName | None = Field(
        default=None, description="Environment variable that holds the password."
    )
    client_id: Text | None = Field(
        default=None,
        description="What Concord is called at the broker, CONCORD_EXECUTOR_ID put behind it; "
        "without it concord- and the plant.",
    )
    topics: Listed[TopicRule] = Field(description="What is subscribed to, and what it means.")


class Polling(Section):
    """How often systems are asked for messages in trouble, since they tell nobody."""

    seconds: Seconds = Field(
        default=0, description="Seconds between two looks; 0 means that nobody looks."
    )
    stuck_seconds: Seconds = Field(
        default=1800,
        description="A message that is on its way for longer is told of; 0 means that none is.",
    )
