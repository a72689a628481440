"""A plant of chaos on which a test posts what it likes, as whichever case it likes."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.actions.action import Action, Sides
from agent.actions.catalog import to_plain
from agent.actions.post_movement import PostMovement
from agent.actions.retry_message import RetryMessage
from agent.effects.keys import reference_of
from benchmarks.chaos.checking import Found, Told, check
from benchmarks.chaos.leave import Said, Shown, proposed
from benchmarks.chaos.plant import LINE, PLANT, STORE, Deficit, opened, parts, run_dry
from benchmarks.chaos.telling import Accepted
from tests.agent.dispatch.deficits import connected_plants, plant_files, settings_of, wires_of
from tools.connection import correlation
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.quantity import Quantity
from tools.sandbox.app import plant_doors
from tools.sandbox.world import World

ORDERS = 2
PARTS = parts(ORDERS)
MOMENT = timedelta(seconds=1)


@dataclass
class Stage:
    """A plant, and what was told outside of it; a second passes with all that happens."""

    world: World
    sides: Sides
    told: Told = field(default_factory=lambda: Told([], {}, {}, {}, {}, frozenset()))

    def deficit(self, wanted: int, part: int = 0) -> tuple[str, Deficit]:
        """Let a line run dry; return the case that was acknowledged at once."""
        number = len(self.told.deficits)
        one = run_dry(self.world, PARTS[part], Decimal(wanted), number)
        case = f"c-{number}"
        accepted = {number: [Accepted(self.passed(), self.passed(), case)]}
        self.told = replace(
            self.told,
            deficits=[*self.told.deficits, one],
            accepted={**self.told.accepted, **accepted},
            became={**self.told.became, number: {case}},
        )
        return case, one

    def shown(self, case: str, attempt: int, *actions: Action) -> Shown:
        """Show somebody what an attempt would do, as the API tells it."""
        plan = {"hard": [to_plain(action) for action in actions]}
        shown = Shown(attempt, f"hash of {attempt}", proposed(plan), self.passed())
        before = self.told.shown.get(case, ())
        self.told = replace(self.told, shown={**self.told.shown, case: [*before, shown]})
        return shown

    def say(self, case: str, shown: Shown, answer: str = "approve", *, taken: bool = True) -> None:
        """Say something of it, twice as people do; it is taken, or refused."""
        said = Said(answer, shown, self.passed())
        after = [replace(said, taken=self.passed(), heard=self.passed())] * 2 if taken else []
        before = self.told.said.get(case, ())
        self.told = replace(self.told, said={**self.told.said, case: [*before, said, *after]})

    async def post(self, case: str, *actions: Action, ordinal: int = 0) -> None:
        """Post as a case, and let arrive what is sent."""
        mark = correlation.set(case)
        for action in actions:
            await action.carry_out(self.sides, reference_of(case, action, ordinal))
            self.passed()
        correlation.reset(mark)
        self.world.clock.advance(60)
        plant_doors().catch_up(self.world)

    async def settle(self, case: str, one: Deficit, moved: int) -> None:
        """Settle a deficit as it should be, without asking anybody."""
        await self.post(case, move(one, moved), again(one))

    def left_in_doubt(self, *cases: str) -> None:
        """Say that of these nobody knows what was posted."""
        self.told = replace(self.told, unknown=frozenset(cases))

    def found(self) -> Found:
        """Return what the checker says."""
        return check(self.world, self.told)

    def told_by_the_api(self, case: str, *links: Mapping[str, Any]) -> None:
        """Say what the API tells of a case."""
        self.told = replace(self.told, timelines={**self.told.timelines, case: links})

    def passed(self) -> datetime:
        """Let a moment pass, and return the time."""
        return self.world.clock.advance(MOMENT.total_seconds())


@asynccontextmanager
async def stage(folder: Path) -> AsyncGenerator[Stage]:
    """Open a plant."""
    world = opened(1, datetime.now(UTC), ORDERS)
    world.clock.running = False
    plants = plant_files(folder / "plants", alone=False)
    inside = connected_plants(settings_of(folder, plants), wires_of(world))[PLANT]
    yield Stage(world, inside.sides)
    await inside.close()


def move(one: Deficit, amount: int, material: str | None = None) -> PostMovement:
    """Move so much to the line."""
    line = GoodsMovement(
        type=MovementType.TRANSFER_LOCATION,
        material=material or one.part.material,
        plant=PLANT,
        quantity=Quantity(Decimal(amount), "ST"),
        location=STORE,
        to_location=LINE,
    )
    day = datetime.fromisoformat(one.event["time"]).date()
    return PostMovement(MovementDraft(day, (line,), "Concord"))


def again(one: Deficit) -> RetryMessage:
    """Send the refused issue again."""
    return RetryMessage(one.message, one.part.order)
