"""One plant as its file describes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from tools.plant.authority import (
    Autonomy,
    Criticality,
    CriticalityRule,
    Deadlines,
    Limits,
    Phase,
    Phases,
    Policies,
    Retention,
    Role,
)
from tools.plant.calendar import Calendar
from tools.plant.copies import AuditCopy
from tools.plant.feasibility import Feasibility
from tools.plant.incoming import Mqtt, Polling, Webhook
from tools.plant.mappings import Mappings
from tools.plant.notify import Notify
from tools.plant.ownership import Ownership
from tools.plant.people import People
from tools.plant.section import Code, Listed, PlantCode, Section, Text, TimeZone
from tools.plant.systems import Systems
from tools.plant.tolerances import Tolerances

Currency: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Site(Section):
    """Which plant this is."""

    code: PlantCode = Field(description='Plant in the ERP, such as "1010".')
    name: Text = Field(description="What people call it.")
    company_code: PlantCode = Field(description='Company code that owns it, such as "1010".')
    currency: Currency = Field(description='Currency of the company code, such as "EUR".')
    language: Literal["en", "de"] = Field(
        default="en", description="Language people are written to in."
    )
    time_zone: TimeZone = Field(description='Zone of the plant, such as "Europe/Berlin".')


class Plant(Section):
    """One site's configuration: systems, tolerances, mappings, calendar, phase, policies."""

    site: Site = Field(alias="plant", description="Which plant this is.")
    systems: Systems = Field(description="ERP, MES and maintenance system.")
    phase: Phases = Field(
        default=Phases(), description="How far Concord has been let off the lead."
    )
    tolerances: Tolerances = Field(default=Tolerances(), description="What counts as agreement.")
    feasibility: Feasibility = Field(
        default=Feasibility(), description="When an order may be released."
    )
    mappings: Mappings = Field(
        default=Mappings(), description="What the systems call the same thing."
    )
    ownership: Ownership = Field(
        default=Ownership(), description="Which system is right about what."
    )
    calendar: Calendar = Field(default=Calendar(), description="When the plant works.")
    limits: Limits = Field(default=Limits(), description="Value bands and the four-eyes limit.")
    autonomy: Listed[Autonomy] = Field(
        default=(), description="What the agent may settle alone when the facts are decisive."
    )
    criticality: Listed[CriticalityRule] = Field(
        default=(), description="What is more or less urgent than its playbook says."
    )
    deadlines: Deadlines = Field(default=Deadlines(), description="How long a question may wait.")
    roles: Mapping[Code, Annotated[Role, Field(strict=False)]] = Field(
        default={}, description="SAP role = role in Concord."
    )
    people: People = Field(default=People(), description="Who is never named to a model.")
    webhooks: Listed[Webhook] = Field(
        default=(), description="Who sends signed events, or asks whether it may."
    )
    mqtt: Mqtt | None = Field(default=None, description="The broker its machines report to.")
    polling: Polling = Field(
        default=Polling(), description="Whether systems are asked for messages in trouble."
    )
    notify: Notify = Field(default=Notify(), description="Whom the plant tells what.")
    audit_copy: AuditCopy = Field(
        default=AuditCopy(), description="Which systems keep copies of the audit."
    )
    retention: Retention = Field(default=Retention(), description="How long texts are kept.")
    policies: Policies = Field(default=Policies(), description="Cedar policies of the plant's own.")

    @property
    def code(self) -> str:
        """The plant in the ERP."""
        return self.site.code

    @property
    def name(self) -> str:
        """What people call the plant."""
        return self.site.name

    @property
    def company_code(self) -> str:
        """The company code that owns the plant."""
        return self.site.company_code

    @property
    def currency(self) -> str:
        """The currency of the company code; the plant's limits are in it."""
        return self.site.currency

    @property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.site.time_zone)

    @property
    def copy_targets(self) -> tuple[str, ...]:
        """What keeps copies of the audit of the plant's cases, by a name of its own."""
        return tuple(f"{self.code}/{kind}" for kind in self.audit_copy.kinds)

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the plant's clock shows it."""
        return moment.astimezone(self.zone)

    def phase_of(self, playbook: str) -> Phase:
        """Return how far a playbook has been let off the lead here."""
        return self.phase.playbooks.get(playbook, self.phase.default)

    def lets_settle(self, playbook: str, cause: str, actions: Collection[str]) -> bool:
        """Return whether the agent may carry out these hard actions alone on decisive facts."""
        return any(entry.covers(playbook, cause, actions) for entry in self.autonomy)

    def criticality_of(self, playbook: str) -> Criticality | None:
        """Return how urgent the plant finds such a case; None where it has not said."""
        rules = (rule for rule in self.criticality if rule.fits(playbook))
        return next((rule.criticality for rule in rules), None)

    def due(self, criticality: str, asked: datetime) -> datetime:
        """Return by when a question of this criticality wants an answer, in the time worked."""
        minutes = timedelta(minutes=self.deadlines.minutes(criticality))
        return self.calendar.worked(self.local(asked), minutes)

    def roles_of(self, sap_roles: Iterable[str]) -> frozenset[Role]:
        """Return the roles that a person's SAP roles amount to."""
        return frozenset(self.roles[role] for role in sap_roles if role in self.roles)
