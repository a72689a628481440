"""Generated cases can happen, are the same for the same seed, and know nothing of the agent."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from evals.case import Golden
from evals.generator.generate import generate, sources
from evals.ordering import NotWanted, Wish, order_of
from evals.reading import golden, read
from evals.world import fresh
from evals.writing import text_of, write
from tools.sandbox.changes import story

# Each playbook gets as many cases as the richest has templates, so that none is left out.
COUNT = len(sources()) * max(len(one.templates) for one in sources())


@cache
def _drawn() -> tuple[Golden, ...]:
    return generate(COUNT)


def test_the_world_of_every_template_can_be_built_and_its_signal_filled() -> None:
    one_of_each = {case.family: case for file in _drawn() for case in file.cases}
    for case in one_of_each.values():
        names = story.read(case.world).play(fresh())
        story.filled(case.signal.data, names, case.id)


def test_the_same_seed_draws_the_same_cases_and_another_draws_others() -> None:
    assert generate(8) == generate(8)
    assert generate(8) != generate(8, seed=2)


def test_cases_are_spread_over_the_playbooks_and_none_is_drawn_twice() -> None:
    assert {len(file.cases) for file in _drawn()} == {COUNT // len(sources())}
    contents = [
        case.model_dump_json(include={"world", "signal"})
        for file in _drawn()
        for case in file.cases
    ]
    assert len(contents) == len(set(contents))


def test_written_files_are_read_as_golden_files_are() -> None:
    for file in _drawn():
        assert read(text_of(file), file.playbook, file.playbook) == file


def test_families_are_none_of_the_hand_written_ones() -> None:
    drawn = {case.family for file in _drawn() for case in file.cases}
    assert not drawn & {case.family for file in golden().values() for case in file.cases}


def test_each_playbook_has_something_to_ask_and_something_that_is_no_conflict() -> None:
    for file in _drawn():
        strata = {case.stratum for case in file.cases}
        assert {"ordinary", "must_ask", "negative"} <= strata


def test_what_is_right_is_said_by_how_it_was_made() -> None:
    labels = {case.label.source for file in _drawn() for case in file.cases}
    assert labels == {"oracle"}


def test_generated_cases_are_run_beside_those_for_calibration(tmp_path: Path) -> None:
    write(tmp_path / "drawn", _drawn())
    wish = Wish(split="calibration", cases=tmp_path / "drawn", out=tmp_path / "r1")
    order = order_of(wish, tmp_path)
    assert {task.split for task in order.tasks} == {"calibration"}
    own = len(order_of(replace(wish, cases=None), tmp_path).tasks)
    assert len(order.tasks) == own + COUNT


def test_generated_cases_are_for_calibrating_alone(tmp_path: Path) -> None:
    write(tmp_path / "drawn", _drawn())
    with pytest.raises(NotWanted, match="calibration"):
        order_of(Wish(split="dev", cases=tmp_path / "drawn"), tmp_path)
