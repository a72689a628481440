"""Chroma in a folder: near vectors by kind, one owner, one embedder."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from agent.precedents.index import ChromaIndex, Entry, IndexUnusable

KIND = "materials/stock_deficit"


def entry(case: str, *vector: float, cause: str = "x") -> Entry:
    return Entry(case, [float(value) for value in vector], {"cause": cause})


def test_the_nearest_come_first(index: ChromaIndex) -> None:
    index.put(KIND, [entry("A", 1, 0), entry("B", 0, 1), entry("C", 0.6, 0.8)])
    found = index.near(KIND, [0.0, 1.0], 2)
    assert [one.case for one in found] == ["B", "C"]
    assert [round(one.likeness, 3) for one in found] == [1.0, 0.8]
    assert found[0].notes == {"cause": "x"}


def test_the_opposite_is_not_alike_at_all(index: ChromaIndex) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    assert index.near(KIND, [-1.0, 0.0], 1)[0].likeness == 0.0


def test_nothing_is_near_where_nothing_is(index: ChromaIndex) -> None:
    assert index.near(KIND, [1.0, 0.0], 5) == []
    assert index.cases(KIND) == set()


def test_a_case_put_again_is_replaced(index: ChromaIndex) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    index.put(KIND, [entry("A", 0, 1, cause="y")])
    found = index.near(KIND, [0.0, 1.0], 5)
    assert [(one.case, one.notes["cause"]) for one in found] == [("A", "y")]


def test_kinds_are_kept_apart(index: ChromaIndex) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    index.put("production/variance", [entry("B", 1, 0)])
    assert (index.cases(KIND), index.cases("production/variance")) == ({"A"}, {"B"})
    assert index.kinds() == [KIND, "production/variance"]


def test_a_cleared_index_is_empty_and_works_on(index: ChromaIndex) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    index.clear()
    assert (index.kinds(), index.near(KIND, [1.0, 0.0], 1)) == ([], [])
    index.put(KIND, [entry("B", 1, 0)])
    assert index.cases(KIND) == {"B"}


def test_what_was_put_is_there_after_a_restart(index: ChromaIndex, folder: Path) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    index.close()
    again = ChromaIndex(folder, "two", 2)
    assert again.cases(KIND) == {"A"}
    again.close()
    assert index.cases(KIND) == {"A"}


@pytest.mark.parametrize(("embedder", "dimension"), [("other", 2), ("two", 3)])
def test_another_embedder_is_refused_until_the_index_is_made_anew(
    index: ChromaIndex, folder: Path, embedder: str, dimension: int
) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    index.close()
    other = ChromaIndex(folder, embedder, dimension)
    vector = [1.0] + [0.0] * (dimension - 1)
    for _ in range(2):
        with pytest.raises(IndexUnusable, match="precedents reindex") as refused:
            other.near(KIND, vector, 1)
        assert not refused.value.held
    with pytest.raises(IndexUnusable):
        other.put(KIND, [Entry("B", vector, {"cause": "x"})])
    other.clear()
    other.put(KIND, [Entry("B", vector, {"cause": "x"})])
    assert other.cases(KIND) == {"B"}
    other.close()


def test_a_refused_embedder_leaves_the_index_to_its_own(index: ChromaIndex, folder: Path) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    index.close()
    other = ChromaIndex(folder, "other", 2)
    with pytest.raises(IndexUnusable):
        other.cases(KIND)
    other.close()
    assert index.cases(KIND) == {"A"}


OTHER_PROCESS = """
import sys
from pathlib import Path
from agent.precedents.index import ChromaIndex, IndexUnusable
try:
    ChromaIndex(Path(sys.argv[1]), "two", 2).kinds()
except IndexUnusable as error:
    print(error.held, error)
"""


def test_a_second_process_is_refused_while_the_first_lives(
    index: ChromaIndex, folder: Path
) -> None:
    index.put(KIND, [entry("A", 1, 0)])
    command = [sys.executable, "-c", OTHER_PROCESS, str(folder)]
    refused = subprocess.run(command, capture_output=True, text=True, check=True)
    assert refused.stdout.startswith("True another process holds")
    index.close()
    let_in = subprocess.run(command, capture_output=True, text=True, check=True)
    assert let_in.stdout == ""


async def test_cases_that_recall_at_once_open_it_once(index: ChromaIndex) -> None:
    found = await asyncio.gather(
        *(asyncio.to_thread(index.near, KIND, [1.0, 0.0], 1) for _ in range(8))
    )
    assert found == [[]] * 8


def test_nothing_is_opened_before_it_is_used(folder: Path) -> None:
    ChromaIndex(folder, "two", 2).close()
    assert not folder.exists()
