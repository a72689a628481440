"""A plant in a box without sockets, Concord on it, and somebody who asks."""

import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import select
from sqlmodel import col

from agent.bootstrap import Machinery, wire
from agent.case.ruling import Answer, Role
from agent.chatting import brain_of, talk_of
from agent.identifying import conflict_of
from agent.intake import read_signal
from agent.reasoning.chat.brain import Brain
from agent.reasoning.chat.conversation import Talk
from agent.reasoning.chat.turn import ChatAnswer, ChatTurn, Message, Speaker
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.database import FILE, Database
from agent.records.tables import AuditRow, ModelTextRow
from agent.settings import Settings
from agent.sides import Wires, connected
from agent.words.catalog import Language
from registry.registry import in_folder, shipped
from tools.patience import Rhythm
from tools.plant.reading import load_plants
from tools.sandbox.app import plant_doors
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.scenarios.catalog import scenario
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
SECRET = "plant-in-a-box"
ENVIRONMENT: Mapping[str, str] = {
    "CONCORD_SANDBOX_S4_URL": "http://s4.sandbox",
    "CONCORD_SANDBOX_S4_USER": "CONCORD",
    "CONCORD_SANDBOX_S4_PASSWORD": SECRET,
    "CONCORD_SANDBOX_DM_URL": "http://dm.sandbox",
    "CONCORD_SANDBOX_DM_TOKEN_URL": "http://dm.sandbox/oauth/token",
    "CONCORD_SANDBOX_DM_CLIENT_ID": "concord",
    "CONCORD_SANDBOX_DM_CLIENT_SECRET": SECRET,
    "CONCORD_SANDBOX_IGNITION_URL": "http://ignition.sandbox/system/webdev/plant/concord",
    "CONCORD_SANDBOX_IGNITION_TOKEN": SECRET,
    "CONCORD_SANDBOX_CMMS_URL": "http://cmms.sandbox/api/v1",
    "CONCORD_SANDBOX_CMMS_TOKEN": SECRET,
}


async def no_wait(_: float) -> None:
    """Stands for waiting before a read is repeated."""


def unheard(*_: Any) -> None:
    """Stands for a dispatcher that nobody runs."""


@dataclass
class Desk:
    """Concord, and its chat."""

    transport: WorldTransport
    concord: Machinery
    brain: Brain
    said: list[Message] = field(default_factory=list[Message])

    @property
    def world(self) -> World:
        """The plant's systems, to change them."""
        return self.transport.world

    async def ask(
        self,
        question: str,
        *,
        plant: str | None = "1010",
        role: Role = Role.PLANNER,
        language: Language | None = None,
        user: str = "Anna Weber",
    ) -> ChatAnswer:
        """Ask once, with nothing said before."""
        return await self.brain.answer(turn(question, plant, role, language, user))

    async def go_on(self, question: str, *, plant: str | None = "1010") -> ChatAnswer:
        """Ask in a conversation that goes on."""
        self.said.append(Message(Speaker.USER, question))
        answer = await self.brain.answer(
            ChatTurn("Anna Weber", Role.PLANNER, tuple(self.said), plant, None, "one")
        )
        self.said.append(Message(Speaker.ASSISTANT, answer.text))
        return answer

    async def happen(self, name: str) -> str:
        """Let a scenario happen, and its case be worked on until it waits; return the case."""
        told = scenario(name).happen(self.world)
        return await self.arrive(told.signal)

    async def arrive(self, event: Mapping[str, Any]) -> str:
        """Take a signal in and give the case its turn."""
        signal = read_signal(event, self.world.clock.now())
        conflict = conflict_of(signal, self.concord.context.catalog)
        arrived = Arrived(signal.source, signal.id, dict(event), signal, conflict)
        received = await self.concord.records.receive(arrived, unheard)
        assert received.case is not None
        await self.concord.advance.turn(received.case, None)
        return received.case

    async def decide(self, case: str, answer: Answer, by: str = "Karl Kluge") -> None:
        """Let a controller decide, and the case go on."""
        pending = await self.concord.records.pending(case)
        assert pending is not None
        said = Answered(case, answer, by, Role.CONTROLLER, pending.pin.remedy_hash, "seen")
        decided = await self.concord.records.decide(said, unheard)
        await self.concord.advance.turn(case, decided.decision.id)

    def write_note(self, order: str, confirmation: str, text: str) -> None:
        """Let somebody type a note to an order and one of its confirmations in the MES."""
        floor = floor_of_order(self.world, order)
        floor.put_order(replace(floor.order(order), note=text))
        floor.put_confirmation(replace(floor.confirmation(confirmation), note=text))

    @property
    def posted(self) -> int:
        """How many writes the systems have carried out."""
        return len(self.world.journal.committed())

    def audit(self, what: str) -> list[dict[str, Any]]:
        """The audit's entries of one kind, as plain data."""
        with self.concord.database.read() as session:
            rows = session.scalars(
                select(AuditRow).where(col(AuditRow.what) == what).order_by(col(AuditRow.sequence))
            )
            return [
                {"who": row.who, "case": row.case_id, "inputs": row.inputs, **row.details}
                for row in rows
            ]


def turn(
    question: str,
    plant: str | None = "1010",
    role: Role = Role.PLANNER,
    language: Language | None = None,
    user: str = "Anna Weber",
) -> ChatTurn:
    """One question, as a turn."""
    return ChatTurn(user, role, (Message(Speaker.USER, question),), plant, language, "one")


@asynccontextmanager
async def desk(
    home: Path,
    empty: Path,
    opened: Template,
    talk: Talk | None = None,
    settings: Settings | None = None,
) -> AsyncGenerator[Desk]:
    """Open a desk on a plant, with records of its own; settings may name a model to talk to."""
    transport = WorldTransport(opened.world(), plant_doors())
    now = transport.world.clock.now
    wires = Wires(dict(ENVIRONMENT), now, transport, Rhythm(sleep=no_wait))
    files = load_plants(ROOT / "tools/sandbox/plants", wires.env)
    plants = {code: connected(plant, wires) for code, plant in files.items()}
    async with AsyncExitStack() as stack:
        for one in plants.values():
            stack.push_async_callback(one.close)
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(empty, home / FILE)
        database = Database.of_home(home)
        stack.callback(database.dispose)
        settings = settings or Settings(home=home)
        concord = wire(settings, plants, database, InMemorySaver(), wires)
        stack.push_async_callback(concord.judges.close)
        stack.callback(concord.precedents.close)
        talk = talk or talk_of(concord, in_folder(shipped()))
        yield Desk(transport, concord, brain_of(concord, unheard, talk))


def texts_kept(of: Desk) -> list[Any]:
    """What is kept of what models were sent and answered."""
    with of.concord.database.read() as session:
        return [row.body for row in session.scalars(select(ModelTextRow))]
