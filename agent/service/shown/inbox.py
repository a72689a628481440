"""The inbox: what waits, row by row, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.case.ruling import Role
from agent.playbooks.catalog import Catalog
from agent.playbooks.playbook import Risk
from agent.records.pages import Line
from agent.records.waiting import Waiting
from agent.service.shown.deadline import Deadline, deadline
from agent.service.shown.terms import (
    CRITICALITY,
    RISK,
    ROLE,
    SETTLEMENT,
    STATUS,
    cause_said,
    kind_said,
    object_said,
)
from agent.words.speech import Speech


@dataclass(frozen=True)
class Shown:
    """One row. ``bulk`` names the kind and risk within which it may be approved with others."""

    id: str
    title: str
    object: str
    plant: str
    says: str
    cause: str
    value: str
    risk: str
    risk_word: str
    criticality: str
    criticality_word: str
    asked: str
    person: str
    deadline: Deadline | None
    put_off: str
    status: str
    hash: str
    bulk: str


def row_shown(speech: Speech, catalog: Catalog, line: Waiting, now: datetime) -> Shown:
    """Return one case that waits as its row shows it."""
    risk = risk_of(catalog, line)
    put_off = line.snoozed_until
    return Shown(
        id=line.id,
        title=kind_said(speech, catalog, line.kind),
        object=object_said(speech, line.object),
        plant=line.plant,
        says=speech.text(line.says) if line.says else "",
        cause=cause_said(speech, catalog, line.kind, line.cause),
        value=speech.money(line.value) if line.value else "",
        risk=speech(RISK[risk]),
        risk_word=risk.value,
        criticality=speech(CRITICALITY[line.criticality]),
        criticality_word=line.criticality.value,
        asked=speech(ROLE[line.waiting_for]) if line.waiting_for else "",
        person=line.person or "",
        deadline=deadline(speech, line.due_at, now) if line.due_at else None,
        put_off=speech.moment(put_off) if put_off and put_off > now else "",
        status="",
        hash=line.remedy_hash or "",
        bulk=f"{line.kind}/{risk.value}" if line.settles else "",
    )


def line_shown(speech: Speech, catalog: Catalog, line: Line) -> Shown:
    """Return a case that waits for nobody as its row shows it."""
    return Shown(
        id=line.id,
        title=kind_said(speech, catalog, line.kind),
        object=object_said(speech, line.object),
        plant=line.plant,
        says=speech.again(line.why),
        cause=cause_said(speech, catalog, line.kind, line.cause),
        value=speech.money(line.value) if line.value else "",
        risk="",
        risk_word="",
        criticality=speech(CRITICALITY[line.criticality]),
        criticality_word=line.criticality.value,
        asked="",
        person="",
        deadline=None,
        put_off="",
        status=speech(SETTLEMENT[line.settlement] if line.settlement else STATUS[line.status]),
        hash="",
        bulk="",
    )


def risk_of(catalog: Catalog, line: Waiting) -> Risk:
    """Return how much harm a wrong correction would do; where no cause is known, much."""
    book = catalog.playbooks.get(line.kind or "")
    risks = {one.name: one.risk for one in book.causes} if book else {}
    return risks.get(line.cause or "", Risk.HIGH)


def deciding(roles: frozenset[Role]) -> tuple[Role, ...]:
    """Return the roles that questions go to, among those a reader has."""
    return tuple(role for role in Role if role in roles and role not in {Role.AGENT, Role.SERVICE})
