"""What deploy/ says: variables are settings, commands are there, no two processes are one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.settings import PREFIX, Settings

HOMES = "/var/lib/concord"


@pytest.fixture(scope="module")
def deploy(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "deploy"


@pytest.fixture(scope="module")
def services(deploy: Path) -> dict[str, Any]:
    return yaml.safe_load((deploy / "compose.yaml").read_text("utf-8"))["services"]


def test_every_variable_is_a_setting(deploy: Path) -> None:
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    named = {
        (file.name, variable)
        for file in deploy.rglob("*")
        if file.is_file()
        for variable in re.findall(rf"{PREFIX}[A-Z_]+", file.read_text("utf-8"))
    }
    assert len({variable for _, variable in named}) > 15
    assert {one for one in named if one[1] not in settings} == set()


def test_every_variable_that_is_set_is_explained(deploy: Path) -> None:
    explained = set(re.findall(rf"{PREFIX}[A-Z_]+", (deploy / "README.md").read_text("utf-8")))
    used = {
        variable
        for file in (deploy / "compose.yaml", deploy / "Dockerfile", *deploy.glob("systemd/*"))
        for variable in re.findall(rf"{PREFIX}[A-Z_]+", file.read_text("utf-8"))
    }
    assert used <= explained


def test_every_command_is_one(deploy: Path, services: dict[str, Any]) -> None:
    shipped = {file.stem for file in (deploy.parent / "agent/commands").glob("*.py")}
    commands = {one["command"][0] for one in services.values() if "command" in one}
    units = "".join(file.read_text("utf-8") for file in deploy.glob("systemd/*.service"))
    commands |= set(re.findall(r"bin/concord (\w+)", units))
    assert commands == {"migrate", "serve", "edge"}
    assert commands <= shipped


def test_no_two_processes_share_a_name_or_a_folder(services: dict[str, Any]) -> None:
    serving = [one for one in services.values() if one.get("command", [""])[0] == "serve"]
    assert len(serving) >= 3
    names = [one["environment"]["CONCORD_EXECUTOR_ID"] for one in serving]
    assert len(set(names)) == len(names)
    homes = list(_homes(services))
    assert len(homes) == len(serving)
    assert len(set(homes)) == len(homes)


def test_every_unit_that_serves_has_a_name_of_its_own(deploy: Path) -> None:
    units = [file.read_text("utf-8") for file in deploy.glob("systemd/*.service")]
    serving = [unit for unit in units if "concord serve" in unit]
    names = [found for unit in serving for found in re.findall(r"CONCORD_EXECUTOR_ID=(\S+)", unit)]
    assert len(set(names)) == len(serving) == 2


def test_nothing_starts_before_the_tables_are_there(services: dict[str, Any]) -> None:
    for name, one in services.items():
        if one.get("command", [""])[0] == "serve":
            condition = one["depends_on"]["migrate"]["condition"]
            assert (name, condition) == (name, "service_completed_successfully")


def _homes(services: dict[str, Any]) -> Iterator[str]:
    for one in services.values():
        for volume in one.get("volumes", ()):
            source, _, target = volume.partition(":")
            if target == HOMES:
                yield source
