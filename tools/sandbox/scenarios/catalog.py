"""All scenarios, found by walking the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import tools.sandbox.scenarios
from tools.sandbox.scenarios.scenario import Scenario, Told, story_of
from tools.sandbox.world import World


class NoSuchScenario(LookupError):
    """Nothing is called so; who asked reacts."""


@dataclass(frozen=True)
class Listed:
    """A scenario with its name and story."""

    name: str
    story: str
    scenario: Scenario

    def happen(self, world: World) -> Told:
        """Let it happen in a world."""
        return self.scenario.happen(world, self.name, self.story)


@cache
def scenarios() -> Mapping[str, Listed]:
    """Return every scenario by its name."""
    found: dict[str, Listed] = {}
    for module in pkgutil.iter_modules(tools.sandbox.scenarios.__path__):
        loaded = importlib.import_module(f"tools.sandbox.scenarios.{module.name}")
        scenario = getattr(loaded, "SCENARIO", None)
        if isinstance(scenario, Scenario):
            found[module.name] = Listed(module.name, story_of(loaded), scenario)
    return found


def scenario(name: str) -> Listed:
    """Return a scenario by its name.

    Raises:
        NoSuchScenario: There is none; the names there are are named.
    """
    found = scenarios().get(name)
    if found is None:
        raise NoSuchScenario(f"there is no scenario {name}; there are {', '.join(scenarios())}")
    return found


def performances() -> Mapping[str, Callable[[World], dict[str, Any]]]:
    """Return every scenario as the control interface of a served plant runs it."""
    return {name: partial(_perform, listed) for name, listed in scenarios().items()}


def _perform(listed: Listed, world: World) -> dict[str, Any]:
    return listed.happen(world).as_json()
