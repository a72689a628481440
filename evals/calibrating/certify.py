"""Writes certificates: one for each judge of a run, for each playbook and class of risk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from agent.authority.certificate import BY_MODEL, Certificate, Certified, fit_name
from agent.playbooks.playbook import Risk
from agent.reasoning.fingerprint import fingerprint, playbook_hash
from agent.reasoning.fitting import ModelFit
from agent.reasoning.weighing import Fit
from evals.calibrating.draws import by_judge, one_for_each, would_act, wrong
from evals.calibrating.fit import Shown, confidence, fitted
from evals.calibrating.learn_then_test import GRID, Drawn, Tested, learn_then_test
from evals.row import Row

VALID = timedelta(days=90)
DELTA = 0.05
ALPHAS: Mapping[Risk, float] = {Risk.LOW: 0.05, Risk.MEDIUM: 0.02, Risk.HIGH: 0.01}


@dataclass(frozen=True)
class Terms:
    """What a calibration guarantees, and for how long."""

    alphas: Mapping[Risk, float]
    delta: float = DELTA
    valid: timedelta = VALID
    grid: tuple[float, ...] = GRID


STANDARD = Terms(ALPHAS)


@dataclass(frozen=True)
class Class:
    """What was tested for one playbook and class of risk."""

    playbook: str
    risk: Risk
    tested: Tested
    n: int

    @property
    def why(self) -> str:
        """Say what the threshold rests on, or why there is none."""
        level, alpha = self.tested.level(), self.tested.alpha
        if self.tested.threshold is not None:
            said = f"{level.wrong} of {level.n} wrong at or above it"
            return f"{said}, {level.judged_wrong} of {level.judged} where facts did not decide"
        if not level.n:
            return f"the judge would have settled none of {self.n} cases"
        if not level.judged:
            return f"the facts decided all {level.n} cases; none shows what its judgement is worth"
        said = f"{level.wrong} of {level.n} wrong from {level.threshold} on"
        judged = f"{level.judged_wrong} of {level.judged} where facts did not decide"
        return f"{said}, {judged}: no threshold shows at most {alpha:.0%}"


@dataclass(frozen=True)
class Calibration:
    """One judge's certificate, and the tests it rests on."""

    certificate: Certificate
    classes: tuple[Class, ...]

    @property
    def coverage(self) -> float:
        """Which share of all cases lies at or above a certified threshold."""
        n = sum(one.n for one in self.classes)
        certified = [one for one in self.classes if one.tested.threshold is not None]
        return sum(one.tested.level().n for one in certified) / n if n else 0.0


def certify(
    rows: Sequence[Row],
    dev: Sequence[Row],
    run: str,
    now: datetime,
    terms: Terms = STANDARD,
) -> tuple[Calibration, ...]:
    """Return a certificate for each judge of a run.

    Args:
        rows: Of the calibration split; nothing else has seen their labels.
        dev: Of the dev split, to fit the confidence on; without any it stays as it is.
        run: What the certificate is named for.
        now: When it is issued.
        terms: What is guaranteed.
    """
    learning = by_judge(one_for_each(dev))
    return tuple(
        _of(judge, them, learning.get(judge, []), run, now, terms)
        for judge, them in sorted(by_judge(one_for_each(rows)).items())
    )


def _of(
    judge: str, rows: Sequence[Row], dev: Sequence[Row], run: str, now: datetime, terms: Terms
) -> Calibration:
    fit = fit_of(judge, dev)
    name = f"{judge.rpartition('/')[0]}/{fit_name(fit)}" if fit else judge
    classes = tuple(
        Class(playbook, risk, _tested(them, fit, terms, risk), len(them))
        for (playbook, risk), them in sorted(_classes(rows).items())
    )
    one = rows[0]
    certificate = Certificate(
        run=run,
        reasoner=one.judge.reasoner,
        judge=name,
        embedder=one.judge.embedder,
        dataset=one.judge.dataset_hash,
        issued=now,
        expires=now + terms.valid,
        delta=terms.delta,
        grid=terms.grid,
        fit=fit,
        classes=tuple(_certified(one, rows, name) for one in classes),
    )
    return Calibration(certificate, classes)


def fit_of(judge: str, dev: Sequence[Row]) -> dict[str, float]:
    """Return coefficients fitted on what the judge would have settled; none without any."""
    shown = [Shown(row.evidence, not wrong(row)) for row in dev if row.evidence and would_act(row)]
    if not shown:
        return {}
    prior = asdict(ModelFit() if judge.startswith(BY_MODEL) else Fit())
    del prior["name"]
    return fitted(shown, prior)


def sure_of(row: Row, fit: Mapping[str, float]) -> float:
    """Return a row's confidence under a fit; without one, as it was."""
    if fit and row.evidence:
        return confidence(fit, row.evidence)
    return row.confidence or 0.0


def kind_of(row: Row) -> str:
    """Return the playbook that judged in the end."""
    return row.got.playbook or row.playbook


def _classes(rows: Sequence[Row]) -> Mapping[tuple[str, Risk], list[Row]]:
    found = defaultdict[tuple[str, Risk], list[Row]](list)
    for row in rows:
        if row.risk is not None:
            found[kind_of(row), Risk(row.risk)].append(row)
    return found


def _tested(rows: Sequence[Row], fit: Mapping[str, float], terms: Terms, risk: Risk) -> Tested:
    drawn = [
        Drawn(sure_of(row, fit), wrong(row), bool(row.decisive)) for row in rows if would_act(row)
    ]
    return learn_then_test(drawn, terms.alphas[risk], terms.delta, terms.grid)


def _certified(one: Class, rows: Sequence[Row], judge: str) -> Certified:
    level, tested = one.tested.level(), one.tested
    marks = rows[0].marks(judge)
    hashes = (row.judge.playbook_hash for row in rows if row.playbook == one.playbook)
    marks = replace(marks, playbook=next(hashes, None) or playbook_hash(one.playbook))
    return Certified(
        playbook=one.playbook,
        risk=one.risk,
        fingerprint=fingerprint(marks),
        threshold=tested.threshold,
        n=level.n,
        wrong=level.wrong,
        alpha=tested.alpha,
        why=one.why,
    )
