"""What holds at one plant: phases, limits, policies, certificates, and how acting alone goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from agent.authority.autonomy import Autonomy, autonomy
from agent.authority.certificate import Certificate, CertificateUnreadable, Certified, read
from agent.authority.certificates import FOLDER
from agent.bootstrap import Machinery, certificates_of
from agent.playbooks.catalog import Catalog
from agent.playbooks.playbook import Risk
from agent.records import phases
from agent.records.settlements import Risks, settled_since
from agent.service.shown.terms import CRITICALITY, PHASE, RISK, kind_said
from agent.words.speech import Speech
from tools.objects.money import Money
from tools.plant.authority import Criticality, Phase
from tools.plant.model import Plant

POLICY = re.compile(r'@id\("([^"]+)"\)\s*@says\("([^"]+)"\)\s*(permit|forbid)')
WATCHED = timedelta(days=90)


@dataclass(frozen=True)
class Playing:
    """One playbook at a plant: its phase, and what of it the agent may settle alone."""

    kind: str
    title: str
    phase: str
    word: str
    own: bool
    set: bool
    alone: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """One policy in force, in its own words."""

    id: str
    says: str
    effect: str
    own: bool


@dataclass(frozen=True)
class Clause:
    """What a certificate says of one playbook and class of risk, and why it does not hold here."""

    said: Certified
    risk: str
    refused: str


@dataclass(frozen=True)
class Paper:
    """One certificate on file."""

    name: str
    one: Certificate
    expired: bool
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Watched:
    """How acting alone goes in one playbook and class of risk, beside what people decided."""

    title: str
    risk: str
    figures: Autonomy


@dataclass(frozen=True)
class Governed:
    """One plant's panel."""

    code: str
    name: str
    phase: str
    word: str
    playbooks: tuple[Playing, ...]
    limits: tuple[tuple[str, str], ...]
    deadlines: tuple[tuple[str, str], ...]
    policies: tuple[Policy, ...]
    certificates: tuple[Paper, ...]
    watched: tuple[Watched, ...]
    set: Mapping[str, Phase]


def governed(concord: Machinery, speech: Speech, code: str) -> Governed:
    """Return what holds at a plant now."""
    filed, now = concord.context.plants[code], concord.context.clock()
    with concord.database.read() as session:
        known = phases.set_phases(session, code)
        risks = _risks(concord.context.catalog)
        settled = settled_since(session, code, now - WATCHED, risks)
    plant = phases.applied(filed, known)
    papers = tuple(_papers(concord, speech, code, now))
    figures = autonomy(settled, [paper.one for paper in papers], now)
    return Governed(
        code=code,
        name=plant.name,
        phase=speech(PHASE[plant.phase.default]),
        word=plant.phase.default.value,
        playbooks=tuple(_playing(concord, speech, plant, known)),
        limits=tuple(_limits(speech, plant)),
        deadlines=tuple(
            (speech(CRITICALITY[one]), speech("{count} min", count=plant.deadlines.minutes(one)))
            for one in Criticality
        ),
        policies=tuple(_policies(plant)),
        certificates=papers,
        watched=tuple(
            Watched(kind_said(speech, concord.context.catalog, kind), speech(RISK[risk]), one)
            for (kind, risk), one in figures.items()
        ),
        set=known,
    )


def _playing(
    concord: Machinery, speech: Speech, plant: Plant, known: Mapping[str, Phase]
) -> Iterator[Playing]:
    catalog = concord.context.catalog
    for kind in sorted(catalog.playbooks):
        phase, book = plant.phase_of(kind), catalog.playbooks[kind]
        says = {cause.name: speech.text(cause.says) for cause in book.causes}
        named = (one for one in plant.autonomy if one.playbook == kind)
        yield Playing(
            kind=kind,
            title=kind_said(speech, catalog, kind),
            phase=speech(PHASE[phase]),
            word=phase.value,
            own=kind in plant.phase.playbooks,
            set=kind in known or (phases.WHOLE in known and kind not in plant.phase.playbooks),
            alone=tuple(says.get(one.cause, one.cause) for one in named),
        )


def _limits(speech: Speech, plant: Plant) -> Iterator[tuple[str, str]]:
    limits = plant.limits
    for said, amount in (
        (speech("The agent, and a supervisor, up to"), limits.low_up_to),
        (speech("A planner up to"), limits.medium_up_to),
        (speech("Four eyes above"), limits.four_eyes_above),
    ):
        yield said, speech.money(Money(amount, plant.currency))


def _policies(plant: Plant) -> Iterator[Policy]:
    """Return the policies in force: the core's, then the plant's own."""
    core = files("agent.authority").joinpath("policies/core.cedar").read_text("utf-8")
    own = Path(plant.policies.file).read_text("utf-8") if plant.policies.file else ""
    for text, is_own in ((core, False), (own, True)):
        for name, says, effect in POLICY.findall(text):
            yield Policy(name, says, effect, is_own)


def _papers(concord: Machinery, speech: Speech, plant: str, now: datetime) -> Iterator[Paper]:
    """Return the certificates on file for a plant; what nobody can read certifies nothing."""
    folder = concord.settings.home / FOLDER
    filed = certificates_of(concord.settings, concord.context.clock)
    for file in sorted((folder / plant).glob("*.json")) or sorted(folder.glob("*.json")):
        try:
            one = read(file)
        except CertificateUnreadable:
            continue
        clauses = list[Clause]()
        for said in one.classes:
            applied = filed.applied(one.judge, plant, said.playbook, said.risk)
            refused = "" if applied.certificate == file.name else applied.why
            clauses.append(Clause(said, speech(RISK[said.risk]), refused))
        yield Paper(file.name, one, one.expires <= now, tuple(clauses))


def _risks(catalog: Catalog) -> Risks:
    """Return what tells the class of risk of a cause; a cause no longer known counts as medium."""
    known = {
        (kind, cause.name): cause.risk
        for kind, book in catalog.playbooks.items()
        for cause in book.causes
    }

    def risk(kind: str, cause: str | None) -> Risk:
        return known.get((kind, cause or ""), Risk.MEDIUM)

    return risk
