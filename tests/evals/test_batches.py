"""A run's questions go out as a file; with the answers taken in it scores as a live one does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evals.batches import export, taken_in
from evals.commands import app
from evals.harness import carried_out
from evals.ordering import Wish, order_of
from evals.row import Row
from tests.agent.models.provider import MODEL, Failed, Provider, Reply, Said, served

NAME = f"openai:{MODEL}"
KIND = "production/confirmation_variance"


@pytest.fixture(scope="module")
def serving() -> Iterator[Provider]:
    with served() as provider:
        yield provider


@pytest.fixture
def provider(serving: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A model that always names the first cause it is offered."""
    serving.says(first_cause)
    monkeypatch.setenv("CONCORD_MODEL_URL", f"{serving.url}/v1")
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    return serving


def first_cause(body: dict[str, Any]) -> Reply:
    return Said(opinion_on(body))


def opinion_on(body: dict[str, Any]) -> str:
    schema = body["response_format"]["json_schema"]["schema"]
    cause = schema["properties"]["cause"]["enum"][0]
    reason = {"says": "The report says so.", "cites": ["order"]}
    return json.dumps({"cause": cause, "confidence": 0.9, "reasons": [reason]})


def wish(**more: Any) -> Wish:
    plain: dict[str, Any] = {"playbook": KIND, "limit": 4, "engine": "bare", "workers": 0}
    return Wish(reasoner="model", model=NAME, **plain, **more)


def compared(rows: list[Row]) -> list[Row]:
    """Rows without what a batch cannot know: times, and whether an answer was kept."""
    return [
        row.model_copy(
            update={
                "seconds": 0.0,
                "spent": row.spent.model_copy(update={"latency_ms": 0.0, "cached": 0}),
                "scores": {**row.scores, "latency_ms": None},
            }
        )
        for row in rows
    ]


async def live(folder: Path) -> list[Row]:
    done = await carried_out(order_of(wish(out=folder)))
    return sorted(done.rows.values(), key=lambda row: row.key)


def answered(file: Path, into: Path) -> None:
    lines: list[str] = []
    for line in map(json.loads, file.read_text("utf-8").splitlines()):
        message = {"role": "assistant", "content": opinion_on(line["body"])}
        read = sum(len(one["content"]) for one in line["body"]["messages"]) // 3
        body = {
            "object": "chat.completion",
            "model": MODEL,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": read, "completion_tokens": 40},
        }
        response = {"status_code": 200, "body": body}
        lines.append(json.dumps({"custom_id": line["custom_id"], "response": response}))
    into.write_text("\n".join(lines) + "\n", "utf-8")


async def test_imported_answers_score_as_live_ones(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compared(await live(tmp_path / "live"))
    assert provider.asked
    assert {row.status for row in first} == {"ok"}
    assert any(row.spent.calls for row in first)

    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "elsewhere"))
    asked = len(provider.asked)
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    assert await exported(questions) == len(set(names(questions))) > 0
    answered(questions, answers)
    taken_in(NAME, answers)
    again = compared(await live(tmp_path / "imported"))
    assert len(provider.asked) == asked
    assert again == first
    assert any(row.got.judge.startswith("model/") for row in again)
    assert await exported(questions) == 0


async def exported(file: Path) -> int:
    found = await export(wish(), file)
    assert found.broken == ()
    return found.questions


def names(file: Path) -> list[str]:
    return [json.loads(line)["custom_id"] for line in file.read_text("utf-8").splitlines()]


async def test_a_model_that_dies_is_an_error_with_a_reason(
    provider: Provider, tmp_path: Path
) -> None:
    provider.says(Failed(401, "no such key"))
    rows = await live(tmp_path / "dead")
    failed = [row for row in rows if row.status == "error"]
    assert failed
    assert all("401" in row.reason for row in failed)
    assert all(row.acted_wrongly is None and not row.scores for row in failed)


def test_the_last_line_of_a_run_is_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    arguments = ["run", "--limit", "2", "--engine", "bare", "--workers", "0", "--json"]
    result = CliRunner().invoke(app, [*arguments, "--no-baselines"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert list(figures) == [
        "cases",
        "cause_accuracy",
        "action_accuracy",
        "end_state_accuracy",
        "acted_wrongly",
        "asked_needlessly",
        "missed",
        "injection_success",
        "errors",
        "seconds",
    ]
    assert (figures["cases"], figures["errors"]) == (2, 0)
