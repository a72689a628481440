"""The locks install the same bytes anywhere: all hashed, no index named, runtime in development."""

import re
import tomllib
from pathlib import Path

import pytest

PIN = re.compile(
    r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)((?: ;[^\\]*)?) \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.M
)
NAMED = re.compile(r"^[\w.-]+")
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


@pytest.fixture
def root(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath


def _pins(lock: Path) -> set[tuple[str, str, str]]:
    return {
        (name, version, hashes) for name, version, _, hashes in PIN.findall(lock.read_text("utf-8"))
    }


def _normal(requirement: str) -> str:
    found = NAMED.match(requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT])
def test_every_requirement_is_pinned_with_its_hashes(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    requirements = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert len(requirements) == len(PIN.findall(text)) > 100


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT])
def test_no_lock_says_where_to_install_from(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    assert re.findall(r"\S*(?:://|--index|--extra-index|--find-links|file:| @ )\S*", text) == []


def test_what_runs_is_what_was_tested(root: Path) -> None:
    assert _pins(root / RUNTIME) <= _pins(root / DEVELOPMENT)


def test_the_runtime_lock_holds_what_the_project_asks_for_and_what_builds_it(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    asked = project["project"]["dependencies"] + project["build-system"]["requires"]
    locked = {name for name, _, _ in _pins(root / RUNTIME)}
    assert {_normal(requirement) for requirement in asked} - locked == set()
