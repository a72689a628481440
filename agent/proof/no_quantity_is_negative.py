"""No hard action posts less than nothing: the action's kind says which way a quantity goes."""

from __future__ import annotations

from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed
from agent.proof.every_quantity_has_a_source import quantities

NAME = "no_quantity_is_negative"


def check(subject: Subject) -> Verdict:
    """Look for quantities below zero, whoever worked them out or put them in."""
    posted = [row for action in subject.remedy.hard for row in quantities(action)]
    if not posted:
        return beside(NAME, "No quantity is posted")
    for path, quantity in posted:
        if quantity.amount < 0:
            return failed(NAME, "{quantity} ({path}) is negative", quantity=quantity, path=path)
    return passed(NAME, "No quantity is negative")
