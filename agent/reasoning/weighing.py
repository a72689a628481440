"""The weighing: a judge that goes by facts and precedents alone. Free, offline, and the fallback.

Leanings are evidence in steps; a cause's score is their sum, raised by precedents that were settled
by it, lowered by how far people have rejected its remedies. Confidence is fitted from how far the
best cause leads, and how the precedents agree; the coefficients are a documented prior until golden
data has fitted them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent.case.diagnosis import Diagnosis, Leaning, Reason, Resemblance
from agent.case.dossier import Dossier
from agent.case.text import text
from agent.playbooks.playbook import NOT_A_CONFLICT
from agent.reasoning.fitting import noted, sure
from agent.reasoning.unread import unread

NO_EVIDENCE = 0.5
PRECEDENT_WEIGHT = 1.0
OBJECTION_WEIGHT = 1.0
NOBODY_OBJECTS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Fit:
    """Coefficients of the logistic that turns lead and agreement into confidence.

    The prior says: no lead is a coin toss, one step of evidence is about 0.73, three about 0.95;
    full agreement of the precedents is worth one step and a half.
    """

    name: str = "prior-1"
    intercept: float = 0.0
    lead: float = 1.0
    agreement: float = 1.5


class Weighing:
    """Diagnoses by adding up what the facts say."""

    def __init__(self, fit: Fit | None = None) -> None:
        self.fit = fit or Fit()

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the cause the facts speak for most."""
        known = dossier.objections
        found = weigh(dossier.causes, dossier.leanings, dossier.precedents, self.fit, known)
        notes = unread(dossier)
        if not found.decisive or found.cause == NOT_A_CONFLICT or not notes:
            return found
        says = Reason(text("A note says something that no fact explains"), notes)
        return replace(found, decisive=False, reasons=(*found.reasons, says))


def weigh(
    causes: Sequence[str],
    leanings: Sequence[Leaning],
    precedents: Sequence[Resemblance],
    fit: Fit,
    objections: Mapping[str, float] = NOBODY_OBJECTS,
) -> Diagnosis:
    """Choose among causes; none where nothing speaks for one, or the facts contradict."""
    excluded = {leaning.cause for leaning in leanings if leaning.excludes}
    scores = _scores(causes, leanings, excluded)
    spoken = {leaning.cause for leaning in leanings if leaning.weight > 0} - excluded
    support = _support(precedents, spoken)
    ranking = _ranked(scores, support, objections)
    contested = _contested(leanings, excluded)
    if not ranking or ranking[0][1] <= 0 or contested:
        return _undecided(leanings, ranking, contested, fit)
    best, score = ranking[0]
    runner_up = max(ranking[1][1], 0.0) if len(ranking) > 1 else 0.0
    evidence = {"lead": score - runner_up, "agreement": _agreement(best, precedents)}
    speaking = [leaning for leaning in leanings if leaning.cause == best and leaning.weight > 0]
    return Diagnosis(
        cause=best,
        confidence=sure(fit, evidence),
        decisive=_decisive(best, causes, leanings, speaking),
        reasons=tuple(Reason(leaning.because, leaning.cites) for leaning in speaking),
        ranking=tuple(ranking),
        judge=f"weighing/{fit.name}",
        free_text_only=bool(speaking) and all(leaning.from_free_text for leaning in speaking),
        evidence=noted(evidence),
    )


def _scores(
    causes: Sequence[str], leanings: Sequence[Leaning], excluded: set[str]
) -> dict[str, float]:
    scores = {cause: 0.0 for cause in causes if cause not in excluded}
    for leaning in leanings:
        if leaning.cause in scores:
            scores[leaning.cause] += leaning.weight
    return scores


def _ranked(
    scores: Mapping[str, float], support: Mapping[str, float], objections: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return the causes by what speaks for them, best first; equals by name."""
    marks = {
        cause: score
        + PRECEDENT_WEIGHT * support.get(cause, 0.0)
        - OBJECTION_WEIGHT * objections.get(cause, 0.0)
        for cause, score in scores.items()
    }
    return sorted(
        ((cause, round(mark, 4)) for cause, mark in marks.items()),
        key=lambda row: (-row[1], row[0]),
    )


def _support(precedents: Sequence[Resemblance], spoken: set[str]) -> dict[str, float]:
    """Return how far precedents pull; only to a cause that something of this very case speaks for.

    What was true of other cases makes nothing true of one in which nothing explains it.
    """
    support: dict[str, float] = defaultdict(float)
    for precedent in precedents:
        if precedent.cause in spoken:
            support[precedent.cause] += precedent.likeness / len(precedents)
    return support


def _agreement(cause: str, precedents: Sequence[Resemblance]) -> float:
    weight = sum(precedent.likeness for precedent in precedents)
    if weight == 0:
        return 0.0
    agreeing = sum(row.likeness for row in precedents if row.cause == cause)
    return agreeing / weight - NO_EVIDENCE


def _contested(leanings: Sequence[Leaning], excluded: set[str]) -> bool:
    """Return whether a cause is both all but proved and ruled out."""
    return any(leaning.cause in excluded and leaning.weight >= 3 for leaning in leanings)


def _decisive(
    best: str, causes: Sequence[str], leanings: Sequence[Leaning], speaking: Sequence[Leaning]
) -> bool:
    """Return whether facts, not words, exclude every other cause."""
    excluded = {one.cause for one in leanings if one.excludes and not one.from_free_text}
    alone = all(cause == best or cause in excluded for cause in causes)
    return alone and any(not leaning.from_free_text for leaning in speaking)


def _undecided(
    leanings: Sequence[Leaning],
    ranking: Sequence[tuple[str, float]],
    contested: bool,
    fit: Fit,
) -> Diagnosis:
    return Diagnosis(
        cause=None,
        confidence=0.0,
        decisive=False,
        reasons=tuple(
            Reason(leaning.because, leaning.cites) for leaning in leanings if leaning.weight > 0
        ),
        ranking=tuple(ranking),
        judge=f"weighing/{fit.name}",
        contested=contested,
    )
