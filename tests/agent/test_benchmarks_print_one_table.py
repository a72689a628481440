"""Benchmarks come to rows of one table; what could not be measured stands there as not run."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as bench
from benchmarks._figure import Figure, Size, from_rows


def test_a_tiny_run_has_rows_and_says_of_no_promise_that_it_is_kept() -> None:
    lines = [one.line(Size.TINY) for one in bench.measure("odata_overhead", Size.TINY)]
    assert lines
    assert all(line.count("|") == 6 and "too few to tell" in line for line in lines)


def test_a_broken_promise_is_told_loudly() -> None:
    broken = Figure("rate", "3", "raw 9", "≥ 5", kept=False)
    assert broken.line(Size.USUAL) == "| rate | 3 | raw 9 | ≥ 5 | **BROKEN** |"


def test_what_fails_is_not_run_and_the_table_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.run(["_figure"], Size.TINY) == 2
    assert "no such benchmark: _figure" in capsys.readouterr().out
    figures = bench.apart("nothing", Size.TINY)
    assert [(one.what, one.measured) for one in figures] == [("nothing", "not run")]


def test_a_table_of_four_columns_is_taken_over() -> None:
    table = "| what | measured | promised | |\n|---|---|---|---|\n| rate | 3 | ≥ 5 | BROKEN |\n"
    assert from_rows(table) == [Figure("rate", "3", promised="≥ 5", kept=False)]
