"""``concord deadletters``: what nobody could work on, tried again or put aside."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.arrival import take_in
from agent.clock import now
from agent.commands.deadletters import app
from agent.playbooks.catalog import catalog
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from agent.understanding import Acquaintance
from tests.agent.dispatch.deficits import plant_files


@pytest.fixture
def home(concord_home: Path) -> Path:
    """A home with one dead letter: a signal of a plant that was not known when it came."""
    database = Database.of_home(concord_home)
    upgrade(database.engine)
    event = {
        "specversion": "1.0",
        "id": "s1",
        "source": "/dm/1010",
        "type": "concord.stock.deficit.v1",
        "time": now().isoformat(),
        "data": {"plant": "1010", "order": "1000001", "material": "RM-SEAT-S"},
    }
    arrived = Acquaintance({}, catalog(), now()).understand(json.dumps(event).encode()).arrived
    asyncio.run(take_in(arrived, CaseRecords(database, now), Collected()))
    database.dispose()
    return concord_home


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def listed() -> list[dict[str, Any]]:
    return json.loads(run("list", "--json")[1])


@pytest.mark.usefixtures("home")
def test_they_are_listed_with_the_reason() -> None:
    [letter] = listed()
    assert letter["reason"].startswith("data.plant: no plant '1010' is known here")
    assert "signal s1 of /dm/1010" in run("list")[1]


def test_one_is_tried_again_once_its_plant_is_known(home: Path) -> None:
    plant_files(home / "plants", alone=False)
    code, said = run("replay", "1", "--as", "ina", "--json")
    assert code == 0, said
    assert json.loads(said)["how"] == "new"
    assert listed() == []


@pytest.mark.usefixtures("home")
def test_what_is_still_not_understood_stays_dead_under_its_reason() -> None:
    code, said = run("replay", "1", "--as", "ina")
    assert (code, said) == (0, "It is still not understood: dead letter 2.\n")
    assert [letter["id"] for letter in listed()] == [2]


@pytest.mark.usefixtures("home")
def test_one_is_put_aside_for_good() -> None:
    code, _ = run("drop", "1", "--as", "ina", "--reason", "a test")
    assert (code, listed()) == (0, [])
    assert "There is no dead letter." in run("list")[1]
    assert "(dropped)" in run("list", "--all")[1]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("word", [["replay"], ["drop", "--reason", "so"]])
def test_what_is_not_there_is_said_plainly(word: list[str]) -> None:
    code, said = run(*word[:1], "7", "--as", "ina", *word[1:])
    assert code == 1
    assert "there is no dead letter 7" in said
