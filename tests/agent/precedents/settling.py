"""Cases as the records keep them, from arrival to outcome."""

from dataclasses import dataclass
from typing import Any

from agent.case.conflict import Conflict, Signal
from agent.case.ruling import Answer, Role, Settlement
from agent.case.text import text
from agent.plain import dump
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, Outcome, Pin
from agent.records.gates import Collected
from tools.sandbox.clock import OPENING

KIND = "materials/stock_deficit"


@dataclass(frozen=True)
class Story:
    """How a test's case went: what was decided, and what came of it."""

    name: str
    words: str = "box not found"
    material: str = "BOLT"
    kind: str = KIND
    cause: str = "miscounted"
    settles: bool = True
    answer: Answer | None = Answer.APPROVE
    settlement: Settlement | None = Settlement.CORRECTED


async def told(records: CaseRecords, story: Story) -> str:
    """Bring a case to where its story ends, and return its name."""
    case = await asked(records, story)
    decision = None
    if story.answer is not None:
        answered = Answered(case, story.answer, "ada", Role.PLANNER, f"hash-{story.name}", "seen")
        decision = (await records.decide(answered, Collected())).decision.id
    if story.settlement is not None:
        settled = Outcome(case, story.settlement, story.kind, story.cause, "", decision)
        await records.settle(settled)
    return case


async def asked(records: CaseRecords, story: Story) -> str:
    """Bring a case to the question for a person."""
    signal = Signal(
        id=story.name,
        source="/dm/1010",
        type="concord.posting_refused",
        time=OPENING,
        plant="1010",
        keys={"order": story.name, "material": story.material},
        text=story.words,
    )
    conflict = Conflict(story.kind, "1010", f"1010/order/{story.name}", {"order": story.name})
    started = Collected()
    arrived = Arrived(signal.source, signal.id, {"id": signal.id}, signal, conflict)
    received = await records.receive(arrived, started)
    assert received.case is not None
    assert received.turn is not None
    await records.pin(pin(received.case, story))
    await records.ask(received.case)
    await records.end_turn(received.turn.id, started)
    return received.case


def pin(case: str, story: Story) -> Pin:
    plan: dict[str, Any] = {
        "settles": story.settles,
        "cause": story.cause,
        "summary": dump(text("Settled {name}", name=story.name)),
        "hard": [],
        "soft": [],
        "derivations": [],
        "value": None,
    }
    return Pin(
        case=case,
        attempt=1,
        plan=plan,
        remedy_hash=f"hash-{story.name}",
        proof={"verdicts": []},
        ruling={"verb": "ask", "policy": "planner-approves", "ask": "planner"},
        diagnosis={"cause": story.cause, "confidence": 0.8, "judge": "weighing/prior-1"},
        facts={"note": {"system": "MES", "value": {"note": story.words, "lines": []}}},
        changed=None,
    )
