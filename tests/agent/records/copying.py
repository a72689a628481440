"""One plant's records, and a target that keeps copies of its audit."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from agent.audit_copies import Copier
from agent.audit_targets import Target
from agent.case.ruling import Settlement
from agent.records.answers import Answered
from agent.records.arrivals import Arrived, Received
from agent.records.audit_copies import Standing, standings
from agent.records.cases import CaseRecords, Outcome
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.tables import AuditRow, CaseRow
from tests.agent.records.copying_child import WANTED
from tools.fakes.audit import FakeAuditCopies
from tools.sandbox.clock import SandboxClock

Asked = Callable[..., Coroutine[Any, Any, str]]
NAME = WANTED.target


@dataclass
class Here:
    """One plant's records and a target; what the tests do to them."""

    database: Database
    clock: SandboxClock
    asked: Asked
    arriving: Callable[..., Arrived]
    answering: Callable[..., Answered]
    port: FakeAuditCopies
    started: Collected = field(default_factory=Collected)

    @property
    def cases(self) -> CaseRecords:
        return CaseRecords(self.database, self.clock.now)

    def copier(self, port: FakeAuditCopies | None = None) -> Copier:
        return Copier(self.database, [Target(WANTED, port or self.port)], self.clock.now)

    def audit(self, plant: str = "1010") -> list[int]:
        """Return the sequences of entries about a plant's cases."""
        of = col(CaseRow.id) == col(AuditRow.case_id)
        wanted = select(col(AuditRow.sequence)).join(CaseRow, of).where(col(CaseRow.plant) == plant)
        with self.database.read() as session:
            return list(session.scalars(wanted.order_by(col(AuditRow.sequence))))

    def standing(self) -> Standing:
        with self.database.read() as session:
            [found] = standings(session, [NAME])
        return found

    async def asks(self) -> str:
        """Bring a case to its question; return it."""
        return await self.asked(self.cases, self.started)

    async def arrives(self, name: str, **more: Any) -> Received:
        return await self.cases.receive(self.arriving(name, **more), self.started)

    async def settles(self, name: str, **more: Any) -> str:
        """Bring a case in and to its end; return it."""
        received = await self.arrives(name, **more)
        assert received.case is not None
        assert received.turn is not None
        await self.cases.settle(Outcome(received.case, Settlement.CORRECTED, None, None))
        await self.cases.end_turn(received.turn.id, self.started)
        return received.case


Bundle = Callable[[Database], Here]
