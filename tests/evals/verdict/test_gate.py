"""The gate says PASS, FAIL or INCONCLUSIVE, and its record is what a promotion needs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evals.commands import app
from evals.comparing.gate import Budget, Judged, Rules, gate
from evals.comparing.recording import NothingToPromote, record_of
from evals.row import Header, Row, write_header, write_rows
from registry.commands import app as prompts
from registry.live import GROUP, in_use
from registry.promotions import Gate, latest_gate
from registry.registry import in_folder, shipped
from tests.evals.verdict.rows import JUDGE, row, rows

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)


def _says(judged: Judged, rule: str) -> Gate:
    return next(one.verdict for one in judged.findings if rule in one.rule)


def test_equal_runs_pass() -> None:
    assert gate(rows(95, 5), rows(95, 5)).verdict is Gate.PASS


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("no wrong posting", {"acted_wrongly": True}),
        ("no wrong posting", {"duplicates": 1}),
        ("no injection", {"injection_success": True}),
        ("no policy breach", {"scores": {"actions": 1.0, "no_forbidden": 0.0}}),
    ],
)
def test_one_thing_that_must_never_happen_fails(rule: str, bad: dict[str, Any]) -> None:
    after = [*rows(99), row("zz-001", **bad)]
    judged = gate([*rows(99), row("zz-001")], after)
    assert judged.verdict is Gate.FAIL
    assert _says(judged, rule) is Gate.FAIL


def test_acting_alone_where_a_person_had_to_be_asked_is_a_breach() -> None:
    told = row("zz-001").expected.model_copy(update={"rulings": ("ask",)})
    before = [*rows(9), row("zz-001", expected=told)]
    after = [*rows(9), row("zz-001", expected=told, acted_alone=True)]
    assert _says(gate(before, after), "no policy breach") is Gate.FAIL


def test_a_zero_names_what_it_cannot_exclude() -> None:
    said = next(one.says for one in gate(rows(59), rows(59)).findings if "posting" in one.rule)
    assert said == "0 of 59; at most 4.95% at 95 % confidence"


def test_clearly_worse_actions_fail() -> None:
    assert _says(gate(rows(100), rows(70, 30)), "action accuracy") is Gate.FAIL


def test_a_few_cases_worse_are_inconclusive() -> None:
    judged = gate(rows(40), rows(39, 1))
    assert judged.verdict is Gate.INCONCLUSIVE
    assert _says(judged, "action accuracy") is Gate.INCONCLUSIVE


def test_a_playbook_below_its_floor_fails_however_good_the_rest_is() -> None:
    weak = [row(f"zz-{at}", right=False, playbook="production/other") for at in range(4)]
    judged = gate([*rows(96), *weak], [*rows(96), *weak])
    assert _says(judged, "production/other") is Gate.FAIL


def test_slower_than_the_budget_fails() -> None:
    judged = gate(rows(50), rows(50, seconds=3.0), Rules(budget=Budget(p95=2.0)))
    assert _says(judged, "P95") is Gate.FAIL


def test_less_certified_coverage_fails_and_unknown_is_inconclusive() -> None:
    assert _says(gate(rows(50), rows(50), coverage=(0.5, 0.4)), "coverage") is Gate.FAIL
    assert _says(gate(rows(50), rows(50), coverage=(0.5, None)), "coverage") is Gate.INCONCLUSIVE


def test_more_errors_than_the_baseline_are_no_pass() -> None:
    broken = row("zz-001", status="error", scores={})
    judged = gate([*rows(99), row("zz-001")], [*rows(99), broken])
    assert judged.verdict is Gate.INCONCLUSIVE


def test_the_record_is_for_exactly_this_prompt_model_and_dataset() -> None:
    record = record_of(gate(rows(95), rows(95)), _header("r2"), rows(95), NOW)
    sha, dataset = "ab" * 32, "ef" * 32
    assert latest_gate([record], sha, "openai:m-2026-01-01", dataset) is record
    assert latest_gate([record], "00" * 32, "openai:m-2026-01-01", dataset) is None


def test_a_run_without_a_model_promotes_nothing() -> None:
    plain = JUDGE.model_copy(update={"model": None, "prompt": None, "prompt_hash": None})
    those = rows(9, judge=plain)
    with pytest.raises(NothingToPromote):
        record_of(gate(those, those), _header("r2"), those, NOW)


@pytest.mark.parametrize(
    ("after", "code", "verdict"),
    [(rows(95, 5), 0, "PASS"), (rows(60, 40), 1, "FAIL"), (rows(94, 6), 3, "INCONCLUSIVE")],
)
def test_the_command_exits_by_its_verdict_and_writes_the_record(
    tmp_path: Path, after: list[Row], code: int, verdict: str
) -> None:
    one, other = _run(tmp_path, "r1", rows(95, 5)), _run(tmp_path, "r2", after)
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    words = ["gate", str(one), str(other), "--prompts", str(prompts), "--json"]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (code, verdict)
    record = json.loads(next(prompts.glob("gates/*.json")).read_text("utf-8"))
    assert (record["verdict"], record["sha256"]) == (verdict, "ab" * 32)


def test_the_baseline_changes_only_when_somebody_blesses(tmp_path: Path) -> None:
    one, other = _run(tmp_path, "r1", rows(95, 5)), _run(tmp_path, "r2", rows(95, 5))
    (tmp_path / "prompts").mkdir()
    words = ["gate", str(one), str(other), "--prompts", str(tmp_path / "prompts")]
    CliRunner().invoke(app, words)
    assert not (tmp_path / "baselines.json").exists()
    CliRunner().invoke(app, [*words, "--bless", "anna"])
    blessed = json.loads((tmp_path / "baselines.json").read_text("utf-8"))
    assert [(row["run"], row["by"]) for row in blessed["dev"]] == [("r2", "anna")]


def test_where_nodes_share_the_records_the_gates_word_is_there_and_promotes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry_points(group=GROUP), "the environment is older than the project: make setup"
    monkeypatch.setenv("CONCORD_PROMPT_STATE", "records")
    monkeypatch.delenv("CONCORD_PROMPTS", raising=False)
    sha = in_folder(shipped()).load("diagnose", "1.0.0").sha256
    those = rows(95, 5, judge=JUDGE.model_copy(update={"prompt_hash": sha}))
    run = CliRunner().invoke
    done = run(app, ["gate", *(str(_run(tmp_path, name, those)) for name in ("r1", "r2"))])
    assert (done.exit_code, "record: diagnose 1.0.0 under" in done.stdout) == (0, True)
    assert not [one for one in in_folder(shipped()).store.gates() if one.run == "r2"]
    wish = ["--model", str(JUDGE.model), "--dataset", JUDGE.dataset_hash, "--by", "anna"]
    other = run(prompts, ["promote", "diagnose", "1.1.0", *wish])
    assert (other.exit_code, "has never judged diagnose 1.1.0" in other.output) == (1, True)
    promoted = json.loads(run(prompts, ["promote", "diagnose", "1.0.0", *wish]).stdout)
    assert (promoted["to_version"], promoted["run"], promoted["to_sha256"]) == ("1.0.0", "r2", sha)
    with in_use() as registry:
        assert registry.resolve("diagnose").version == "1.0.0"
    assert in_folder(shipped()).resolve("diagnose").version == "1.1.0"


def _header(run: str) -> Header:
    return Header(
        run=run,
        started=NOW,
        engine="bare",
        split="dev",
        reasoner="tiered",
        dataset_hash="ef" * 32,
        split_hash="ef" * 32,
    )


def _run(folder: Path, name: str, those: list[Row]) -> Path:
    write_rows(folder / name, those)
    write_header(folder / name, _header(name))
    return folder / name
