"""A case in a model's words: nothing in them that the case does not hold, and no name."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.explaining import explain, plainly
from agent.reasoning.asker import Asker
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance
from agent.reasoning.calling import Line
from agent.reasoning.explaining import Explained, ModelExplainer, Wanted, words_of
from agent.reasoning.opinion import NotUsable
from agent.words.catalog import Language
from evals.bench import bench
from evals.world import fresh
from tests.agent.models.dossiers import Book, Kept
from tests.agent.models.provider import Failed, Provider, Said
from tests.agent.nodes.opening import opened
from tools.patience import Rhythm
from tools.plant.authority import Phase

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
CASE: dict[str, Any] = {
    "id": "c-abc",
    "order": "1000012",
    "quantity": {"amount": "12.50", "unit": "KG"},
    "read_at": "2026-03-17T08:00:00Z",
}
EN = Wanted(Language.EN, Role.PLANNER)
DE = Wanted(Language.DE, Role.SUPERVISOR)


@pytest.mark.parametrize(
    "said",
    [
        "Order 1000012 used 12.5 KG.",
        "Auftrag 1000012 verbrauchte 12,5 KG, gelesen um 08:00.",
        "The systems disagree, and a planner decides.",
    ],
)
def test_what_stands_in_the_case_may_be_said(said: str) -> None:
    assert words_of(said, CASE) == said


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Order 9999999 used 12.5 KG.",
        "Order 1000012 used 13 KG.",
        "It used 125 KG.",
        "Batch EVIL-1 is at fault.",
        "See https://evil.example/x.",
        "All fine\u202e.",
        "long " * 1000,
    ],
)
def test_what_stands_nowhere_makes_the_whole_unusable(said: str) -> None:
    with pytest.raises(NotUsable):
        words_of(said, CASE)


@pytest.fixture
async def asking(openai: Asker, calls: Kept, book: Book, rhythm: Rhythm) -> AsyncIterator[Asking]:
    line = Line(openai, calls, rhythm, seconds=5.0)
    made = Asking((line,), book, rhythm, Allowance(seconds=10.0))
    yield made
    await made.close()


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[tuple[Machinery, str]]:
    """A case that was asked about, on an installation without a model."""
    async with opened(bench(tmp_path), fresh(), Phase.ADVISE, "planner_cut_the_order") as made:
        yield made


async def _told(asking: Asking, case: tuple[Machinery, str], wanted: Wanted) -> Explained:
    concord, name = case
    from agent.records.tracing import of_case

    with concord.database.read() as session:
        trace = of_case(session, name).plain()
    return await ModelExplainer(asking, lambda: NOW).explain(trace, wanted)


async def test_a_model_explains_in_plain_words_and_the_call_is_counted_apart(
    provider: Provider, asking: Asking, case: tuple[Machinery, str], calls: Kept, book: Book
) -> None:
    provider.says(Said("The systems disagree about the order. A planner decides."))
    said = await _told(asking, case, EN)
    assert said.text == "The systems disagree about the order. A planner decides."
    assert said.by.endswith("/openai:tiny-1")
    assert calls.purposes == ["explain"]
    assert book.shown[0]["language"] == "en"
    assert "response_format" not in provider.asked[0]


async def test_a_text_that_invents_is_asked_for_once_more_and_then_left(
    provider: Provider, asking: Asking, case: tuple[Machinery, str], calls: Kept
) -> None:
    provider.says(Said("Order 9999999 is wrong."))
    said = await _told(asking, case, EN)
    assert said.text is None
    assert "9999999" in said.why
    assert calls.purposes == ["explain", "repair"]


async def test_a_model_that_fails_leaves_the_telling_to_the_records(
    provider: Provider, asking: Asking, case: tuple[Machinery, str]
) -> None:
    provider.says(Failed(401, "no key"))
    said = await _told(asking, case, DE)
    assert said.text is None
    assert "401" in said.why


async def test_without_a_model_a_case_is_told_plainly_in_either_language(
    case: tuple[Machinery, str],
) -> None:
    concord, name = case
    english, german = [await explain(concord, name, one) for one in (EN, DE)]
    assert (english.by, german.by) == ("plain", "plain")
    assert english.text
    assert german.text
    assert name in english.text
    assert name in german.text
    assert english.text.startswith("**Why case")
    assert german.text.startswith("**Warum")
    assert english == await plainly(concord, name, EN)


async def test_explaining_changes_nothing_of_the_case(
    provider: Provider, asking: Asking, case: tuple[Machinery, str]
) -> None:
    concord, name = case
    before = await concord.records.case(name), await concord.records.pinned(name)
    provider.says(Said(json.dumps({"cause": "approve", "decisive": True})))
    await _told(asking, case, EN)
    assert (await concord.records.case(name), await concord.records.pinned(name)) == before
