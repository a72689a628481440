"""Tries a route with an event that says it is a test, and tells what came back."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime

from agent import chance
from agent.case.text import text
from agent.notify.post import Post
from agent.notify.told import Told
from agent.notify.writing import NotSendable, Writing
from tools.plant.authority import Criticality
from tools.plant.model import Plant
from tools.plant.notify import Route, Topic


@dataclass(frozen=True)
class Tried:
    """What came of one route."""

    plant: str
    route: str
    accepted: bool
    said: str


async def tried(
    writing: Writing, post: Post, plant: str | None, route: str | None
) -> AsyncGenerator[Tried]:
    """Send a test along every route, or those of a name or a plant."""
    for one in writing.plants.values():
        for way in one.notify.routes:
            if plant in {None, one.code} and route in {None, way.name}:
                yield await _tried(writing, post, one, way)


async def _tried(writing: Writing, post: Post, plant: Plant, route: Route) -> Tried:
    try:
        parcel = writing.parcel(sample(plant, writing.clock()), plant, route)
    except NotSendable as error:
        return Tried(plant.code, route.name, accepted=False, said=f"not sent: {error}")
    receipt = await post.send(parcel)
    return Tried(plant.code, route.name, accepted=receipt.accepted, said=receipt.said)


def sample(plant: Plant, at: datetime) -> Told:
    """Return an event that says it is a test."""
    return Told(
        event=f"test-{chance.identifier()}",
        topic=Topic.ASKED,
        plant=plant.code,
        plant_name=plant.name,
        case="test",
        kind=None,
        title=None,
        object=f"{plant.code}/order/1000012",
        criticality=Criticality.NORMAL.value,
        role="",
        due_at=None,
        value=None,
        says=text("This is a test of Concord's notifications: nothing is to be done."),
        why="",
        at=at,
    )
