"""Authority: what becomes of a proved remedy, and who may decide about it.

The agent and people are judged by the same policies. Where the agent may not settle a case alone,
the least of the roles that may approve it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from agent.authority.cedar import Policies, RemedyDeed, Visit, Word, policies_with
from agent.authority.deeds import Deed
from agent.authority.terms import Question, Terms, terms_of
from agent.case.conflict import Conflict
from agent.case.diagnosis import Diagnosis
from agent.case.ruling import Answer, Role, Ruling, Verb
from agent.case.text import text
from agent.playbooks.playbook import Risk

__all__ = ["AGENT", "Authority", "Certificates", "Question", "Uncertified"]

AGENT = "concord"
ASKED_FIRST = (Role.SUPERVISOR, Role.PLANNER, Role.CONTROLLER)


class Certificates(Protocol):
    """Which confidence is certified for a judge, plant, playbook and class of risk."""

    def threshold(self, judge: str, conflict: Conflict, risk: Risk) -> float | None:
        """Return the certified threshold; None means never."""
        ...


class Uncertified:
    """No judge is certified for anything."""

    def threshold(self, judge: str, conflict: Conflict, risk: Risk) -> float | None:
        """Return that nothing is certified."""
        return None


class Authority:
    """Rules on remedies, by the policies of each plant."""

    def __init__(
        self, policies: Mapping[str, Policies], certificates: Certificates | None = None
    ) -> None:
        self._policies = policies
        self._certificates = certificates or Uncertified()
        self._core = policies_with()

    def judging_by(self, certificates: Certificates) -> Authority:
        """Return the same policies with other certificates."""
        return Authority(self._policies, certificates)

    def rule(self, question: Question) -> Ruling:
        """Say whether to act, ask, hold, or only observe, and by which policy."""
        terms = terms_of(question, self._threshold(question.diagnosis, question))
        plant = question.conflict.plant
        alone = self._ask(plant, AGENT, Role.AGENT, "carry_out", terms)
        soft = self._ask(plant, AGENT, Role.AGENT, "soften", terms).allowed
        observed = terms["phase"] == "observe"
        if alone.allowed and not (observed and question.plan.soft):
            return _ruling(Verb.ACT, alone, terms, soft)
        if observed:
            return _ruling(Verb.OBSERVE, alone, terms, False)
        by_changer = self._changer(question, terms)
        if by_changer is not None and by_changer.allowed:
            return _ruling(Verb.ACT, by_changer, terms, soft)
        return self._asked(question, terms, soft)

    def may(self, plant: str, person: str, role: Role, answer: Answer, ruling: Ruling) -> Word:
        """Say whether a person in a role may give this answer to what was ruled on."""
        terms = dict(ruling.terms)
        deed: RemedyDeed = "reject" if answer is Answer.REJECT else "approve"
        return self._ask(plant, person, role, deed, terms)

    def alone(self, plant: str, ruling: Ruling) -> Word:
        """Say whether the agent may carry out what was ruled on by itself."""
        return self._ask(plant, AGENT, Role.AGENT, "carry_out", dict(ruling.terms))

    def admit(self, name: str, role: Role, deed: Deed, visit: Visit) -> Word:
        """Say whether somebody in a role may do a deed at the service, by the plant's policies.

        What concerns the installation as a whole is judged by the shipped policies alone.
        """
        policies = self._core if visit.at is None else self._policies[visit.at]
        return policies.admit(name, role.value, deed, visit)

    def _ask(self, plant: str, who: str, role: Role, deed: RemedyDeed, terms: Terms) -> Word:
        return self._policies[plant].ask(who, role.value, deed, terms)

    def _threshold(self, diagnosis: Diagnosis, question: Question) -> float | None:
        if diagnosis.cause is None:
            return None
        risk = question.playbook.cause(diagnosis.cause).risk
        return self._certificates.threshold(diagnosis.judge, question.conflict, risk)

    def _changer(self, question: Question, terms: Terms) -> Word | None:
        """Below the four-eyes limit the decision of who changed a number stands."""
        if question.changed_by is None or question.changed_role is None:
            return None
        role = Role(question.changed_role)
        return self._ask(question.conflict.plant, question.changed_by, role, "approve", terms)

    def _asked(self, question: Question, terms: Terms, soft: bool) -> Ruling:
        """Return who is asked; what not even a controller may approve is held."""
        due = question.plant.due(question.conflict.criticality.value, question.now)
        if not terms["settles"]:
            word = Word(False, "nothing-to-approve", "Concord has a question, not a correction.")
            return _ruling(Verb.ASK, word, terms, soft, Role.SUPERVISOR, due)
        *lesser, last = ASKED_FIRST
        for role in lesser:
            word = self._ask(question.conflict.plant, "somebody", role, "approve", terms)
            if word.allowed:
                return _ruling(Verb.ASK, word, terms, soft, role, due)
        word = self._ask(question.conflict.plant, "somebody", last, "approve", terms)
        verb = Verb.ASK if word.allowed else Verb.HOLD
        return _ruling(verb, word, terms, soft, last, due)


def _ruling(
    verb: Verb,
    word: Word,
    terms: Terms,
    soft: bool,
    ask: Role | None = None,
    due: datetime | None = None,
) -> Ruling:
    return Ruling(
        verb=verb,
        policy=word.policy,
        because=text("{says}", says=word.says),
        ask=ask,
        due_at=due,
        four_eyes=bool(terms["four_eyes"]),
        soft_allowed=soft,
        terms=terms,
    )
