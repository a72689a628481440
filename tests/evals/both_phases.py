"""Authority that rules as ever, and notes what it would have ruled otherwise in phase advise."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from agent.authority.authority import Authority, Certificates, Question
from agent.case.ruling import Answer, Role, Ruling
from tools.plant.authority import Phase, Phases

SOMEBODY = "somebody"


class BothPhases(Authority):
    """Rules as it would, and asks itself the same in phase advise.

    What a person may answer is asked in both as well: a decision is judged in the terms of its
    ruling.

    Args:
        within: Whose word counts.
        otherwise: Filled with what phase advise would have answered otherwise.
    """

    def __init__(self, within: Authority, otherwise: list[Ruling] | None = None) -> None:
        self._within = within
        self.otherwise = list[Ruling]() if otherwise is None else otherwise

    def judging_by(self, certificates: Certificates) -> Authority:
        return BothPhases(self._within.judging_by(certificates), self.otherwise)

    def rule(self, question: Question) -> Ruling:
        ruling = self._within.rule(question)
        plant = question.plant.model_copy(update={"phase": Phases(default=Phase.ADVISE)})
        advised = self._within.rule(replace(question, plant=plant))
        if self._words(question, ruling) != self._words(question, advised):
            self.otherwise.append(advised)
        return ruling

    def _words(self, question: Question, ruling: Ruling) -> tuple[Ruling, Mapping[str, bool]]:
        """Return a ruling but for its phase, and who may answer it how."""
        terms = {name: value for name, value in ruling.terms.items() if name != "phase"}
        allowed = {
            f"{role} {answer}": self._within.may(
                question.conflict.plant, SOMEBODY, role, answer, ruling
            ).allowed
            for role, answer in product(Role, Answer)
        }
        return replace(ruling, terms=terms), allowed
