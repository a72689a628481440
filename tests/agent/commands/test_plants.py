"""`concord plants` checks plant files, prints their schema and starts new ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.commands.plants import app
from tools.plant.schema import schema_text


def concord_plants(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def plant_file(folder: Path, code: str = "2000") -> Path:
    assert concord_plants("new", code, "--folder", folder).exit_code == 0
    return folder / f"{code}.toml"


def test_a_new_plant_lies_where_plants_are_with_its_schema_beside_it(concord_home: Path) -> None:
    result = concord_plants("new", "2000", "--mes", "ignition", "--json")
    folder = concord_home / "plants"
    assert json.loads(result.stdout) == {
        "file": str(folder / "2000.toml"),
        "schema": str(folder / "plant.schema.json"),
    }
    assert (folder / "plant.schema.json").read_text(encoding="utf-8") == schema_text()
    checked = concord_plants("check", "--no-environment")
    assert checked.exit_code == 0
    assert "2000 Plant 2000 (s4, ignition, s4_pm) is in order." in checked.stdout


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    file = plant_file(tmp_path)
    file.write_text("mine", encoding="utf-8")
    result = concord_plants("new", "2000", "--folder", tmp_path)
    assert (result.exit_code, file.read_text(encoding="utf-8")) == (1, "mine")
    assert "is there already" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("../out",), "plant.code: "),
        (("2000", "--name", "two\nlines"), ": "),
        (("2000", "--time-zone", "Berlin"), "plant.time_zone: is no time zone"),
    ],
)
def test_a_plant_that_could_not_be_is_not_written(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    result = concord_plants("new", *arguments, "--folder", tmp_path / "plants")
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert said in result.stderr


def test_problems_are_lines_an_editor_can_follow(tmp_path: Path) -> None:
    file = plant_file(tmp_path)
    result = concord_plants("check", file)
    assert result.exit_code == 1
    first = result.stdout.splitlines()[0]
    assert first.startswith(f"{file}:15: systems.erp.url_env: the environment has no CONCORD_2000_")


def test_problems_come_as_json_too(tmp_path: Path) -> None:
    file = plant_file(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('code = "2000"\nname', "code = 2000\nname"), encoding="utf-8")
    result = concord_plants("check", tmp_path, "--no-environment", "--json")
    told: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, told["plants"]) == (1, [])
    assert told["problems"] == [
        {
            "file": str(file),
            "line": 6,
            "column": 1,
            "key": "plant.code",
            "problem": "stands without quotes",
            "remedy": 'Codes are text: write "2000".',
        }
    ]


def test_two_plants_of_one_code_are_found_in_a_folder(tmp_path: Path) -> None:
    file = plant_file(tmp_path)
    (tmp_path / "copy.toml").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    result = concord_plants("check", tmp_path, "--no-environment")
    assert result.exit_code == 1
    assert "plant 2000 is described in" in result.stdout


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    result = concord_plants("check", tmp_path / "none.toml", tmp_path / "none")
    assert result.exit_code == 1
    assert "cannot be read" in result.stdout
    assert "is no folder" in result.stdout


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    assert concord_plants("schema").stdout == schema_text()
    out = tmp_path / "plant.schema.json"
    assert concord_plants("schema", "--out", out).exit_code == 0
    assert out.read_text(encoding="utf-8") == schema_text()


def test_settings_that_cannot_be_used_are_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONCORD_MODEL", "gpt")
    result = concord_plants("check")
    assert result.exit_code == 1
    assert "CONCORD_MODEL" in result.stderr
