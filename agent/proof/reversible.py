"""A remedy that says it can be undone consists of actions that can."""

from __future__ import annotations

from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed

NAME = "reversible"


def check(subject: Subject) -> Verdict:
    """Look for an action that cannot be undone."""
    if not subject.remedy.reversible:
        return beside(NAME, "The remedy does not claim to be reversible")
    for action in subject.remedy.hard:
        if not action.reversible:
            return failed(NAME, "This cannot be undone: {action}", action=action.say())
    return passed(NAME, "Every action can be undone by another")
