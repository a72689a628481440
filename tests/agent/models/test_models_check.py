"""``concord models check`` says what a model can do before cases depend on it."""

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.commands.models import app
from tests.agent.models.provider import Failed, Provider, Reply, Said

GOOD = json.dumps(
    {
        "cause": "spilled",
        "confidence": 0.9,
        "reasons": [{"says": "KORALLE", "cites": ["report"]}],
    }
)


def checked(*options: str) -> Result:
    return CliRunner().invoke(app, ["check", *options])


@pytest.fixture(params=["openai", "ollama"])
def configured(
    request: pytest.FixtureRequest, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> Provider:
    monkeypatch.setenv("CONCORD_MODEL", f"{request.param}:tiny")
    suffix = "/v1" if request.param == "openai" else ""
    monkeypatch.setenv("CONCORD_MODEL_URL", f"{provider.url}{suffix}")
    return provider


def test_a_good_model_is_usable_on_the_first_rung(configured: Provider) -> None:
    configured.says(Said(GOOD))
    done = checked("--json")
    (told,) = json.loads(done.stdout)
    assert (done.exit_code, told["usable"], told["rung"], told["context"]) == (
        0,
        True,
        "json_schema",
        True,
    )
    assert told["returned"] == "tiny-1"
    assert [rung["works"] for rung in told["rungs"]] == [True] * 3


def test_a_model_that_only_calls_functions_is_usable_there(configured: Provider) -> None:
    def only_functions(asked: dict[str, Any]) -> Reply:
        return Said(GOOD) if asked.get("tools") else Said("prose")

    configured.says(only_functions)
    done = checked()
    assert done.exit_code == 0
    assert re.search(r"json_schema .*not one JSON object", done.stdout)
    assert re.search(r"function_calling .*works", done.stdout)


def test_a_server_that_cuts_long_prompts_is_found_out(configured: Provider) -> None:
    def short_of_memory(asked: dict[str, Any]) -> Reply:
        long = sum(len(one["content"]) for one in asked["messages"]) > 8_000
        return Said(GOOD, tokens_in=2_000 if long else None)

    configured.says(short_of_memory)
    done = checked()
    assert done.exit_code == 1
    assert "read 2000 tokens" in done.stdout


def test_a_model_that_forgets_the_beginning_is_found_out(configured: Provider) -> None:
    configured.says(Said(GOOD.replace("KORALLE", "The pallet tipped over")))
    done = checked()
    assert done.exit_code == 1
    assert "the beginning of a long prompt was not read" in done.stdout


def test_a_wrong_key_is_said(configured: Provider) -> None:
    configured.says(Failed(401, "bad key"))
    done = checked("--json")
    (told,) = json.loads(done.stdout)
    assert (done.exit_code, told["usable"], told["rung"], told["context"]) == (1, False, None, None)
    assert "bad key" in told["rungs"][0]["why"]


def test_without_a_model_it_says_which_setting_to_make() -> None:
    done = checked()
    assert done.exit_code == 1
    assert "CONCORD_MODEL" in done.stdout
