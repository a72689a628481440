"""Take a playbook's file and its golden cases away: it is gone, and all else still runs."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from agent.playbooks.catalog import catalog

ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "evals", "prompts", "registry", "tools")
GONE, LEFT = "production/order_status", "maintenance/downtime"
PLAIN = ("--engine", "bare", "--no-baselines", "--json")
ASKED = """
import json
from agent.assessments import triage
from agent.playbooks.catalog import catalog
print(json.dumps([sorted(catalog().playbooks), triage.assess("M7 021 deficit").category]))
"""


def test_no_code_names_the_module_of_a_playbook() -> None:
    modules = {"agent.playbooks." + kind.replace("/", ".") for kind in catalog().playbooks}
    named = {
        f"{path.relative_to(ROOT)}: {node.module}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in modules
    }
    assert named == set()


def test_without_one_the_others_are_all_there_and_settle_their_cases(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / "agent/playbooks" / f"{GONE}.py").unlink()
    (tmp_path / "evals/golden" / f"{GONE}.yaml").unlink()
    kinds, category = json.loads(_said(tmp_path, "-c", ASKED))
    assert kinds == sorted(set(catalog().playbooks) - {GONE})
    assert category == "stock_deficit"
    run = ("evals", "run", "--playbook", LEFT, "--limit", "2", "--workers", "1", *PLAIN)
    figures = json.loads(_said(tmp_path, "-m", "agent.cli", *run).splitlines()[-1])
    assert figures["cases"] == 2
    assert (figures["errors"], figures["acted_wrongly"]) == (0, 0)


def _said(folder: Path, *arguments: str) -> str:
    """Run Python where the packages are those of the folder, and return what it printed."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout
