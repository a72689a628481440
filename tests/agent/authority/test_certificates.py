"""A certificate lets exactly the judge it was written for act alone, for as long as it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.authority.certificate import Certificate, Certified, fit_name, written
from agent.authority.certificates import FiledCertificates, Running, fits_of
from agent.case.conflict import Conflict
from agent.playbooks.playbook import Risk
from agent.reasoning.fingerprint import Marks, fingerprint, playbook_hash

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
KIND = "materials/stock_deficit"
DATASET = "ab" * 32
FIT = {"intercept": -1.0, "lead": 0.8, "agreement": 1.0}
JUDGE = f"weighing/{fit_name(FIT)}"
RUNNING = Running("weighing", "hashing-1")
MARKS = Marks("weighing", JUDGE, playbook_hash(KIND), "hashing-1", DATASET)


def _certificate(
    marks: Marks = MARKS, threshold: float | None = 0.9, issued: datetime = NOW
) -> Certificate:
    return Certificate(
        run="r1",
        reasoner=marks.reasoner,
        judge=marks.judge,
        embedder=marks.embedder,
        dataset=marks.dataset,
        issued=issued,
        expires=issued + timedelta(days=90),
        delta=0.05,
        grid=(0.8, 0.9),
        fit=FIT,
        classes=(
            Certified(
                playbook=KIND,
                risk=Risk.LOW,
                fingerprint=fingerprint(marks),
                threshold=threshold,
                n=200,
                wrong=1,
                alpha=0.05,
                why="1 of 200 wrong",
            ),
        ),
    )


def _file(home: Path, certificate: Certificate, name: str = "certificates/r1.json") -> Path:
    file = home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(certificate), "utf-8")
    return file


def _ask(
    home: Path,
    judge: str = JUDGE,
    risk: Risk = Risk.LOW,
    plant: str = "1010",
    at: datetime = NOW,
    running: Running = RUNNING,
) -> float | None:
    conflict = Conflict(KIND, plant, f"{plant}/order/1", {})
    return FiledCertificates(home, running, lambda: at).threshold(judge, conflict, risk)


def test_a_matching_certificate_gives_its_threshold(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    assert _ask(tmp_path) == 0.9


def test_without_a_certificate_nothing_is_ever_confident_enough(tmp_path: Path) -> None:
    assert _ask(tmp_path) is None


@pytest.mark.parametrize(
    "judge", ["weighing/prior-1", f"{JUDGE}/without-model", "model/diagnose@1.0.0#ab/openai:m/x"]
)
def test_another_judge_has_no_certificate(tmp_path: Path, judge: str) -> None:
    _file(tmp_path, _certificate())
    assert _ask(tmp_path, judge=judge) is None


@pytest.mark.parametrize("running", [Running("tiered", "hashing-1"), Running("weighing", "other")])
def test_another_installation_of_the_judge_has_none(tmp_path: Path, running: Running) -> None:
    _file(tmp_path, _certificate())
    assert _ask(tmp_path, running=running) is None


def test_changed_code_of_the_playbook_ends_a_certificate(tmp_path: Path) -> None:
    _file(tmp_path, _certificate(replace(MARKS, playbook="cd" * 32)))
    assert _ask(tmp_path) is None


def test_a_certificate_does_not_hold_for_another_dataset_than_it_names(tmp_path: Path) -> None:
    whole = _certificate()
    _file(tmp_path, whole.model_copy(update={"dataset": "cd" * 32}))
    assert _ask(tmp_path) is None


def test_a_certificate_expires(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    assert _ask(tmp_path, at=NOW + timedelta(days=89)) == 0.9
    assert _ask(tmp_path, at=NOW + timedelta(days=90)) is None


def test_another_class_of_risk_is_not_certified_by_it(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    assert _ask(tmp_path, risk=Risk.MEDIUM) is None


def test_the_latest_certificate_counts_also_where_it_says_never(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    _file(
        tmp_path,
        _certificate(threshold=None, issued=NOW + timedelta(days=1)),
        "certificates/a.json",
    )
    assert _ask(tmp_path, at=NOW + timedelta(days=2)) is None


def test_a_plant_with_certificates_of_its_own_goes_by_these_alone(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    _file(tmp_path, _certificate(threshold=0.8), "certificates/1710/r1.json")
    assert (_ask(tmp_path, plant="1010"), _ask(tmp_path, plant="1710")) == (0.9, 0.8)


def test_a_broken_file_certifies_nothing_and_stops_nothing(tmp_path: Path) -> None:
    _file(tmp_path, _certificate()).write_text("{", "utf-8")
    assert _ask(tmp_path) is None


def test_taking_a_certificate_away_counts_at_once(tmp_path: Path) -> None:
    file = _file(tmp_path, _certificate())
    filed = FiledCertificates(tmp_path, RUNNING, lambda: NOW)
    assert filed.applied(JUDGE, "1010", KIND, Risk.LOW).certificate == "r1.json"
    file.unlink()
    assert filed.applied(JUDGE, "1010", KIND, Risk.LOW).threshold is None


def test_why_none_applies_is_said(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    filed = FiledCertificates(tmp_path, RUNNING, lambda: NOW)
    told = filed.applied("weighing/prior-1", "1010", KIND, Risk.LOW)
    assert told.why == f"r1.json: certifies {JUDGE}, the judge is weighing/prior-1"


def test_the_fit_of_a_valid_certificate_makes_the_judge_it_certifies(tmp_path: Path) -> None:
    _file(tmp_path, _certificate())
    fit = fits_of(tmp_path, lambda: NOW).weighing
    assert fit is not None
    assert f"weighing/{fit.name}" == JUDGE
    assert fits_of(tmp_path, lambda: NOW + timedelta(days=91)).weighing is None
