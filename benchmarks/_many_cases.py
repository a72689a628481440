"""Records with many cases in them, as a plant has after a year: a third of them wait."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from agent.bootstrap import Machinery, machinery
from agent.box import plants_folder
from agent.case.ruling import Role
from agent.clock import now
from agent.records.tables import CaseRow, DecisionRow, OutcomeRow, RemedyRow
from agent.settings import Settings
from agent.sides import Wires

CASES, PATTERNS = 100_000, 500
KINDS = {
    "materials/stock_deficit": "transfer_not_booked",
    "production/confirmation_variance": "entry_error",
    "production/posting_rejected": "period_closed",
}
ROLES = (Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER)
RULING: dict[str, Any] = {
    "verb": "ask",
    "policy": "planner-approves",
    "ask": "planner",
    "due_at": None,
    "four_eyes": False,
    "soft_allowed": True,
    "terms": {},
}


@asynccontextmanager
async def filled(home: Path) -> AsyncGenerator[Machinery]:
    """Return a Concord whose records hold many cases; its plants are never asked."""
    env = {name: "http://127.0.0.1:9" for name in _needed()}
    settings = Settings(home=home, plants=plants_folder())
    async with machinery(settings, Wires(env, now)) as concord:
        _fill(concord)
        yield concord


def _fill(concord: Machinery) -> None:
    """Write some cases down, a third of them waiting, and let the database copy them."""
    chance, at = random.Random(7), now()
    made = [_case(number, chance, at) for number in range(PATTERNS)]
    for one in made[PATTERNS // 3 :]:
        one |= {"status": "settled", "settlement": "corrected", "waiting_for": None, "due_at": None}
    decided = [_decision(one, chance, at) for one in made]
    settled = [pair for pair in zip(made, decided, strict=True) if pair[0]["settlement"]]
    with concord.database.write() as session:
        session.execute(insert(CaseRow), made)
        session.execute(insert(RemedyRow), [_remedy(one) for one in made])
        session.execute(insert(DecisionRow), decided)
        session.execute(insert(OutcomeRow), [_outcome(*pair) for pair in settled])
        for table in ("cases", "remedies", "decisions", "outcomes"):
            session.execute(text(_copied(session, table)))


def _copied(session: Session, table: str) -> str:
    """Return what copies the rows of a table until there are enough, under names of their own."""
    names = [row[1] for row in session.execute(text(f"PRAGMA table_info({table})"))]
    own = {"id", "case_id", "decision", "object"}
    said = ", ".join(f"{name} || '-' || n.i" if name in own else name for name in names)
    numbers = f"SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CASES // PATTERNS - 1}"
    wanted = f"INSERT INTO {table} ({', '.join(names)}) SELECT {said} FROM {table}, n"
    return f"WITH RECURSIVE n(i) AS ({numbers}) {wanted}"


def _case(number: int, chance: random.Random, at: datetime) -> dict[str, Any]:
    kind = chance.choice(list(KINDS))
    worth = chance.randint(100, 900_000)
    opened = at - timedelta(minutes=chance.randint(5, 60 * 24 * 25))
    urgency = chance.choice((("urgent", 0), ("high", 1), ("normal", 2), ("low", 3)))
    plant = chance.choice(("1010", "1710"))
    return {
        "id": f"c-{number}",
        "kind": kind,
        "plant": plant,
        "object": f"{plant}/order/{1000000 + number}",
        "status": "waiting",
        "criticality": urgency[0],
        "urgency": urgency[1],
        "signal": _signal(number, plant, opened),
        "conflict": None,
        "proposed_by": None,
        "opened_at": opened,
        "changed_at": opened,
        "attempt": 1,
        "remedy_hash": f"{number:064x}",
        "cause": KINDS[kind],
        "value": None,
        "currency": None,
        "worth": worth,
        "waiting_for": chance.choice(ROLES).value,
        "person": None,
        "due_at": at + timedelta(minutes=chance.randint(-500, 5000)),
        "snoozed_until": at + timedelta(hours=2) if chance.random() < 0.1 else None,
        "settlement": None,
        "why": "",
    }


def _signal(number: int, plant: str, opened: datetime) -> dict[str, Any]:
    return {
        "id": f"s-{number}",
        "source": "/benchmark",
        "type": "concord.confirmation.variance.v1",
        "time": opened.isoformat(),
        "plant": plant,
        "keys": {"order": f"{1000000 + number}"},
        "message": None,
        "text": "",
        "data": {},
    }


def _remedy(case: dict[str, Any]) -> dict[str, Any]:
    summary = {
        "template": "Report {after} of {what}",
        "values": [["after", "19 ST"], ["what", "M"]],
    }
    plan: dict[str, Any] = {
        "settles": True,
        "cause": case["cause"],
        "summary": summary,
        **dict.fromkeys(("hard", "soft", "changes", "derivations", "rests_on"), []),
        "reversible": True,
        "value": None,
        "into_closed_period": False,
    }
    ruling = {**RULING, "because": summary}
    return {
        "case_id": case["id"],
        "attempt": 1,
        "remedy_hash": case["remedy_hash"],
        "plan": plan,
        "proof": {"verdicts": []},
        "ruling": ruling,
        "diagnosis": {
            "cause": case["cause"],
            "confidence": 0.9,
            "reasons": [],
            "judge": "weighing",
        },
        "facts": {},
        "changed": None,
        "pinned_at": case["opened_at"],
    }


def _decision(case: dict[str, Any], chance: random.Random, at: datetime) -> dict[str, Any]:
    waits = case["status"] == "waiting"
    asked = case["opened_at"]
    return {
        "id": f"d-{case['id']}-1",
        "case_id": case["id"],
        "attempt": 1,
        "kind": case["kind"],
        "cause": case["cause"],
        "remedy_hash": case["remedy_hash"],
        "state": "pending" if waits else "decided",
        "asked_at": asked,
        "asked": "planner",
        "due_at": asked + timedelta(hours=8),
        "answer": None if waits else chance.choice(("approve", "approve", "reject")),
        "by": None if waits else "ben",
        "role": None if waits else chance.choice(("agent", "planner")),
        "reason": "",
        "quantities": None,
        "decided_at": None if waits else asked + timedelta(minutes=chance.randint(1, 900)),
    }


def _outcome(case: dict[str, Any], decision: dict[str, Any]) -> dict[str, Any]:
    return {
        "case_id": case["id"],
        "settlement": "corrected",
        "kind": case["kind"],
        "cause": case["cause"],
        "why": "",
        "decision": decision["id"],
        "settled_at": case["opened_at"] + timedelta(hours=1),
        "plant": case["plant"],
        "alone": decision["role"] == "agent",
    }


def _needed() -> Iterator[str]:
    """Return what the plant files refer to; nothing of it is ever asked."""
    for server in ("S4", "DM", "IGNITION", "CMMS"):
        for what in ("URL", "USER", "PASSWORD", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET", "TOKEN"):
            yield f"CONCORD_SANDBOX_{server}_{what}"
