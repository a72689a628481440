"""Two versions of a prompt, run with a model, compared, gated, and one of them promoted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals.commands import app
from evals.harness import carried_out
from evals.ordering import Wish, order_of
from registry.commands import app as prompts
from tests.agent.models.provider import served
from tests.evals.verdict.drafts import KIND, NAME, Reader, folder_with

SAME, MIXED, WORSE = "Read every note twice.", "Trust long notes.", "Do not read notes."
CASES = ("cv-040", "cv-044", "cv-072")
VERSIONS = {"1.2.0": SAME, "1.3.0": MIXED, "1.4.0": WORSE}
UNCLEAR = {
    SAME: ("cv-040",),
    MIXED: ("cv-044",),
    WORSE: ("cv-040", "cv-044"),
    "": ("cv-040",),
}


@dataclass(frozen=True)
class Runs:
    """The prompts, and a folder of results for each version."""

    prompts: Path
    results: Path

    def of(self, version: str) -> Path:
        """Return the folder of one version's run."""
        return self.results / version

    def gate(self, version: str) -> Result:
        """Hold a version against the one that ships."""
        words = ["gate", str(self.of("1.1.0")), str(self.of(version)), "--budget", "60", "1"]
        return CliRunner().invoke(app, [*words, "--prompts", str(self.prompts), "--json"])

    def record(self, version: str) -> Path:
        """Return the gate's record of a version's run."""
        run = json.loads((self.of(version) / "run.json").read_text("utf-8"))["run"]
        return self.prompts / "gates" / f"{run}.json"

    def promote(self, version: str, dataset: str) -> Result:
        """Ask for a version to be brought into production."""
        words = ["promote", "diagnose", version, "--model", NAME, "--dataset", dataset]
        folder = ["--folder", str(self.prompts)]
        return CliRunner().invoke(prompts, [*words, "--by", "anna", *folder])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Run three cases in the words of each version, the model reading them over HTTP."""
    there = tmp_path_factory.mktemp("versions")
    found = Runs(folder_with(there / "prompts", VERSIONS), there / "results")
    with served() as provider, pytest.MonkeyPatch.context() as patch:
        provider.says(Reader(UNCLEAR))
        patch.setenv("CONCORD_HOME", str(there / "home"))
        patch.setenv("CONCORD_MODEL_URL", f"{provider.url}/v1")
        patch.setenv("CONCORD_MODEL_PRICE", "1/2")
        for version in ("1.1.0", *VERSIONS):
            wish = Wish(
                reasoner="model",
                model=NAME,
                prompt=f"diagnose@{version}",
                prompts=found.prompts,
                playbook=KIND,
                engine="bare",
                workers=0,
                out=found.of(version),
            )
            order = order_of(wish)
            tasks = [task for task in order.tasks if task.case.id in CASES]
            asyncio.run(carried_out(replace(order, tasks=tasks)))
    return found


def compared(runs: Runs, before: str, after: str) -> dict[str, Any]:
    words = ["compare", str(runs.of(before)), str(runs.of(after)), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_what_flipped_from_one_version_to_the_other_is_listed_both_ways(runs: Runs) -> None:
    told = compared(runs, "1.1.0", "1.3.0")
    assert (told["cases"], told["left_out"]) == (3, [])
    for measure in ("cause", "actions"):
        flipped = told["measures"][measure]
        assert (flipped["better"], flipped["worse"]) == (["cv-040"], ["cv-044"])


@pytest.mark.parametrize(
    ("version", "code", "verdict"),
    [("1.2.0", 0, "PASS"), ("1.3.0", 3, "INCONCLUSIVE"), ("1.4.0", 1, "FAIL")],
)
def test_the_gate_exits_by_its_verdict_and_only_what_passed_is_promoted(
    runs: Runs, version: str, code: int, verdict: str
) -> None:
    done = runs.gate(version)
    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (code, verdict), done.output
    record = json.loads(runs.record(version).read_text("utf-8"))
    promoted = runs.promote(version, record["dataset_sha256"])
    assert (promoted.exit_code == 0) == (verdict == "PASS"), promoted.output
    if verdict != "PASS":
        assert f"is {verdict}" in promoted.output


def test_a_pass_for_another_hash_promotes_nothing(runs: Runs, tmp_path: Path) -> None:
    others = folder_with(tmp_path / "prompts", {"1.2.0": "Read every note thrice."})
    here = Runs(others, runs.results)
    assert here.gate("1.2.0").exit_code == 0
    dataset = json.loads(here.record("1.2.0").read_text("utf-8"))["dataset_sha256"]
    refused = here.promote("1.2.0", dataset)
    assert refused.exit_code == 1
    assert "the gate has never judged diagnose 1.2.0" in refused.output
