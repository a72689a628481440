"""The systems of a plant: where each is, who we are to it, and how hard it may be pressed.

Secrets never stand in a plant file. It names the environment variables that hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tools.plant.section import Code, EnvName, Positive, Seconds, Section, Text, TimeZone, Url


class BasicAuth(Section):
    """A technical user with a password."""

    kind: Literal["basic"] = Field(description="A user name and a password.")
    user_env: EnvName = Field(description="Environment variable that holds the user name.")
    password_env: EnvName = Field(description="Environment variable that holds the password.")


class OAuth2Auth(Section):
    """OAuth2 client credentials."""

    kind: Literal["oauth2"] = Field(description="OAuth2 client credentials.")
    token_url: Url | None = Field(default=None, description="Where tokens come from.")
    token_url_env: EnvName | None = Field(
        default=None,
        description="Environment variable that holds the token address, instead of token_url.",
    )
    client_id_env: EnvName = Field(description="Environment variable that holds the client id.")
    client_secret_env: EnvName = Field(
        description="Environment variable that holds the client secret."
    )
    scope: Text | None = Field(
        default=None, description="Scope to ask for, where the system wants one."
    )

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        _either(self.token_url, self.token_url_env, "token_url", "token_url_env")
        return self


class TokenAuth(Section):
    """A fixed token in a header."""

    kind: Literal["token"] = Field(description="A fixed token in a header.")
    token_env: EnvName = Field(description="Environment variable that holds the token.")
    header: Code = Field(default="Authorization", description="Header that carries the token.")
    prefix: str = Field(default="", description='Put before the token, such as "Bearer ".')


Auth: TypeAlias = Annotated[BasicAuth | OAuth2Auth | TokenAuth, Field(discriminator="kind")]


class Reachable(Section):
    """A system with an address of its own.

    ``settle_seconds`` is how long a write whose answer never came may still turn up: the time
    after which "not there" means "not posted". It must exceed the system's slowest commit.
    """

    url: Url | None = Field(
        default=None, description="Address of the system: scheme, host, port, path."
    )
    url_env: EnvName | None = Field(
        default=None, description="Environment variable that holds the address, instead of url."
    )
    auth: Auth = Field(description="How Concord signs in.")
    timeout_seconds: Seconds = Field(
        default=30, gt=0, description="How long an answer is waited for."
    )
    connect_timeout_seconds: Seconds = Field(
        default=5, gt=0, description="How long a connection is waited for."
    )
    concurrency: Positive = Field(default=8, description="Requests under way at the same time.")
    rate_per_minute: Positive | None = Field(
        default=None, description="Requests a minute at most; without it there is no such limit."
    )
    settle_seconds: Seconds = Field(
        default=60,
        description="Longer than the slowest commit: only then does 'not there' mean 'not posted'.",
    )

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        _either(self.url, self.url_env, "url", "url_env")
        return self


Offered: TypeAlias = Code | Literal[""]
"""A name of the site's own service; empty where the site has no such thing."""

PROPERTIES = frozenset(
    {"MessageID", "Plant", "MessageType", "ObjectKey", "ManufacturingOrder", "Confirmation"}
    | {"Status", "QueuedAt", "Attempts", "LogItem", "MessageClass", "MessageNumber", "MessageText"}
    | {"CompanyCode", "OpensOn", "ClosesOn"}
)
STATUSES = frozenset({"QUEUED", "SENT", "SUCCEEDED", "FAILED"})


def _known(expected: frozenset[str]) -> Callable[[Mapping[str, str]], Mapping[str, str]]:
    """Return what refuses names that Concord does not ask for: they would change nothing."""

    def check(names: Mapping[str, str]) -> Mapping[str, str]:
        for name in names:
            if name not in expected:
                values = {"name": name, "expected": ", ".join(sorted(expected))}
                raise PydanticCustomError(
                    "not_expected", "names {name}, which is none of {expected}", values
                )
        return names

    return check


class SiteService(Section):
    """The site's own sync queue and log: no SAP service, so every name is the site's to give."""

    service: Code = Field(
        description="Name of the site's service, or its path where it starts with a slash."
    )
    queue: Offered = Field(
        default="cpmSyncQueue", description='Entity set of the messages under way; "" is none.'
    )
    log: Offered = Field(
        default="cpmSyncLog",
        description='Entity set of what happened to each message; "" is none.',
    )
    period: Offered = Field(
        default="cpmPostingPeriod",
        description='Entity set of the open posting periods; "" is none.',
    )
    retry: Offered = Field(
        default="RetryMessage",
        description='Function that sends a refused message again; "" is none.',
    )
    properties: Annotated[Mapping[Code, Code], AfterValidator(_known(PROPERTIES))] = Field(
        default={}, description="Property names of the site, by the name Concord expects."
    )
    statuses: Annotated[Mapping[Code, Code], AfterValidator(_known(STATUSES))] = Field(
        default={}, description="Codes of a message's status, by the one Concord expects."
    )


class S4(Reachable):
    """SAP S/4HANA (or ECC behind the same services)."""

    kind: Literal["s4"] = Field(description="SAP S/4HANA.")
    client: Annotated[str, Field(pattern=r"^\d{3}$")] | None = Field(
        default=None, description='SAP client, such as "100"; none where the address implies it.'
    )
    language: Literal["en", "de"] = Field(
        default="en", description="Logon language: texts and unit codes come in it."
    )
    time_zone: TimeZone | None = Field(
        default=None, description="Zone of the system's local times; without it the plant's."
    )
    release: Text | None = Field(
        default=None,
        description="Release, for people; what the system offers is read from its metadata.",
    )
    root: Code = Field(
        default="/sap/opu/odata/sap", description="Path below which the services lie."
    )
    services: Mapping[Code, Code] = Field(
        default={}, description="Services that go by another name or path here, by SAP's name."
    )
    site: SiteService | None = Field(
        default=None, description="The site's own sync queue and log, where there is one."
    )


class SapDm(Reachable):
    """SAP Digital Manufacturing."""

    kind: Literal["sap_dm"] = Field(description="SAP Digital Manufacturing.")
    plant: Code | None = Field(
        default=None, description="Plant in the MES, where it goes by another code."
    )
    processes: Mapping[Code, Code] = Field(
        default={},
        description="Production processes the site has published for Concord: name = REG_… key. "
        "What is missing is not offered.",
    )


class SqlViews(Section):
    """Read-only views in the database the Ignition gateway writes to."""

    url_env: EnvName = Field(description="Environment variable that holds the database URL.")


class Ignition(Reachable):
    """Ignition with the agreed WebDev resources."""

    kind: Literal["ignition"] = Field(description="Ignition with the agreed WebDev resources.")
    sql: SqlViews | None = Field(
        default=None, description="Where consumption and stock are read by SQL instead."
    )


class S4Maintenance(Section):
    """Plant maintenance in the same S/4HANA: it shares the ERP's address and user."""

    kind: Literal["s4_pm"] = Field(description="Plant maintenance in the S/4HANA of systems.erp.")
    notification_type: Code = Field(default="M2", description="Notification type for malfunctions.")


class RestCmms(Reachable):
    """A maintenance system of its own, by REST."""

    kind: Literal["cmms_rest"] = Field(description="A maintenance system of its own, by REST.")
    site: Code | None = Field(
        default=None, description="Site in the CMMS, where it is not the plant code."
    )


Mes: TypeAlias = Annotated[SapDm | Ignition, Field(discriminator="kind")]
Cmms: TypeAlias = Annotated[S4Maintenance | RestCmms, Field(discriminator="kind")]


class Systems(Section):
    """The three sides of the plant's truth."""

    erp: Annotated[S4, Field(description="The ERP: master data, planning, finance.")]
    mes: Mes = Field(description="The MES: execution and quantities made.")
    cmms: Cmms = Field(
        default_factory=lambda: S4Maintenance(kind="s4_pm"),
        description="The maintenance system; without it, plant maintenance in the ERP.",
    )


def _either(one: str | None, other: str | None, name: str, other_name: str) -> None:
    if (one is None) == (other is None):
        raise PydanticCustomError(
            "one_of", "needs either {one} or {other}", {"one": name, "other": other_name}
        )
