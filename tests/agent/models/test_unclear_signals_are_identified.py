"""What no playbook recognises is put to a model once; whatever is wrong with its answer, nobody."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.case.conflict import Signal
from agent.playbooks.catalog import catalog
from agent.reasoning.asker import Asker
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance
from agent.reasoning.calling import Line
from agent.reasoning.identifying import NONE, ModelIdentifier, candidates
from tests.agent.models.dossiers import Book, Kept
from tests.agent.models.provider import Failed, Provider, Said
from tools.patience import Rhythm

KIND = "production/confirmation_quantity"
NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
UNCLEAR = Signal(
    id="sig-9",
    source="/line/4",
    type="line.message.v1",
    time=NOW,
    plant="1010",
    keys={"order": "1000012", "confirmation": "7001"},
    text="Schichtbuch: 98 statt 100 gemeldet. Frag Kollege Zander, A. Schmidt weiß es auch.",
    data={"order": "1000012", "operator": "Anna Schmidt"},
)


def claim(kind: str = KIND, confidence: float = 0.95, **more: Any) -> str:
    because = "The shift book and the order 1000012 differ in quantity."
    return json.dumps({"kind": kind, "confidence": confidence, "because": because} | more)


@pytest.fixture
async def identifier(
    openai: Asker, calls: Kept, book: Book, rhythm: Rhythm
) -> AsyncIterator[ModelIdentifier]:
    allowance = Allowance(seconds=10.0)
    asking = Asking((Line(openai, calls, rhythm, seconds=5.0),), book, rhythm, allowance)
    yield ModelIdentifier(asking, catalog(), lambda: NOW)
    await asking.close()


async def test_a_model_names_one_of_the_kinds_and_is_asked_once(
    provider: Provider, identifier: ModelIdentifier, calls: Kept
) -> None:
    provider.says(Said(claim()))
    said = await identifier.identify(UNCLEAR)
    assert said is not None
    assert said.kind == KIND
    assert said.by.endswith("/openai:tiny-1")
    assert calls.purposes == ["identify"]


async def test_names_in_the_signal_stay_here(
    provider: Provider, identifier: ModelIdentifier
) -> None:
    provider.says(Said(claim()))
    await identifier.identify(UNCLEAR)
    sent = json.dumps(provider.asked, ensure_ascii=False).lower()
    assert "zander" not in sent
    assert "schmidt" not in sent


@pytest.mark.parametrize(
    "answer",
    [
        claim("production/bogus"),
        claim(confidence=0.5),
        claim(NONE),
        claim(order="9999999"),
        claim(because="Order 9999999 says so."),
        claim(confidence=7),
        "it is the quantity",
        "",
    ],
)
async def test_an_answer_that_cannot_be_used_is_none_and_says_why(
    provider: Provider, identifier: ModelIdentifier, answer: str, calls: Kept
) -> None:
    provider.says(Said(answer))
    said = await identifier.identify(UNCLEAR)
    assert said is not None
    assert said.kind is None
    assert said.why
    assert len(calls.calls) <= 4


async def test_a_server_that_fails_leaves_it_to_a_person(
    provider: Provider, identifier: ModelIdentifier
) -> None:
    provider.says(Failed(401, "no key"))
    said = await identifier.identify(UNCLEAR)
    assert said is not None
    assert said.kind is None
    assert "401" in said.why


async def test_what_no_kind_could_be_about_is_not_asked(
    provider: Provider, identifier: ModelIdentifier
) -> None:
    provider.says(Said(claim()))
    assert await identifier.identify(replace(UNCLEAR, keys={"equipment": "P-200"})) is None
    assert provider.asked == []


async def test_words_that_may_not_be_used_leave_it_to_a_person(
    identifier: ModelIdentifier, book: Book
) -> None:
    book.none = True
    said = await identifier.identify(UNCLEAR)
    assert said is not None
    assert said.kind is None


def test_only_kinds_whose_object_the_signal_names_are_offered() -> None:
    offered = candidates(UNCLEAR, catalog())
    assert KIND in offered
    assert {catalog().playbooks[kind].object_key for kind in offered} <= set(UNCLEAR.keys)
