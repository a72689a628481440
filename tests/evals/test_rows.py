"""Rows of a run are written and read as they are, whatever the order they came in."""

from pathlib import Path

import pytest

from agent.reasoning.fingerprint import fingerprint
from evals.row import Expected, Got, Judge, Row, RowsUnreadable, Shows, read_rows, write_rows

JUDGE = Judge(
    reasoner="weighing", playbook_hash="p", embedder="hashing-1", fit="hand-1", dataset_hash="d"
)


def row(case: str, epoch: int = 1) -> Row:
    return Row(
        case=case,
        family="grease",
        playbook="production/confirmation_variance",
        split="dev",
        stratum="ordinary",
        difficulty="easy",
        language="de",
        decided_by="free_text",
        epoch=epoch,
        phase="act",
        judge=JUDGE,
        status="ok",
        expected=Expected(causes=("wrong_unit",), actions=(), rulings=("ask",)),
        got=Got(cause="wrong_unit", why="wegen Übermaß"),
        scores={"cause": 1.0, "recall": None},
        differences=(
            Shows(
                system="erp",
                what="stock",
                about={"material": "M1"},
                wanted="+3 ST",
                before="0 ST",
                after=None,
            ),
        ),
    )


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = (row("cv-001"), row("cv-001", 2), row("cv-002"))
    write_rows(tmp_path, rows)
    assert read_rows(tmp_path) == rows


def test_the_order_they_come_in_does_not_show(tmp_path: Path) -> None:
    one = write_rows(tmp_path / "one", [row("cv-002"), row("cv-001")])
    other = write_rows(tmp_path / "other", [row("cv-001"), row("cv-002")])
    assert one.read_bytes() == other.read_bytes()


def test_a_line_that_is_no_row_is_named(tmp_path: Path) -> None:
    write_rows(tmp_path, [row("cv-001")])
    file = tmp_path / "result.jsonl"
    file.write_text(file.read_text("utf-8") + '{"case": "x"}\n', "utf-8")
    with pytest.raises(RowsUnreadable, match=r"result\.jsonl:2"):
        read_rows(tmp_path)


def test_another_word_for_who_judged_is_another_judge() -> None:
    judged = row("cv-001")
    marks = judged.marks("model/diagnose@1.0.0#a/openai:x/prior-model-1")
    assert fingerprint(marks) != fingerprint(judged.marks())
    assert fingerprint(marks) != fingerprint(row("cv-001").marks("weighing/prior-1"))
