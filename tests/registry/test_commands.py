"""``concord prompts`` as people type it."""

import json
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from registry.commands import app
from registry.promotions import GateRecord
from registry.registry import Registry

Run = Callable[..., Result]


@pytest.fixture
def run(registry: Registry, folder: Path) -> Run:
    def invoke(*arguments: str) -> Result:
        assert registry.shelf.folder == folder
        return CliRunner().invoke(app, list(arguments), env={"CONCORD_PROMPTS": str(folder)})

    return invoke


def test_the_command_is_found_through_its_entry_point() -> None:
    points = {point.name: point.value for point in entry_points(group="concord.commands")}
    assert points["prompts"] == "registry.commands:app"


def test_prompts_are_listed_with_what_they_are_in_use_as(run: Run) -> None:
    assert "weigh     1.0.0" in run("list").stdout
    rows = json.loads(run("list", "--json").stdout)
    assert [(row["version"], row["used_as"]) for row in rows] == [
        ("1.0.0", ["production"]),
        ("1.1.0", []),
    ]


def test_a_version_is_shown_and_compared(run: Run) -> None:
    assert "Say what is heavier." in run("show", "weigh", "1.0.0").stdout
    assert json.loads(run("show", "weigh", "1.0.0", "--json").stdout)["name"] == "weigh"
    diff = run("diff", "weigh", "1.0.0", "1.1.0").stdout
    assert "-Say what is heavier. {{ page }}" in diff
    assert "+Say what weighs more. {{ page }}" in diff
    assert json.loads(run("diff", "weigh", "1.0.0", "1.0.0", "--json").stdout)["diff"] == []


def test_a_prompt_is_rendered_from_a_file_of_inputs(run: Run, tmp_path: Path) -> None:
    inputs: dict[str, Any] = {
        "plant": "1",
        "page": "p",
        "note": "n",
        "most": 3,
        "facts": {},
        "rows": [],
    }
    file = tmp_path / "inputs.json"
    file.write_text(json.dumps(inputs), encoding="utf-8")
    assert "Plant 1, at most 3.\n| n" in run("render", "weigh", str(file)).stdout
    done = json.loads(run("render", "weigh", str(file), "--version", "1.1.0", "--json").stdout)
    assert done["version"] == "1.1.0"
    file.write_text("[]", encoding="utf-8")
    assert run("render", "weigh", str(file)).exit_code == 1


def test_verify_ends_with_one_where_a_byte_was_edited(run: Run, folder: Path) -> None:
    assert run("verify").exit_code == 0
    path = folder / "weigh" / "1.0.0.prompty"
    path.write_bytes(path.read_bytes().replace(b"heavier.", b"heavier!"))
    done = run("verify", "--json")
    assert (done.exit_code, json.loads(done.stdout)["ok"]) == (1, False)


def test_promoting_is_refused_then_done_then_undone(
    run: Run, judged: Callable[..., GateRecord]
) -> None:
    model = "openai:judge-2026-01-01"
    wish = ("promote", "weigh", "1.1.0", "--model", model, "--dataset", "d" * 64, "--by", "anna")
    refused = run(*wish)
    assert refused.exit_code == 1
    assert "the gate has never judged" in refused.output
    judged("1.1.0")
    assert json.loads(run(*wish).stdout)["number"] == 1
    done = run("rollback", "weigh", "--by", "anna", "--reason", "it guesses", "--json")
    assert json.loads(done.stdout)["to_version"] == "1.0.0"


def test_a_version_may_be_tried_by_some_cases(run: Run) -> None:
    done = run("use", "weigh", "canary", "1.1.0", "--percent", "5", "--json")
    assert json.loads(done.stdout)["canary"] == {"version": "1.1.0", "percent": 5, "salt": "1"}
    assert run("use", "weigh", "canary", "1.1.0", "--percent", "101").exit_code == 1
    assert run("use", "weigh", "shadow", "9.9.9").exit_code == 1
    assert "canary" not in json.loads(run("use", "weigh", "canary", "--json").stdout)
