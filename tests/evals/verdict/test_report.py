"""The report is one light page without script, and shows what others wrote as what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from evals.commands import app
from evals.reporting.figures import figures
from evals.reporting.report import markdown, page
from evals.row import Header, Row, Shows, write_header, write_rows
from tests.evals.verdict.rows import row, rows

LOUD = "<script>alert(1)</script> | **bold** ![x](http://x)"
SHOWN = Shows(
    system="erp",
    what="stock",
    about={"material": LOUD},
    wanted="+3 ST",
    before="0 ST",
    after="4 ST",
)


def _header(run: str = "r2") -> Header:
    return Header(
        run=run,
        started=datetime(2026, 3, 17, tzinfo=UTC),
        engine="bare",
        split="dev",
        reasoner="weighing",
        git="abc1234",
        dataset_hash="ef" * 32,
        split_hash="ef" * 32,
    )


def _rows() -> list[Row]:
    got = row("zz-001").got.model_copy(update={"why": LOUD, "cause": LOUD})
    return [*rows(180, 20), row("zz-001", right=False, got=got, differences=(SHOWN,))]


def test_the_page_is_light_and_has_no_script_and_nothing_from_elsewhere() -> None:
    text = page(figures(_header(), _rows(), (_header("r1"), _rows())))
    assert len(text.encode()) < 300_000
    assert "<script" not in text
    assert "alert(1)" in text
    for remote in ('src="http', "url(http", "<link", "@import"):
        assert remote not in text


def test_the_reader_meets_things_in_their_order() -> None:
    text = page(figures(_header(), _rows(), (_header("r1"), _rows())))
    order = [
        'class="banner',
        "What changed",
        "expected and found",
        "by category",
        "Acting alone",
        "Cost and time",
        "Failing cases",
        "Lineage",
    ]
    places = [text.index(one) for one in order]
    assert places == sorted(places)


def test_a_failing_case_shows_each_field_that_differs() -> None:
    text = page(figures(_header(), _rows()))
    assert "<td>+3 ST</td>" in text
    assert '<td class="bad">4 ST</td>' in text


def test_the_same_rows_make_the_same_page() -> None:
    assert page(figures(_header(), _rows())) == page(figures(_header(), _rows()))


def test_markdown_does_nothing_with_what_others_wrote() -> None:
    text = markdown(figures(_header(), _rows(), (_header("r1"), _rows())))
    assert "<script" not in text
    assert "![x]" not in text
    assert text.startswith("### Evaluation r2: ")


def test_a_run_of_nothing_but_errors_still_has_a_report() -> None:
    broken = [row("aa-001", status="error", reason=LOUD, scores={}, confidence=None)]
    assert "neither right nor wrong" in page(figures(_header(), broken))


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    write_rows(tmp_path / "r2", _rows())
    write_header(tmp_path / "r2", _header())
    out = tmp_path / "report.html"
    done = CliRunner().invoke(app, ["report", str(tmp_path / "r2"), "--out", str(out)])
    assert done.exit_code == 0
    assert out.read_text("utf-8").startswith("<!doctype html>")
