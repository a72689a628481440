"""Concord's notifications on a database of their own: cases that wait, routes, and a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.text import text
from agent.notify.links import Links
from agent.notify.post import Post
from agent.notify.sender import Pace, Sender
from agent.notify.writing import Writing
from agent.plain import dump
from agent.playbooks.catalog import catalog
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.remedies import Pin
from tools.plant.model import Plant

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
SECRET, OLDER = "whsec_" + "b" * 32, "whsec_" + "a" * 32
PUBLIC = "https://concord.example"
TEAMS = {"name": "planners", "kind": "teams", "url_env": "CHANNEL", "internal": True}
HOOK = {
    "name": "hook",
    "kind": "webhook",
    "url_env": "CHANNEL",
    "secret_env": "SECRET",
    "internal": True,
}


def plant_of(*routes: Mapping[str, Any], language: str = "en", **more: Any) -> Plant:
    """Return a plant that notifies."""
    sign_in = {"kind": "basic", "user_env": "U", "password_env": "P"}
    token = {"kind": "token", "token_env": "T"}
    notify = {"routes": [dict(one) for one in routes], **more.pop("notify", {})}
    return Plant.model_validate(
        {
            "plant": {
                "code": "1010",
                "name": "Works North",
                "company_code": "1010",
                "currency": "EUR",
                "language": language,
                "time_zone": "Europe/Berlin",
            },
            "systems": {
                "erp": {"kind": "s4", "url": "https://s4.example", "auth": sign_in},
                "mes": {"kind": "ignition", "url": "https://mes.example", "auth": token},
            },
            "notify": notify,
            **more,
        }
    )


@dataclass
class Desk:
    """What the tests turn: the clock, and the way."""

    database: Database
    plant: Plant
    env: dict[str, str] = field(default_factory=dict[str, str])
    at: datetime = NOON
    links: Links = Links(("k" * 32,), PUBLIC)
    post: Post = field(default_factory=lambda: Post(seconds=2))

    @property
    def records(self) -> CaseRecords:
        return CaseRecords(self.database, self.clock)

    def clock(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def sender(self, pace: Pace | None = None) -> Sender:
        writing = Writing({self.plant.code: self.plant}, self.env, self.links, self.clock)
        return Sender(self.database, writing, catalog(), self.post, pace or Pace(between=0))

    async def ask(
        self,
        name: str = "s1",
        criticality: Criticality = Criticality.NORMAL,
        minutes: float = 480,
        says: str = "Book 4 PC of material RM-1 into 0001",
    ) -> str:
        """Bring a case to the question for a planner, and return it."""
        started, key = Collected(), {"order": name}
        signal = Signal(name, "/dm/1010", "concord.posting_refused", self.at, "1010", key)
        kind, place = "materials/stock_deficit", f"1010/order/{name}"
        conflict = Conflict(kind, "1010", place, key, criticality)
        arrived = Arrived(signal.source, name, {"id": name}, signal, conflict)
        received = await self.records.receive(arrived, started)
        assert received.case is not None
        assert received.turn is not None
        await self.records.pin(_pin(received.case, says, self.at + timedelta(minutes=minutes)))
        await self.records.ask(received.case)
        await self.records.end_turn(received.turn.id, started)
        return received.case


def _pin(case: str, says: str, due: datetime) -> Pin:
    plan: dict[str, Any] = {
        "settles": True,
        "summary": dump(text("{what}", what=says)),
        "cause": "late_receipt",
        "hard": [],
        "soft": [],
        "derivations": [],
        "value": {"amount": "1234.50", "currency": "EUR"},
    }
    return Pin(
        case=case,
        attempt=1,
        plan=plan,
        remedy_hash="hash-4",
        proof={"verdicts": []},
        ruling={
            "verb": "ask",
            "policy": "core.ask",
            "ask": "planner",
            "due_at": due.isoformat(),
        },
        diagnosis={"cause": "late_receipt", "confidence": 0.8, "judge": "weighing/prior-1"},
        facts={},
    )
