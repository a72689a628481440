"""A threshold is certified only where it is shown, and then the guarantee holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.authority.certificate import read, written
from agent.authority.certificates import FiledCertificates, Running, fits_of
from agent.case.conflict import Conflict
from agent.playbooks.playbook import Risk
from agent.reasoning.fingerprint import playbook_hash
from evals.calibrating.certify import certify
from evals.calibrating.fit import Shown, confidence, fitted
from evals.calibrating.learn_then_test import GRID, Drawn, learn_then_test
from evals.commands import app
from evals.row import Row, write_rows
from tests.evals.verdict.rows import JUDGE, row

ALPHA, DELTA, DRAWS, N = 0.05, 0.05, 200, 400
Wrong = Callable[[float], float]
NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)


def _useful(confidence: float) -> float:
    """Return how often a judge whose confidence means something is wrong."""
    return min(0.5, max(0.005, 1.05 - confidence))


def _useless(confidence: float) -> float:
    return 0.07


def _sample(rng: random.Random, wrong: Wrong) -> list[Drawn]:
    found = list[Drawn]()
    for _ in range(N):
        sure = round(1 - 0.5 * rng.random() ** 2, 4)
        found.append(Drawn(sure, rng.random() < wrong(sure)))
    return found


def _risk(threshold: float, wrong: Wrong) -> float:
    """Return the true share of wrong ones at or above a threshold, by quadrature."""
    grid = [1 - 0.5 * (at / 4000) ** 2 for at in range(4001)]
    above = [sure for sure in grid if sure >= threshold]
    return sum(wrong(sure) for sure in above) / len(above)


def _naive(drawn: list[Drawn]) -> float | None:
    for threshold in GRID:
        above = [one for one in drawn if one.confidence >= threshold]
        if above and sum(one.wrong for one in above) / len(above) <= ALPHA:
            return threshold
    return None


@pytest.mark.parametrize("wrong", [_useful, _useless])
def test_the_guarantee_holds_where_a_naive_threshold_breaks(wrong: Wrong) -> None:
    rng, broken, naively = random.Random(3), 0, 0
    for _ in range(DRAWS):
        drawn = _sample(rng, wrong)
        found, naive = learn_then_test(drawn, ALPHA, DELTA).threshold, _naive(drawn)
        broken += found is not None and _risk(found, wrong) > ALPHA
        naively += naive is not None and _risk(naive, wrong) > ALPHA
    assert broken / DRAWS <= DELTA
    assert naively / DRAWS > 0.2


def test_a_good_judge_is_certified_for_something() -> None:
    drawn = [Drawn(0.96, False) for _ in range(200)]
    assert learn_then_test(drawn, ALPHA, DELTA).threshold == 0.5


def test_too_few_cases_certify_nothing_however_good() -> None:
    assert learn_then_test([Drawn(0.99, False)] * 58, ALPHA, DELTA, (0.9,)).threshold is None
    assert learn_then_test([Drawn(0.99, False)] * 59, ALPHA, DELTA, (0.9,)).threshold == 0.9


def test_cases_the_facts_decided_do_not_certify_judgement() -> None:
    easy = [Drawn(0.99, False, decisive=True) for _ in range(900)]
    assert learn_then_test(easy, ALPHA, DELTA).threshold is None
    hard = [Drawn(0.99, at % 10 == 0) for at in range(100)]
    assert learn_then_test([*easy, *hard], ALPHA, DELTA).threshold is None


def test_a_fit_learns_what_evidence_is_worth_and_stays_finite() -> None:
    prior = {"intercept": 0.0, "lead": 1.0, "agreement": 1.5}
    rng = random.Random(5)
    shown = [Shown({"lead": lead}, rng.random() < 0.6) for lead in (1.0, 3.0) for _ in range(300)]
    fit = fitted(shown, prior)
    assert confidence(fit, {"lead": 3.0}) == pytest.approx(0.6, abs=0.06)
    always = fitted([Shown({"lead": 3.0}, True)] * 50, prior)
    assert confidence(always, {"lead": 3.0}) < 1.0


KIND = "materials/stock_deficit"


def _calibration(n: int, wrong: int = 0, judge: str = "weighing/prior-1") -> list[Row]:
    code = JUDGE.model_copy(update={"reasoner": "weighing", "playbook_hash": playbook_hash(KIND)})
    usual = row("aa-000").got.model_copy(update={"judge": judge})
    evidence = {"lead": 3.0, "agreement": 0.0}
    return [
        row(f"aa-{at:03d}", right=at >= wrong, judge=code, got=usual, evidence=evidence)
        for at in range(n)
    ]


def _threshold(home: Path, judge: str, risk: Risk = Risk.LOW) -> float | None:
    filed = FiledCertificates(home, Running("weighing", "hashing-1"), lambda: NOW)
    return filed.threshold(judge, Conflict(KIND, "1010", "1010/order/1", {}), risk)


def test_what_is_certified_here_is_what_authority_reads(tmp_path: Path) -> None:
    (found,) = certify(_calibration(200), [], "r1", NOW)
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates/r1.json").write_text(written(found.certificate), "utf-8")
    assert _threshold(tmp_path, "weighing/prior-1") == 0.5
    assert _threshold(tmp_path, "weighing/prior-2") is None
    assert _threshold(tmp_path, "weighing/prior-1", Risk.MEDIUM) is None


def test_a_fitted_judge_runs_with_the_fit_it_was_certified_with(tmp_path: Path) -> None:
    (found,) = certify(_calibration(200), _calibration(80, wrong=4), "r1", NOW)
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates/r1.json").write_text(written(found.certificate), "utf-8")
    fit = fits_of(tmp_path, lambda: NOW).weighing
    assert fit is not None
    assert _threshold(tmp_path, f"weighing/{fit.name}") is not None
    assert _threshold(tmp_path, "weighing/prior-1") is None


def test_too_many_wrong_ones_are_certified_as_never() -> None:
    (found,) = certify(_calibration(200, wrong=20), [], "r1", NOW)
    (one,) = found.certificate.classes
    assert one.threshold is None
    assert "no threshold" in one.why


def test_a_judge_that_did_not_judge_itself_gets_no_certificate() -> None:
    assert certify(_calibration(200, judge="weighing/prior-1/without-model"), [], "r1", NOW) == ()


def test_epochs_of_one_case_count_once() -> None:
    once = _calibration(40)
    again = [one.model_copy(update={"epoch": epoch}) for epoch in range(2, 7) for one in once]
    (found,) = certify([*once, *again], [], "r1", NOW)
    assert (found.certificate.classes[0].n, found.certificate.classes[0].threshold) == (40, None)


def test_in_a_certified_run_the_systems_say_what_was_wrong() -> None:
    """What was proposed looks right; what was carried out was not."""
    those = [
        one.model_copy(
            update={"certified": True, "acted_alone": True, "acted_wrongly": at % 8 == 0}
        )
        for at, one in enumerate(_calibration(200))
    ]
    (found,) = certify(those, [], "r1", NOW)
    assert found.certificate.classes[0].threshold is None


def test_the_command_writes_certificates_and_says_what_they_rest_on(tmp_path: Path) -> None:
    those = [one.model_copy(update={"split": "calibration"}) for one in _calibration(200)]
    write_rows(tmp_path / "r1", those)
    words = ["calibrate", str(tmp_path / "r1"), "--out", str(tmp_path / "certificates")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0
    assert "0 of 200 wrong at or above it" in done.stdout
    assert read(tmp_path / "certificates/r1-1.json").classes[0].threshold == 0.5


def test_only_the_calibration_split_calibrates(tmp_path: Path) -> None:
    write_rows(tmp_path / "r1", _calibration(200))
    done = CliRunner().invoke(app, ["calibrate", str(tmp_path / "r1"), "--out", str(tmp_path)])
    assert done.exit_code == 2
