"""A scenario: how a plant got out of step, the signal that tells of it, and what is true.

The story is the module's docstring, told as a plant engineer would.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

from tools.objects.reference import Reference
from tools.sandbox.changes.change import Names
from tools.sandbox.changes.story import filled, read
from tools.sandbox.scenarios.looking import Line, Watch
from tools.sandbox.world import World


class Settle(StrEnum):
    """What ought to become of the case where the plant allows the agent all it may allow."""

    ACT = "act"
    ASK = "ask"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Truth:
    """What is true, whatever the systems show.

    Args:
        playbook: The playbook that should settle it, such as ``materials/stock_deficit``.
        cause: The cause out of that playbook's list.
        right: The right outcome, in a sentence.
        settle: Whether the facts alone decide, a person must, or there is nothing to settle.
    """

    playbook: str
    cause: str
    right: str
    settle: Settle


@dataclass(frozen=True)
class Told:
    """A scenario that has happened: its signal, and what the systems show before and after."""

    name: str
    title: str
    story: str
    plant: str
    signal: Mapping[str, Any]
    names: Names
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    truth: Truth

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return asdict(self) | {"names": dict(self.names), "signal": dict(self.signal)}


@dataclass(frozen=True)
class Scenario:
    """One way to get out of step.

    Args:
        plant: Where it happens.
        title: What one calls it in a list.
        picks: Chooses orders and materials of the world; their names are open to all the rest.
        changes: What happened, in the language of ``tools.sandbox.changes``.
        type: The signal's type.
        data: The signal's data beside the plant.
        truth: What is true.
        watch: What to look at, side by side.
    """

    plant: str
    title: str
    picks: Callable[[World], Names]
    changes: Sequence[Mapping[str, Any]]
    type: str
    data: Mapping[str, str]
    truth: Truth
    watch: Sequence[Watch]

    def happen(self, world: World, name: str, story: str = "") -> Told:
        """Let it happen in a world.

        Raises:
            Impossible: The world is not such that it could have happened.
        """
        picked = self.picks(world)
        before = self.look(world, picked)
        names = read(self.changes).play(world, picked)
        return Told(
            name=name,
            title=self.title,
            story=story,
            plant=self.plant,
            signal=self._signal(world, names, name),
            names=names,
            before=before,
            after=self.look(world, names),
            truth=self.truth,
        )

    def look(self, world: World, names: Names) -> tuple[Line, ...]:
        """Return what the systems show, side by side."""
        return tuple(line for watch in self.watch for line in watch(world, names))

    def _signal(self, world: World, names: Names, name: str) -> dict[str, Any]:
        """Return the CloudEvent; its id says nothing of what happened."""
        now = world.clock.now().isoformat()
        return {
            "specversion": "1.0",
            "id": Reference.of("signal", self.plant, name, now).short,
            "source": f"/sandbox/{self.plant}",
            "type": self.type,
            "time": now,
            "datacontenttype": "application/json",
            "data": {"plant": self.plant, **filled(self.data, names, "the signal")},
        }


def story_of(module: ModuleType) -> str:
    """Return the story a scenario's module tells."""
    return inspect.cleandoc(module.__doc__ or "")
