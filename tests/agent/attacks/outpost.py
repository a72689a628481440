"""An edge of the installation with canaries, whose core refuses, breaks, sends on and repeats."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from agent.commands import edge as commands
from agent.edge.application import application
from agent.edge.forwarding import Pace
from agent.edge.station import Station, station
from agent.settings import Settings
from tests.agent.attacks.canaries import Places
from tests.agent.attacks.house import FORGED, SECRETS
from tests.agent.attacks.parrot import Parrot
from tests.agent.edge.far import event

BAD_HOURS = (401, 403, 500, 307, 413, 200)


async def held_at_an_edge(
    home: Path, parrot: Parrot, places: Places, clock: Callable[[], datetime]
) -> None:
    """Signals come to an edge and go on to a core in bad hours, which names each in the end."""
    async with station(_settings(home, parrot), clock, pace=Pace(0.0, 0.0)) as here:
        transport = httpx.ASGITransport(application(here))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for given in (SECRETS["CONCORD_INGRESS_TOKEN"], *FORGED.values()):
                client.headers["Authorization"] = f"Bearer {given}"
                for body in (event("a1"), event("a1"), event("b1", "1000002"), {"id": 7}):
                    answer = await client.post("/v1/signals", json=body)
                    places.note("answers", f"{answer.status_code} {answer.text}")
            assert here.buffer.figures().waiting == 2
            await _bad_hours(here, client, parrot, places)
    for command in ("status", "letters"):
        _told(home, command, places)


async def _bad_hours(
    here: Station, client: httpx.AsyncClient, parrot: Parrot, places: Places
) -> None:
    for parrot.status in BAD_HOURS:
        parrot.location = f"{parrot.url}/elsewhere"
        await here.forwarder.round()
        places.note("ends of turns", repr(here.forwarder.tally))
        for path in ("/readyz", "/metrics"):
            places.note("answers", (await client.get(path)).text)
    parrot.location, parrot.names_each = None, True
    for parrot.status in (503, 422):
        while here.buffer.figures().waiting and await here.forwarder.round() is not None:
            if parrot.status == 503:
                break
    parrot.names_each = False
    assert [one.status for one in here.buffer.letters()].count(422) >= 1


def _settings(home: Path, parrot: Parrot) -> Settings:
    return Settings(
        home=home,
        plants=home / "none",
        edge_core=parrot.url,
        edge_key=SecretStr(SECRETS["CONCORD_EDGE_KEY"]),
        ingress_token=SecretStr(SECRETS["CONCORD_INGRESS_TOKEN"]),
    )


def _told(home: Path, command: str, places: Places) -> None:
    with pytest.MonkeyPatch.context() as env:
        env.setenv("CONCORD_HOME", str(home))
        env.setenv("CONCORD_EDGE_KEY", SECRETS["CONCORD_EDGE_KEY"])
        for how in ([command], [command, "--json"]):
            result = CliRunner().invoke(commands.app, how)
            assert result.exit_code == 0, result.output
            places.note("output", result.output)
