"""The oracle: answers from the label. It must be right in every case.

Where it is not, the case, its world or its scorers are wrong, or no remedy of the playbook's leads
to the end that the label names.
"""

from __future__ import annotations

from agent.case.diagnosis import Diagnosis
from agent.case.dossier import Dossier
from agent.case.ruling import Verb
from evals.judges.judge import Judging, Occasion


class Oracle:
    """Knows the causes of one case, and whether it is to be settled without asking."""

    def __init__(self, causes: tuple[str, ...], decisive: bool) -> None:
        self._causes, self._decisive = causes, decisive

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the label's first cause that the playbook knows."""
        cause = next((one for one in self._causes if one in dossier.causes), None)
        sure = 0.0 if cause is None else 1.0
        ranking = tuple((one, float(one == cause)) for one in dossier.causes)
        decisive = self._decisive and cause is not None
        return Diagnosis(cause, sure, decisive, (), ranking, "oracle")


def judge(occasion: Occasion) -> Judging:
    """Return the oracle of a case."""
    acts = Verb.ACT in occasion.verbs and Verb.ASK not in occasion.verbs
    return lambda _place: Oracle(occasion.case.causes, acts)
