"""``concord evals backtest`` shows what another model, or other words, would have made of cases."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import tools.sandbox
from agent.bootstrap import Machinery
from agent.records.database import FILE
from evals import person
from evals.batches import taken_in
from evals.bench import Trial, bench
from evals.commands import app
from evals.reading import golden
from evals.run import arrived
from evals.world import ADDRESSES, fresh
from tests.agent.models.provider import MODEL, Failed, Provider, served
from tests.evals.verdict.drafts import KIND, NAME, Reader, folder_with
from tools.plant.authority import Phase
from tools.sandbox.changes import story
from tools.sandbox.world import World

READ, LET_BE, EXCLUDED = "cv-039", "cv-044", "cv-072"
RULE = "Do not read notes."
DRAFT = "1.2.0"

Backtest = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of a plant in which three cases were settled, each approved by a person."""
    file = tmp_path_factory.mktemp("closed") / FILE
    asyncio.run(_settled(tmp_path_factory.mktemp("bench"), file))
    return file


async def _settled(folder: Path, file: Path) -> None:
    world = fresh()
    async with bench(folder).machinery(world, Trial(Phase.ADVISE)) as concord:
        for name in (READ, LET_BE, EXCLUDED):
            await _settle(concord, world, name)
        lying = concord.settings.home / FILE
        with closing(sqlite3.connect(lying)) as one, closing(sqlite3.connect(file)) as other:
            one.backup(other)


async def _settle(concord: Machinery, world: World, name: str) -> None:
    case = next(one for one in golden()[KIND].cases if one.id == name)
    view = await arrived(concord, world, case, story.read(case.world).play(world))
    await concord.advance.turn(view.id, None)
    while (decision := await person.answer(concord, view.id, case)) is not None:
        await concord.advance.turn(view.id, decision)


@pytest.fixture(scope="module")
def serving() -> Iterator[Provider]:
    with served() as provider:
        yield provider


@pytest.fixture
def provider(serving: Provider) -> Provider:
    """A model that knows every case, unless its words tell it not to read notes."""
    serving.says(Reader({RULE: (READ, LET_BE)}))
    return serving


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_with(tmp_path_factory.mktemp("words") / "prompts", {DRAFT: RULE})


@pytest.fixture
def backtest(
    records: Path,
    provider: Provider,
    prompts: Path,
    concord_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Backtest:
    """Type the command in an installation that has those records."""
    concord_home.mkdir()
    shutil.copy(records, concord_home / FILE)
    shutil.copytree(Path(tools.sandbox.__path__[0]) / "plants", concord_home / "plants")
    for name, value in ADDRESSES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CONCORD_MODEL_URL", f"{provider.url}/v1")
    monkeypatch.setenv("CONCORD_PROMPTS", str(prompts))

    def typed(*words: str) -> dict[str, Any]:
        done = CliRunner().invoke(app, ["backtest", *words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return typed


def by_answer(told: dict[str, Any]) -> list[tuple[str, str | None, list[str]]]:
    """Return cause then, cause now and what changed, of every case."""
    found = [(one["was"]["cause"], one["would"]["cause"], one["changed"]) for one in told["cases"]]
    return sorted(found, key=str)


def test_a_model_that_agrees_changes_nothing_and_nothing_is_written(
    backtest: Backtest, provider: Provider, records: Path, concord_home: Path
) -> None:
    told = backtest("--model", NAME)
    assert told["errors"] == []
    assert told["counts"] == {"cases": 3, "changed": 0, "errors": 0}
    assert len(provider.asked) == 2, "the facts of one case excluded every other cause"
    assert content(concord_home / FILE) == content(records)


def test_other_words_show_what_they_would_have_changed(
    backtest: Backtest, provider: Provider
) -> None:
    told = backtest("--model", NAME, "--prompt", f"diagnose@{DRAFT}")
    assert by_answer(told) == [
        ("setup_waste", None, ["cause", "remedy"]),
        ("unrecorded_scrap", "unrecorded_scrap", []),
        ("unrecorded_scrap", None, ["cause", "remedy"]),
    ]
    assert told["counts"]["people approved something else"] == 2
    assert all(RULE in asked["messages"][0]["content"] for asked in provider.asked)


def test_nobody_who_decided_is_named_to_the_model(backtest: Backtest, provider: Provider) -> None:
    backtest("--reasoner", "model", "--model", NAME)
    assert provider.asked
    assert person.NAME not in json.dumps(provider.asked)


def test_a_model_that_gives_no_answer_is_an_error_and_counts_neither_way(
    backtest: Backtest, provider: Provider
) -> None:
    provider.says(Failed(401, "no such key"))
    told = backtest("--model", NAME)
    assert told["counts"] == {"cases": 1, "changed": 0, "errors": 2}
    assert all("401" in one["why"] for one in told["errors"])


def test_questions_go_out_as_a_file_and_imported_answers_count_as_given(
    backtest: Backtest, provider: Provider, tmp_path: Path
) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    words = ("--model", NAME, "--prompt", DRAFT)
    told = backtest(*words, "--questions", str(questions))
    assert (told["questions"], told["counts"]["cases"], told["errors"]) == (2, 1, [])
    answers.write_text(answered(questions), "utf-8")
    taken_in(NAME, answers)
    told = backtest(*words)
    assert (told["errors"], told["counts"]["changed"]) == ([], 2)
    assert provider.asked == []


def test_what_would_have_been_different_is_told_in_lines(backtest: Backtest) -> None:
    done = CliRunner().invoke(app, ["backtest", "--model", NAME, "--prompt", DRAFT])
    assert "cause, remedy changed  (people approved something else)" in done.stdout
    assert "was    setup_waste: withdraw_confirmation + report_confirmation (ask)" in done.stdout
    assert "would  no cause: nothing is corrected (ask)" in done.stdout
    assert "cases 3  changed 2  errors 0  cause 2  remedy 2" in done.stdout


def test_a_prompt_that_is_not_there_is_refused(backtest: Backtest) -> None:
    done = CliRunner().invoke(app, ["backtest", "--model", NAME, "--prompt", "9.9.9"])
    assert (done.exit_code, "there is no prompt diagnose 9.9.9" in done.output) == (2, True)


def content(file: Path) -> list[str]:
    """Return everything a database holds."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def answered(questions: Path) -> str:
    """Answer a batch as the model would."""
    lines: list[str] = []
    for line in map(json.loads, questions.read_text("utf-8").splitlines()):
        opinion = Reader({RULE: (READ, LET_BE)}).opinion(line["body"])
        message = {"role": "assistant", "content": opinion}
        read = sum(len(one["content"]) for one in line["body"]["messages"]) // 3
        body = {
            "object": "chat.completion",
            "model": MODEL,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": read, "completion_tokens": 40},
        }
        response = {"status_code": 200, "body": body}
        lines.append(json.dumps({"custom_id": line["custom_id"], "response": response}))
    return "\n".join(lines) + "\n"
