"""Who may decide: authority's word on an answer, in the terms the remedy was ruled on."""

from __future__ import annotations

from agent.authority.authority import Authority
from agent.case.ruling import Ruling
from agent.plain import load
from agent.records.answers import Answered, NotPermitted, Pending, Permits


def permits_of(authority: Authority) -> Permits:
    """Return the check that records make before they take a person's answer."""

    def permit(pending: Pending, answered: Answered) -> None:
        ruling = load(Ruling, pending.pin.ruling)
        word = authority.may(pending.plant, answered.by, answered.role, answered.answer, ruling)
        if not word.allowed:
            raise NotPermitted(f"{word.says} (policy {word.policy})")

    return permit
