"""What sends signals for the plant besides those with a key: webhooks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tools.plant.section import EnvName, Section

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
