"""Whatever breaks in a run breaks one case: it is an error with a reason, and nothing else."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import evals.scorers
from evals.harness import Order, carried_out
from evals.ordering import Wish, order_of
from evals.row import Row, write_header
from evals.scorers.scorer import scorers
from evals.summary import summary_of

KIND = "production/confirmation_variance"


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """Three cases by the weighing, in this process."""
    wish = Wish(playbook=KIND, limit=3, engine="bare", workers=0, out=tmp_path / "run")
    return order_of(wish, tmp_path)


@pytest.fixture
def scorer(order: Order, tmp_path: Path) -> Iterator[str]:
    """One more scorer is found by walking; it knows nothing of the second case."""
    name = order.tasks[1].case.id
    folder = tmp_path / "scorers"
    folder.mkdir()
    (folder / "tidiness.py").write_text(
        f"def score(result, spent):\n    return {{'{name}': None}}.get(result.case.id, 1.0) + 0\n",
        "utf-8",
    )
    evals.scorers.__path__.append(str(folder))
    scorers.cache_clear()
    yield name
    evals.scorers.__path__.remove(str(folder))
    scorers.cache_clear()


async def test_a_scorer_that_throws_is_an_error_of_that_case_alone(
    order: Order, scorer: str
) -> None:
    done = await carried_out(order)
    failed = [row for row in done.rows.values() if row.status == "error"]
    assert [row.case for row in failed] == [scorer]
    assert "scorer tidiness" in failed[0].reason
    assert (failed[0].scores, failed[0].acted_wrongly, failed[0].missed) == ({}, None, None)
    figures = summary_of(list(done.rows.values()), 1.0)
    assert (figures.cases, figures.errors, figures.cause_accuracy) == (3, 1, 1.0)


async def test_a_worker_that_is_lost_costs_its_cases_and_they_are_played_again(
    order: Order,
) -> None:
    alone = replace(order, workers=1, at_once=1)
    told = list[str]()

    def after_the_first(row: Row) -> None:
        told.append(row.status)
        if len(told) == 1:
            for process in multiprocessing.active_children():
                process.kill()

    done = await carried_out(alone, after_the_first)
    assert sorted(told) == ["error", "error", "ok"]
    failed = [row for row in done.rows.values() if row.status == "error"]
    assert all(row.reason.startswith("WorkerLost") for row in failed)

    (kept,) = [row for row in done.rows.values() if row.status == "ok"]
    again = await carried_out(replace(alone, workers=0))
    assert [row.status for row in again.rows.values()] == ["ok"] * 3
    assert again.rows[kept.key] == kept


def test_every_use_of_sealed_cases_is_counted_and_going_on_is_no_use(tmp_path: Path) -> None:
    wish = Wish(split="sealed", engine="bare", workers=0)
    first = order_of(replace(wish, out=tmp_path / "first"), tmp_path)
    assert first.header.sealed_uses == 1
    write_header(first.folder, first.header)
    assert order_of(replace(wish, out=first.folder), tmp_path).header == first.header
    assert order_of(replace(wish, split="all"), tmp_path).header.sealed_uses == 2
    assert order_of(replace(wish, split="dev"), tmp_path).header.sealed_uses is None
