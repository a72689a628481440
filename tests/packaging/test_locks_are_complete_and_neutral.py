"""The locks install the same bytes anywhere: all hashed, no index named, each in the next larger.

What is installed is locked: the runtime, what several nodes need besides, what development needs.
"""

import re
import tomllib
from pathlib import Path

import pytest

PIN = re.compile(
    r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)((?: ;[^\\]*)?) \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.M
)
NAMED = re.compile(r"^[\w.-]+")
RUNTIME, NODES = "requirements.lock", "requirements-nodes.lock"
DEVELOPMENT = "requirements-dev.lock"
LOCKS = [RUNTIME, NODES, DEVELOPMENT]
EXTRAS = ("postgres", "mqtt")
INSTALL = re.compile(r"pip install ([^&\\\n]+)")


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


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_its_hashes(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    requirements = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert len(requirements) == len(PIN.findall(text)) > 100


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_says_where_to_install_from(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    assert re.findall(r"\S*(?:://|--index|--extra-index|--find-links|file:| @ )\S*", text) == []


def test_what_runs_is_what_was_tested(root: Path) -> None:
    assert _pins(root / RUNTIME) <= _pins(root / NODES) <= _pins(root / DEVELOPMENT)


def test_several_nodes_have_what_their_extras_ask_for(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    locked = {name for name, _, _ in _pins(root / NODES)}
    asked = {_normal(requirement) for extra in EXTRAS for requirement in extras[extra]}
    assert len(asked) >= 4
    assert asked - locked == set()


def test_an_image_holds_nothing_that_was_not_locked(root: Path) -> None:
    """What pip installs there is from the lock, or is Concord itself, without a resolver."""
    installs = INSTALL.findall((root / "deploy/Dockerfile").read_text("utf-8"))
    locked, itself = (one.split() for one in installs)
    assert locked == ["--require-hashes", "--no-deps", "-r", NODES]
    assert {"--no-deps", "--no-build-isolation", "."} == set(itself)


def test_every_lock_is_made_anew_and_what_runs_is_audited(root: Path) -> None:
    rules = (root / "Makefile").read_text("utf-8")
    for lock in LOCKS:
        assert len(re.findall(rf"--output-file {lock}$", rules, re.M)) == 1, lock
    [audited] = re.findall(r"^RUNS := (.+)$", rules, re.M)
    assert audited.split() == [RUNTIME, NODES]
    assert "for lock in $(RUNS)" in rules.partition("\naudit:")[2].partition("\n\n")[0]


def test_the_runtime_lock_holds_what_the_project_asks_for_and_what_builds_it(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    asked = project["project"]["dependencies"] + project["build-system"]["requires"]
    locked = {name for name, _, _ in _pins(root / RUNTIME)}
    assert {_normal(requirement) for requirement in asked} - locked == set()
