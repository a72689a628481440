"""Whom the plant tells what: routes by topic, role and criticality, reminders and escalation.

When people want to be left alone is said once, in ``calendar.quiet_hours``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tools.plant.authority import Criticality, Role
from tools.plant.section import Code, EnvName, Listed, Section


class Topic(StrEnum):
    """What a notification tells of."""

    ASKED = "asked"
    FORWARDED = "forwarded"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    WOKEN = "woken"
    NEEDS_PERSON = "needs_person"
    REPORTED_AGAIN = "reported_again"
    CASE_DEAD = "case_dead"
    POSTING_GIVEN_UP = "posting_given_up"


Topics = Annotated[Topic, Field(strict=False)]
Roles = Annotated[Role, Field(strict=False)]
Criticalities = Annotated[Criticality, Field(strict=False)]
Minutes = Annotated[int, Field(ge=0, le=1_000_000)]


class Destination(Section):
    """Where notifications go, and which of them."""

    name: Code = Field(description='What the route is called, such as "planners".')
    url_env: EnvName = Field(
        description="Environment variable that holds the address; it is treated as a secret."
    )
    topics: Listed[Topics] = Field(
        default=(), description="What is told by this route; without any, everything."
    )
    roles: Listed[Roles] = Field(
        default=(), description="Whose matters are told by this route; without any, everybody's."
    )
    criticality: Listed[Criticalities] = Field(
        default=(), description="How urgent a case must be; without any, any."
    )
    always: bool = Field(
        default=False, description="Tell in quiet hours too; otherwise only urgent cases are told."
    )
    internal: bool = Field(
        default=False,
        description="The address may lie inside the plant's own network; otherwise it must not.",
    )

    def wants(self, topic: str, role: str, criticality: str) -> bool:
        """Return whether a notification goes this way."""
        return (
            (not self.topics or topic in self.topics)
            and (not self.roles or role in self.roles)
            and (not self.criticality or criticality in self.criticality)
        )


class TeamsRoute(Destination):
    """A Teams channel or chat, through a Workflows webhook."""

    kind: Literal["teams"] = Field(description="Teams, through a Workflows webhook.")


class WebhookRoute(Destination):
    """Any consumer of signed events (Standard Webhooks, CloudEvents)."""

    kind: Literal["webhook"] = Field(description="Signed events, by Standard Webhooks.")
    secret_env: EnvName = Field(
        description="Environment variable that holds the secret (whsec_…); two with a blank "
        "between while it is being changed."
    )


Route: TypeAlias = Annotated[TeamsRoute | WebhookRoute, Field(discriminator="kind")]


class RemindBefore(Section):
    """Minutes before its deadline at which a question is brought up once more; 0 is never."""

    urgent: Minutes = Field(default=5, description="Minutes for an urgent case.")
    high: Minutes = Field(default=15, description="Minutes for a case of high criticality.")
    normal: Minutes = Field(default=60, description="Minutes for a normal case.")
    low: Minutes = Field(default=480, description="Minutes for a case that can wait.")

    def minutes(self, criticality: str) -> int:
        """Return the minutes for a criticality."""
        found: int = getattr(self, Criticality(criticality).value)
        return found


class Notify(Section):
    """Whom the plant tells what."""

    routes: Listed[Route] = Field(default=(), description="Where notifications go.")
    remind_before: RemindBefore = Field(
        default=RemindBefore(), description="How long before a deadline people are reminded."
    )
    escalate: Mapping[Roles, Roles] = Field(
        default={Role.SUPERVISOR: Role.PLANNER, Role.PLANNER: Role.CONTROLLER},
        description="Role that let a deadline pass = role that is told then.",
    )

    def above(self, role: str) -> tuple[Role, ...]:
        """Return who is told one after the other when a role lets a deadline pass."""
        chain: list[Role] = []
        at = self.escalate.get(Role(role)) if role in set(Role) else None
        while at is not None and at not in chain and at != role:
            chain.append(at)
            at = self.escalate.get(at)
        return tuple(chain)
