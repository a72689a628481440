from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from agent.box import variables
from agent.clock import now
from agent.settings import Settings
from tests.agent.doctor.patients import SHIPPED, Patient
from tools.sandbox.clock import SandboxClock
from tools.sandbox.opening import opened
from tools.sandbox.serve import served
from tools.sandbox.template import Template
from tools.sandbox.world import World


@pytest.fixture(scope="session")
def template() -> Template:
    """A world as it is opened, made once: the seeded generator takes a while."""
    return Template(opened(7, now()))


@pytest.fixture
async def patient(concord_home: Path, template: Template) -> AsyncGenerator[Patient]:
    def present() -> World:
        world = template.world()
        world.clock = SandboxClock.real()
        return world

    async with served(present) as plant:
        settings = Settings(home=concord_home, plants=SHIPPED)
        yield Patient(plant, settings, variables(plant))
