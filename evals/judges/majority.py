"""The majority: always the cause that is commonest in the dev cases of the playbook."""

from __future__ import annotations

from collections import Counter
from functools import cache

from agent.case.diagnosis import Diagnosis
from agent.case.dossier import Dossier
from evals.judges.judge import Judging, Occasion
from evals.splits import cases_of


class Majority:
    """Names one cause, whatever the facts."""

    def __init__(self, cause: str | None) -> None:
        self._cause = cause

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the cause, if the playbook that judges knows it."""
        cause = self._cause if self._cause in dossier.causes else None
        ranking = tuple((one, float(one == cause)) for one in dossier.causes)
        return Diagnosis(cause, 0.5 if cause else 0.0, False, (), ranking, "majority")


def judge(occasion: Occasion) -> Judging:
    """Return the majority of a playbook."""
    return lambda _place: Majority(commonest(occasion.playbook))


@cache
def commonest(playbook: str) -> str | None:
    """Return the commonest cause of a playbook's dev cases; of equals the first by name."""
    causes = (case.causes[:1] for kind, case in cases_of("dev") if kind == playbook)
    counted = Counter(cause for one in causes for cause in one)
    return min(counted, key=lambda cause: (-counted[cause], cause), default=None)
