"""Judges a closed case anew, from the facts that were pinned, and says what would be different.

Nothing is read from a system and nothing is written anywhere. Precedents are those that were
settled before a case was opened, never the case itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.actions.catalog import to_plain
from agent.authority.authority import Authority, Question
from agent.case.diagnosis import Diagnosis, Handover, Resemblance
from agent.case.dossier import Dossier, Fact
from agent.case.proof import Proof
from agent.case.remedy import Remedy, Unsettled, fingerprint
from agent.case.ruling import Ruling
from agent.nodes.diagnose import typed_facts
from agent.nodes.remedy import plan_for
from agent.plain import load, load_plan
from agent.playbooks.catalog import Catalog
from agent.proof.check import Subject
from agent.proof.checks import prove
from agent.reasoning.reasoner import Reasoner
from evals.backtesting.closed import Closed
from tools.plant.model import Plant

APPROVED, REJECTED = "approve", "reject"

Recall = Callable[[Closed], Sequence[Resemblance]]


@dataclass(frozen=True)
class Judged:
    """A cause, the hard actions that would follow from it, and what authority says.

    ``remedy`` pins the actions with their quantities, as a decision does; None where nothing would
    be corrected.
    """

    cause: str | None
    actions: tuple[str, ...]
    verb: str
    remedy: str | None = None


@dataclass(frozen=True)
class Replayed:
    """One closed case: what was judged, what would be, and what a person answered."""

    case: str
    kind: str
    was: Judged
    would: Judged
    people: str | None

    @property
    def changed(self) -> tuple[str, ...]:
        """In which respects it would have gone another way."""
        was, would = self.was, self.would
        differs = {
            "cause": was.cause != would.cause,
            "remedy": (was.actions, was.remedy) != (would.actions, would.remedy),
            "ruling": was.verb != would.verb,
        }
        return tuple(name for name, does in differs.items() if does)

    @property
    def against_people(self) -> str | None:
        """How it differs from what a person decided; None where it does not, or nobody knows."""
        same = not {"cause", "remedy"} & set(self.changed)
        if self.people == APPROVED and not same:
            return "people approved something else"
        if self.people == REJECTED and same:
            return "people rejected the same"
        return None


@dataclass(frozen=True)
class Bench:
    """What cases are judged with anew."""

    reasoner: Reasoner
    authority: Authority
    catalog: Catalog
    plants: Mapping[str, Plant]
    recall: Recall


async def replay(one: Closed, bench: Bench) -> Replayed:
    """Judge a closed case anew; whatever cannot be read, or is not answered, is raised."""
    return Replayed(
        case=one.case,
        kind=one.conflict.kind,
        was=_was(one),
        would=await _would(one, bench),
        people=one.people,
    )


def _was(one: Closed) -> Judged:
    diagnosis, ruling = load(Diagnosis, one.pin.diagnosis), load(Ruling, one.pin.ruling)
    return _judged(diagnosis, load_plan(one.pin.plan), ruling)


async def _would(one: Closed, bench: Bench) -> Judged:
    playbook, plant = bench.catalog.playbooks[one.conflict.kind], bench.plants[one.conflict.plant]
    facts = typed_facts(playbook, one.pin.facts)
    leanings = playbook.weigh(facts, plant)
    dossier = Dossier(
        signal=one.signal,
        conflict=one.conflict,
        facts=facts,
        sheet=_sheet(one.pin.facts),
        leanings=() if isinstance(leanings, Handover) else tuple(leanings),
        precedents=tuple(bench.recall(one)),
        causes=tuple(cause.name for cause in playbook.causes),
    )
    diagnosis = await bench.reasoner.diagnose(dossier)
    state: Any = {"facts": one.pin.facts}
    plan = plan_for(playbook, diagnosis, state, plant)
    then = _read_at(one.pin.facts) or one.opened_at
    proof = Proof(())
    if isinstance(plan, Remedy):
        proof = prove(Subject(plan, facts, one.pin.facts, plant, then))
    ruling = bench.authority.rule(
        Question(
            case=one.case,
            conflict=one.conflict,
            playbook=playbook,
            plant=plant,
            diagnosis=diagnosis,
            plan=plan,
            proof=proof,
            attempt=1,
            changed_by=None,
            changed_role=None,
            now=then,
        )
    )
    return _judged(diagnosis, plan, ruling)


def _judged(diagnosis: Diagnosis, plan: Remedy | Unsettled, ruling: Ruling) -> Judged:
    if not isinstance(plan, Remedy):
        return Judged(diagnosis.cause, (), ruling.verb.value)
    hard = [to_plain(action) for action in plan.hard]
    pin = fingerprint(hard) if hard else None
    kinds = tuple(action.kind for action in plan.hard)
    return Judged(diagnosis.cause, kinds, ruling.verb.value, pin)


def _sheet(facts: Mapping[str, Any]) -> dict[str, Fact]:
    return {
        name: Fact(name, row["system"], row["read_at"], row["etag"], row["value"])
        for name, row in facts.items()
    }


def _read_at(facts: Mapping[str, Any]) -> datetime | None:
    """Return when the last fact was read; what no system says was not read."""
    read = (row["read_at"] for row in facts.values() if row["read_at"])
    return max((datetime.fromisoformat(one) for one in read), default=None)
