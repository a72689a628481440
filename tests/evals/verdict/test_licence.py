"""A run may go by an installation's certificates: its fit, and its thresholds or none."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.authority.certificate import Certificate, Certified, fit_name, written
from agent.authority.certificates import FOLDER
from agent.clock import now
from agent.playbooks.playbook import Risk
from agent.precedents.embedding import Hashing
from agent.reasoning.fingerprint import Marks, fingerprint, playbook_hash
from evals.harness import carried_out
from evals.ordering import Wish, order_of
from evals.row import Row

KIND = "production/confirmation_variance"
FIT = {"intercept": 1.0, "lead": 1.0, "agreement": 1.5}
DATASET = "ef" * 32


def certificate(home: Path, threshold: float | None) -> None:
    judge = f"weighing/{fit_name(FIT)}"
    mark = fingerprint(Marks("weighing", judge, playbook_hash(KIND), Hashing.name, DATASET))
    classes = tuple(
        Certified(
            playbook=KIND,
            risk=risk,
            fingerprint=mark,
            threshold=threshold,
            n=300,
            wrong=0,
            alpha=0.02,
        )
        for risk in Risk
    )
    found = Certificate(
        run="r1",
        reasoner="weighing",
        judge=judge,
        embedder=Hashing.name,
        dataset=DATASET,
        issued=now(),
        expires=now() + timedelta(days=1),
        delta=0.05,
        grid=(0.5,),
        fit=FIT,
        classes=classes,
    )
    (home / FOLDER).mkdir(parents=True, exist_ok=True)
    (home / FOLDER / "r1-1.json").write_text(written(found), "utf-8")


@pytest.mark.parametrize(("threshold", "ruling"), [(0.5, "act"), (None, "ask")])
async def test_the_judge_acts_alone_where_its_certificate_lets_it(
    tmp_path: Path, threshold: float | None, ruling: str
) -> None:
    home = tmp_path / "installation"
    certificate(home, threshold)
    (row,) = await _run(tmp_path, home)
    assert (row.got.ruling, row.acted_alone) == (ruling, ruling == "act")
    assert row.got.judge == f"weighing/{fit_name(FIT)}"
    assert row.judge.fit == fit_name(FIT)
    assert not row.acted_wrongly


async def _run(folder: Path, home: Path) -> list[Row]:
    wish = Wish(
        playbook=KIND,
        limit=1,
        phases=("certified",),
        engine="bare",
        workers=0,
        out=folder / "run",
        certified_by=home,
    )
    return list((await carried_out(order_of(wish, folder))).rows.values())
