"""Whether notifications can be sent, without sending any."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from agent.doctoring.finding import Finding, bad, fine, odd
from agent.notify.addresses import NotAllowed, NotFound, Resolve, allowed, looked_up
from agent.notify.links import Links
from agent.notify.trying import sample
from agent.notify.writing import NotSendable, Writing
from agent.settings import Settings
from agent.sides import Wires
from tools.plant.model import Plant
from tools.plant.notify import Route

LINKS = "links in notifications"
NO_KEY = Links(("not a key: nothing is sent",), None)


async def routes(
    plants: Sequence[Plant], settings: Settings, wires: Wires, resolve: Resolve = looked_up
) -> list[Finding]:
    """Look at every route of every plant, and at what links need."""
    writing = Writing({plant.code: plant for plant in plants}, wires.env, NO_KEY, wires.clock)
    ways = [(plant, route) for plant in plants for route in plant.notify.routes]
    found = await asyncio.gather(*(_route(writing, *way, resolve) for way in ways))
    return [*found, *(_links(settings) if ways else ())]


async def _route(writing: Writing, plant: Plant, route: Route, resolve: Resolve) -> Finding:
    what = f"route {plant.code}/{route.name}"
    try:
        parcel = writing.parcel(sample(plant, writing.clock()), plant, route)
        place = await allowed(parcel.url, route.internal, resolve)
    except NotSendable as error:
        return bad(what, str(error), "Set it where Concord starts, then: concord notify test")
    except NotAllowed as error:
        return bad(what, f"its address is refused: {error}", f"Correct {route.url_env}.")
    except NotFound as error:
        return odd(what, f"its address: {error}", f"Check {route.url_env} and the name server.")
    return fine(what, f"{place.url.host} may be sent to (see: concord notify test)")


def _links(settings: Settings) -> Iterator[Finding]:
    if settings.https:
        yield fine(LINKS, f"lead to {settings.public_url}")
        return
    mend = "Set CONCORD_PUBLIC_URL to the https:// address people use."
    yield odd(LINKS, "cards have none: Teams takes https only", mend)
