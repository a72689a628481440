"""What `make demo` installs is enough to measure; what needs more says what, and how to get it."""

import subprocess
import sys
from pathlib import Path

import pytest

from evals.engines.engine import default_engine, engine_of

# The extra's packages are put out of reach before anything of Concord is imported.
ALONE = """
import sys
sys.modules |= {"inspect_ai": None, "matplotlib": None}
from agent.cli import main
sys.argv[0] = "concord"
main()
"""


def alone(root: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ALONE, *map(str, words)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_run_is_played_bare(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ("--limit", 1, "--workers", 0, "--no-baselines", "--out", out)
    ended = alone(pytestconfig.rootpath, "evals", "run", *words)
    assert ended.returncode == 0, ended.stderr
    assert len((out / "result.jsonl").read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "package"),
    [
        (("run", "--limit", 1, "--engine", "inspect"), "inspect-ai"),
        (("report", "nowhere", "--out", "report.html"), "matplotlib"),
    ],
)
def test_what_needs_the_extra_says_how_to_install_it(
    pytestconfig: pytest.Config, tmp_path: Path, words: tuple[object, ...], package: str
) -> None:
    where = ("--out", tmp_path / "run") if "run" in words else ()
    ended = alone(pytestconfig.rootpath, "evals", *words, *where)
    assert ended.returncode == 2
    assert f"needs {package}, of the extra evals" in ended.stderr
    assert "pip install --editable '.[evals]'" in ended.stderr
    assert not (tmp_path / "run").exists()


def test_where_it_is_installed_the_log_is_kept() -> None:
    assert default_engine() == "inspect"
    assert engine_of("inspect").__module__ == "evals.engines.inspect"
