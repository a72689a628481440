"""Every call is written down: facts about it for good, its texts as long as the plant says."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.box import plants_folder
from agent.playbooks.catalog import catalog
from agent.reasoning.asker import Asker
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Price
from agent.reasoning.calling import Line
from agent.reasoning.model import ModelReasoner
from agent.reasoning.recording import RecordedCalls
from agent.reasoning.weighing import Weighing
from agent.records.audit import AuditTrail, entries_of
from agent.records.canonical import digest
from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.records.signal_names import case_id
from agent.records.texts import forget, texts_of
from tests.agent.models.dossiers import SECOND, Book, Kept, dossier, opinion
from tests.agent.models.provider import Failed, Provider, Said
from tools.patience import Rhythm
from tools.plant.model import Plant
from tools.plant.reading import check_plants
from tools.sandbox.clock import SandboxClock

CASE = case_id("/dm/1010", "sig-1")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.of_home(tmp_path)
    upgrade(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def plant() -> Plant:
    plants = [checked.plant for checked in check_plants(plants_folder(), None)]
    return next(one for one in plants if one is not None and one.code == "1010")


def judge(asker: Asker, recorded: RecordedCalls, rhythm: Rhythm, book: Book) -> ModelReasoner:
    line = Line(asker, recorded, rhythm, Price(Decimal(1), Decimal(10)))
    return ModelReasoner(Asking((line,), book, rhythm), catalog(), Weighing())


def hashes_only(plant: Plant) -> Plant:
    retention = plant.retention.model_copy(update={"model_texts": "hashes"})
    return plant.model_copy(update={"retention": retention})


async def test_what_was_asked_and_answered_is_kept_as_long_as_the_plant_says(
    provider: Provider, openai: Asker, rhythm: Rhythm, database: Database, plant: Plant
) -> None:
    clock = SandboxClock()
    provider.says(Failed(500, "boom"), Said(opinion(SECOND)))
    recorded = RecordedCalls(database, {"1010": plant}, clock.now)
    reasoner = judge(openai, recorded, rhythm, Book())
    await reasoner.diagnose(dossier())
    await reasoner.close()
    with database.read() as session:
        failed, answered = entries_of(session, CASE)
        texts = texts_of(session, CASE)
    assert [one.what for one in (failed, answered)] == ["model asked"] * 2
    assert [one.details["purpose"] for one in (failed, answered)] == ["diagnose", "again"]
    assert failed.details["trouble"].startswith("500")
    said = answered.details
    assert (said["prompt"], said["version"], said["alias"]) == ("diagnose", "1.0.0", "production")
    assert (said["model"], said["returned"]) == ("openai:tiny", "tiny-1")
    assert said["tokens_in"] > 100
    assert float(said["cost"]) == pytest.approx((said["tokens_in"] + 400) / 1e6)
    kept = texts[answered.sequence]
    assert kept["sent"]["messages"] == provider.asked[1]["messages"]
    assert json.loads(kept["answered"]["text"])["cause"] == SECOND
    assert digest(kept) == said["texts"]
    with database.write() as session:
        forget(session, clock.now() + timedelta(days=plant.retention.days + 1))
    with database.read() as session:
        assert texts_of(session, CASE) == {}
    assert AuditTrail(database).verify() == []


async def test_a_plant_may_keep_hashes_only(
    provider: Provider, openai: Asker, rhythm: Rhythm, database: Database, plant: Plant
) -> None:
    provider.says(Said(opinion(SECOND)))
    recorded = RecordedCalls(database, {"1010": hashes_only(plant)}, SandboxClock().now)
    reasoner = judge(openai, recorded, rhythm, Book())
    await reasoner.diagnose(dossier())
    await reasoner.close()
    with database.read() as session:
        (entry,) = entries_of(session, CASE)
        assert texts_of(session, CASE) == {}
    assert entry.details["kept"] is False
    assert len(entry.details["texts"]) == 64
    assert "bags" not in json.dumps(entry.details)


async def test_a_shadow_is_recorded_and_never_heard(
    provider: Provider,
    openai: Asker,
    reasoner_of: Callable[..., ModelReasoner],
    book: Book,
    calls: Kept,
) -> None:
    provider.says(Said(opinion(SECOND)), Said(opinion("unclear"), delay=0.1))
    plain = await reasoner_of(openai).diagnose(dossier())
    book.shadow = "2.0.0"
    provider.says(Said(opinion(SECOND)), Said(opinion("unclear"), delay=0.1))
    reasoner = reasoner_of(openai)
    beside = await reasoner.diagnose(dossier())
    assert beside == plain
    await reasoner.close()
    assert calls.purposes == ["diagnose", "diagnose", "shadow"]
    shadow = calls.calls[-1]
    assert (shadow.occasion.words.version, shadow.occasion.words.alias) == ("2.0.0", "shadow")
    assert shadow.answer is not None


async def test_failing_shadows_do_not_close_the_line(
    provider: Provider, openai: Asker, reasoner_of: Callable[..., ModelReasoner], book: Book
) -> None:
    book.shadow = "2.0.0"
    good = Said(opinion(SECOND))

    provider.says(lambda asked: Failed(500) if "2.0.0" in asked["messages"][0]["content"] else good)
    reasoner = reasoner_of(openai)
    for _ in range(6):
        assert (await reasoner.diagnose(dossier())).cause == SECOND
