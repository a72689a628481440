"""`concord orders reconcile` tells which orders of a plant need a person."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.box import plants_folder, variables
from agent.commands.orders import app
from tools.sandbox.changes import story
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.picking import run
from tools.sandbox.serve import served
from tools.sandbox.world import World

PLANT = "1710"


def concord_orders(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def small_plant() -> World:
    """A box whose coating plant has but one order left, a running one: each takes its reads."""
    world = opened(7, datetime(2026, 3, 17, 8, tzinfo=UTC))
    own = run(world, PLANT).order.number
    here = {
        "mes": [number for number, one in world.ignition.orders.items() if one.plant == PLANT],
        "erp": [key[0] for key, row in world.s4.orders.items() if row["Plant"] == PLANT],
    }
    steps = [
        {"do": "order_status", "order": number, "side": side, "status": "closed"}
        for side, numbers in here.items()
        for number in numbers
        if number != own
    ]
    story.read(steps).play(world)
    return world


@pytest.mark.usefixtures("concord_home")
async def test_the_exit_code_says_whether_an_order_needs_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(small_plant) as box:
        monkeypatch.setenv("CONCORD_PLANTS", str(plants_folder()))
        for name, value in variables(box).items():
            monkeypatch.setenv(name, value)
        calm = await asyncio.to_thread(concord_orders, "reconcile", PLANT)
        order = run(box.world, PLANT).order.number
        done = {"do": "order_status", "order": order, "side": "mes", "status": "confirmed"}
        story.read([done]).play(box.world)
        told = await asyncio.to_thread(concord_orders, "reconcile", PLANT, "--json")
        written = len(box.world.journal.entries)
    assert calm.exit_code == 0, calm.output
    assert calm.stdout.startswith(f"Plant {PLANT}: 1 open, 0 in need of a person")
    found: dict[str, Any] = json.loads(told.stdout)
    assert told.exit_code == 1
    assert [(one["order"], one["cause"]) for one in found["orders"]] == [(order, "erp_behind")]
    assert order in found["orders"][0]["step"]
    assert written == 0


@pytest.mark.usefixtures("concord_home")
def test_what_cannot_be_read_is_not_in_agreement() -> None:
    result = concord_orders("reconcile", PLANT)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no folder" in result.stderr
