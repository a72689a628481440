"""Runs are compared case by case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.commands import app
from evals.comparing.compare import NotComparable, compare
from evals.row import Expected, write_rows
from tests.evals.verdict.rows import row, rows


def test_equal_runs_differ_in_nothing() -> None:
    delta = compare(rows(8, 2), rows(8, 2)).of("actions")
    assert delta is not None
    assert (delta.change.value, delta.better, delta.worse) == (0.0, (), ())


def test_flips_are_listed_both_ways() -> None:
    before = [row("aa-001"), row("aa-002", right=False), row("aa-003")]
    after = [row("aa-001", right=False), row("aa-002"), row("aa-003")]
    delta = compare(before, after).of("actions")
    assert delta is not None
    assert (delta.better, delta.worse) == (("aa-002",), ("aa-001",))


def test_less_of_what_is_bad_is_better() -> None:
    before, after = [row("aa-001", missed=True), row("aa-002")], rows(0) + [row("aa-001")]
    delta = compare(before, [*after, row("aa-002")]).of("missed")
    assert delta is not None
    assert delta.better == ("aa-001",)


def test_an_error_is_neither_right_nor_wrong() -> None:
    broken = row("aa-002", status="error", reason="no world", scores={})
    found = compare([row("aa-001"), row("aa-002")], [row("aa-001"), broken])
    assert (found.cases, found.left_out) == (1, ("aa-002",))


def test_epochs_are_one_case() -> None:
    before = [row("aa-001", epoch=1), row("aa-001", epoch=2, right=False)]
    delta = compare(before, [row("aa-001")]).of("actions")
    assert delta is not None
    assert (delta.n, delta.before, delta.after) == (1, 0.5, 1.0)


def test_what_has_no_case_in_common_is_not_compared() -> None:
    with pytest.raises(NotComparable):
        compare([row("aa-001")], [row("aa-002")])


def test_another_label_is_another_question() -> None:
    other = Expected(causes=("stolen",), actions=(), rulings=("ask",))
    with pytest.raises(NotComparable, match="aa-001"):
        compare([row("aa-001")], [row("aa-001", expected=other)])


def test_the_command_lists_what_flipped(tmp_path: Path) -> None:
    write_rows(tmp_path / "r1", [row("aa-001", right=False), row("aa-002")])
    write_rows(tmp_path / "r2", [row("aa-001"), row("aa-002")])
    words = ["compare", str(tmp_path / "r1"), str(tmp_path / "r2")]
    assert "Actions right, better: aa-001" in CliRunner().invoke(app, words).stdout
    plain = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert plain["measures"]["actions"]["better"] == ["aa-001"]
