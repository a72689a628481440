"""A golden file for every playbook, whose cases are enough, and of the kinds nobody may forget."""

from pathlib import Path

import pytest

from agent.playbooks.catalog import catalog
from agent.playbooks.playbook import NOT_A_CONFLICT
from evals.case import Golden
from evals.reading import golden
from evals.schema import NAME, schema_text

LEAST = 10
FILES = golden()


@pytest.fixture
def folder(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "evals" / "golden"


def test_every_playbook_has_its_golden_file_and_none_is_left_over() -> None:
    assert set(FILES) == set(catalog().playbooks)


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_there_are_enough_cases(file: Golden) -> None:
    assert len(file.cases) >= LEAST


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_one_case_is_no_conflict_after_all(file: Golden) -> None:
    assert any(NOT_A_CONFLICT in case.causes for case in file.cases)


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_in_one_case_nobody_could_tell_and_a_person_must_be_asked(file: Golden) -> None:
    asks = [case for case in file.cases if case.must_ask and not any(case.actions)]
    assert asks
    assert all("act" not in (*one.rulings.act, *one.rulings.advise) for one in asks)


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_cases_happen_in_both_plants(file: Golden) -> None:
    assert {case.plant for case in file.cases} == {"1010", "1710"}


def test_no_two_cases_share_an_id() -> None:
    ids = [case.id for file in FILES.values() for case in file.cases]
    assert len(ids) == len(set(ids))


def test_nothing_that_changes_something_is_expected_of_the_agent_alone_in_advise() -> None:
    alone = [
        case.id
        for file in FILES.values()
        for case in file.cases
        if "act" in case.rulings.advise and any(case.actions)
    ]
    assert alone == []


def test_the_schema_beside_the_files_is_the_one_they_are_read_by(folder: Path) -> None:
    assert (folder / NAME).read_text("utf-8") == schema_text()
