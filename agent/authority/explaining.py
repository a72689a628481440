"""Why a remedy was ruled on as it was: the terms, and each role's word on them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from agent.authority.authority import AGENT, Authority
from agent.authority.certificates import Applied
from agent.case.ruling import Answer, Role, Ruling


def explained(
    authority: Authority, plant: str, ruling: Ruling, certificate: Applied | None = None
) -> dict[str, Any]:
    """Return a ruling with its terms and what each role may do about it, as plain data.

    ``certificate`` is the one that holds now for who judged, or why none does, where that is known.
    """
    alone = authority.alone(plant, ruling)
    terms = dict(ruling.terms)
    if not terms.get("valued"):
        terms["value"] = "unknown"
    may = [{"role": AGENT, "deed": "carry out", **alone.__dict__}]
    for role in (Role.SUPERVISOR, Role.PLANNER, Role.CONTROLLER, Role.INTEGRATOR, Role.AUDITOR):
        for answer in (Answer.APPROVE, Answer.REJECT):
            word = authority.may(plant, "somebody", role, answer, ruling)
            may.append({"role": role.value, "deed": answer.value, **word.__dict__})
    return {
        "ruling": {
            "verb": ruling.verb.value,
            "policy": ruling.policy,
            "because": str(ruling.because),
            "ask": ruling.ask.value if ruling.ask else None,
            "due_at": ruling.due_at.isoformat() if ruling.due_at else None,
        },
        "terms": terms,
        "certificate": asdict(certificate) if certificate else None,
        "may": may,
    }
