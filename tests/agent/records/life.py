"""What happens to records, in short words: signals that arrive, remedies that are pinned."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Answer, Role
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, Pin
from agent.records.gates import Turn

T0 = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
DEFICIT = "materials/stock_deficit"
VARIANCE = "production/consumption_variance"


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


class Started:
    """Stands for dispatch: remembers which turns were started."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def __call__(self, session: Session, turn: Turn) -> None:
        self.turns.append(turn)

    @property
    def ids(self) -> list[str]:
        return [turn.id for turn in self.turns]


def arriving(
    name: str,
    order: str = "1000012",
    kind: str = DEFICIT,
    plant: str = "1010",
    criticality: Criticality = Criticality.NORMAL,
) -> Arrived:
    """Make a signal as intake hands it over."""
    signal = Signal(
        id=name,
        source="/dm/1010",
        type="concord.posting_refused",
        time=T0,
        plant=plant,
        keys={"order": order},
    )
    conflict = Conflict(kind, plant, f"{plant}/order/{order}", {"order": order}, criticality)
    return Arrived(signal.source, name, {"id": name}, signal, conflict)


def pinning(case: str, attempt: int = 1, amount: str = "4", **ruling: Any) -> Pin:
    """Make a pin as the graph's ``rule`` writes it."""
    settles = ruling.pop("settles", True)
    changed = ruling.pop("changed", None)
    derivation = {"entered_by": changed["by"] if changed else None}
    plan: dict[str, Any] = {
        "settles": settles,
        "cause": "late_receipt",
        "hard": [{"kind": "post_movement", "lines": [{"quantity": amount}]}],
        "soft": [],
        "derivations": [derivation],
        "value": {"amount": "12345678901234567890.01", "currency": "EUR"},
    }
    return Pin(
        case=case,
        attempt=attempt,
        plan=plan,
        remedy_hash=f"hash-{amount}",
        proof={"verdicts": [{"check": "stock_covers", "result": "passed"}]},
        ruling={"verb": "ask", "policy": "core.ask", "ask": "planner", **ruling},
        diagnosis={"cause": "late_receipt", "confidence": 0.8, "judge": "weighing/prior-1"},
        facts={"stock": {"system": "ERP", "read_at": "2026-11-20T06:00:00Z", "value": 4}},
        changed=changed,
    )


def answering(
    case: str,
    by: str = "ada",
    answer: Answer = Answer.APPROVE,
    role: Role = Role.PLANNER,
    remedy_hash: str = "hash-4",
) -> Answered:
    """Make a person's answer."""
    return Answered(case, answer, by, role, remedy_hash, "seen it on the floor")


async def asked(cases: CaseRecords, started: Started, name: str = "s1", **ruling: Any) -> str:
    """Bring a signal in and its case to the question for a person; return the case."""
    received = await cases.receive(arriving(name), started)
    assert received.case is not None
    assert received.turn is not None
    await cases.pin(pinning(received.case, **ruling))
    await cases.ask(received.case)
    await cases.end_turn(received.turn.id, started)
    return received.case
