"""The plants in which golden cases happen: a fresh world for each, made in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from tools.sandbox.app import plant_doors
from tools.sandbox.door import Doors
from tools.sandbox.opening import opened
from tools.sandbox.template import Template
from tools.sandbox.world import World

SEED = 7
MOMENT = datetime(2026, 3, 17, 8, tzinfo=UTC)
LATER = timedelta(minutes=10)

_SECRET = "plant-in-a-box"

#: What the plant files of the box refer to: every server in this process.
ADDRESSES: Mapping[str, str] = {
    "CONCORD_SANDBOX_S4_URL": "http://s4.sandbox",
    "CONCORD_SANDBOX_S4_USER": "CONCORD",
    "CONCORD_SANDBOX_S4_PASSWORD": _SECRET,
    "CONCORD_SANDBOX_DM_URL": "http://dm.sandbox",
    "CONCORD_SANDBOX_DM_TOKEN_URL": "http://dm.sandbox/oauth/token",
    "CONCORD_SANDBOX_DM_CLIENT_ID": "concord",
    "CONCORD_SANDBOX_DM_CLIENT_SECRET": _SECRET,
    "CONCORD_SANDBOX_IGNITION_URL": "http://ignition.sandbox/system/webdev/plant/concord",
    "CONCORD_SANDBOX_IGNITION_TOKEN": _SECRET,
    "CONCORD_SANDBOX_CMMS_URL": "http://cmms.sandbox/api/v1",
    "CONCORD_SANDBOX_CMMS_TOKEN": _SECRET,
}


@cache
def doors() -> Doors:
    """Return the servers; they hold nothing, each request brings its world."""
    return plant_doors()


def fresh() -> World:
    """Return a world in which every system agrees, equal to all others returned here."""
    return _template().world()


def let_rest(world: World) -> None:
    """Let ten minutes pass, so that all messages on their way arrive."""
    world.clock.advance(LATER.total_seconds())
    doors().catch_up(world)


@cache
def _template() -> Template:
    return Template(opened(SEED, MOMENT))
