"""A top-level package is listed in three places, else it is not built, checked or sorted."""

import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def settings(root: Path) -> dict[str, Any]:
    with (root / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]


def test_the_wheel_is_built_from_exactly_the_packages_there_are(
    settings: dict[str, Any], packages: set[str]
) -> None:
    assert set(settings["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages


def test_import_contracts_look_at_every_package_that_holds_code(
    settings: dict[str, Any], packages: set[str]
) -> None:
    assert set(settings["importlinter"]["root_packages"]) == packages - {"prompts"}


def test_the_import_sorter_knows_every_package_as_ours(
    settings: dict[str, Any], packages: set[str]
) -> None:
    assert packages <= set(settings["ruff"]["lint"]["isort"]["known-first-party"])
