"""An installation full of canaries that lives through good and bad hours, and all it leaves behind.

Every system, model and channel it knows proves itself with a secret of its own; each of them takes
it for a while, then refuses, breaks, or sends it elsewhere, repeating whatever it was sent.
"""

import asyncio
import io
import json
import logging
import re
import traceback
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from standardwebhooks.webhooks import Webhook
from typer.testing import CliRunner

from agent import logs, traces
from agent.arrival import arrive
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.commands import audit, doctor, notify, serve
from agent.ingress.envelope import STRUCTURED
from agent.notify.sender import Pace
from agent.playbooks.catalog import catalog
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance
from agent.reasoning.model import ModelReasoner
from agent.reasoning.weighing import Weighing
from agent.records import accounts, audit_copies, keys
from agent.records.accounts import Rights
from agent.records.gates import Collected
from agent.service.application import application
from agent.service.who.signing import link_for
from agent.settings import Settings
from agent.sides import Wires
from tests.agent.attacks.broker import a_broker
from tests.agent.attacks.canaries import Places
from tests.agent.attacks.house import (
    DATABASE_PASSWORD,
    FORGED,
    IN_THE_WRONG_FIELD,
    MISPLACED,
    OAUTH_TOKEN,
    PASSWORD,
    ROUTE_MARK,
    SECRETS,
    SOURCE,
    WRONG,
    Plant,
    everything,
    nothing,
    plants_of,
    reads,
    settings_of,
    writes_to_the_erp,
    writes_to_the_floor,
    wrong_files,
)
from tests.agent.attacks.outpost import held_at_an_edge
from tests.agent.attacks.parrot import Parrot, served
from tests.agent.dispatch import deficits
from tests.agent.dispatch.deficits import concord, new_world, run_dry, takable
from tests.agent.edge.far import NOW
from tests.agent.models.dossiers import Book, dossier
from tools.patience import Rhythm
from tools.sandbox.world import World


class Kept(SpanExporter):
    """Writes down every span it is sent."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            self._places.note("spans", span.to_json())
        return SpanExportResult.SUCCESS


@dataclass
class Ordeal:
    """What the hours below share."""

    machinery: Machinery
    world: World
    plant: Plant
    parrot: Parrot
    places: Places
    client: httpx.AsyncClient
    words: dict[str, str]

    @property
    def now(self) -> Any:
        return self.machinery.context.clock()

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send something to the service, and keep its answer but for what it gives in secret."""
        answer = await self.client.request(method, path, **more)
        told = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        self.places.note("answers", f"{answer.status_code} {told} {answer.text}")
        return answer


def lived_through(folder: Path) -> tuple[Places, dict[str, str], Parrot]:
    """Live through everything; return what was left behind, and the secrets it was about."""
    places = Places()
    words = {**SECRETS, **_named(FORGED, "forged"), **_named(MISPLACED, "misplaced")}
    words |= {"oauth token": OAUTH_TOKEN, "route address": ROUTE_MARK, "password": PASSWORD}
    words |= {"database password": DATABASE_PASSWORD, "wrong password": WRONG}
    words |= {"password for a name": IN_THE_WRONG_FIELD}
    with served(Parrot()) as parrot, _logging(places):
        plants = plants_of(folder / "plants")
        settings = settings_of(folder / "home", plants, parrot)
        asyncio.run(_service(settings, parrot, places, words))
        _commands(settings, parrot, places, folder)
        asyncio.run(held_at_an_edge(folder / "edge", parrot, places, lambda: NOW))
        for home in ("home", "edge"):
            places.note_folder(folder / home)
    return places, words, parrot


async def _service(
    settings: Settings, parrot: Parrot, places: Places, words: dict[str, str]
) -> None:
    stop = traces.start(Kept(places), at_once=True)
    try:
        async with _installed(settings, parrot, places, words) as ordeal:
            case = await _a_case(ordeal)
            await _people(ordeal)
            await _decided(ordeal, case)
            await _machines(ordeal)
            await _models(ordeal)
            await _an_index(ordeal)
            places.note("streams", await a_broker(ordeal.machinery, parrot))
            await _a_provider(ordeal)
            await _told_outside(ordeal)
            await _copied(ordeal)
    finally:
        stop()


@asynccontextmanager
async def _installed(
    settings: Settings, parrot: Parrot, places: Places, words: dict[str, str]
) -> AsyncGenerator[Ordeal]:
    world = new_world()
    plant = Plant(world, parrot)
    env = deficits.environment() | SECRETS | {"HOOK": f"{parrot.url}/hooks/{ROUTE_MARK}?sig=1"}
    wires = Wires(env, world.clock.now, plant, Rhythm(sleep=_at_once), sleep=_at_once)
    async with concord(settings, wires) as machinery:
        app = application(machinery, Collected())
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="https://concord.example"
        ) as client:
            yield Ordeal(machinery, world, plant, parrot, places, client, words)
        await machinery.judges.close()
        await app.state.reception.provider.client.aclose()


async def _a_case(ordeal: Ordeal) -> str:
    """A case comes in while the systems refuse, break and then answer."""
    machinery, parrot = ordeal.machinery, ordeal.parrot
    [deficit] = await run_dry(ordeal.world, machinery.plants["1010"], takable(ordeal.world)[:1])
    token = {"Authorization": f"Bearer {SECRETS['CONCORD_INGRESS_TOKEN']}"}
    sent = {**token, "Content-Type": "application/cloudevents+json"}
    taken = await ordeal.ask("POST", "/v1/signals", headers=sent, content=deficit.raw)
    assert taken.status_code == 202, taken.text
    received = await arrive(deficit.raw, machinery, Collected())
    assert received.case is not None
    for parrot.status in (401, 500, 302):
        ordeal.plant.parroting = everything
        rested = await machinery.advance.turn(received.case, None)
        ordeal.places.note("ends of turns", repr(rested))
    ordeal.plant.parroting = nothing
    await machinery.advance.turn(received.case, None)
    return received.case


async def _people(ordeal: Ordeal) -> None:
    """Somebody signs in; others try with what is wrong, over, or in the wrong field."""
    with ordeal.machinery.database.write() as session:
        accounts.add(session, "anna", Rights((Role.CONTROLLER, Role.PLANNER)), "test", ordeal.now)
        accounts.set_password(session, "anna", PASSWORD, "test", ordeal.now)
        link = link_for(session, "anna", "test", ordeal.now)
    for name, password in (("anna", WRONG), (IN_THE_WRONG_FIELD, "x"), ("anna", PASSWORD)):
        form = {"name": name, "password": password}
        answer = await ordeal.client.post("/sign-in", data=form)
        if name == "anna":
            ordeal.places.note("answers", answer.text)
    ordeal.words["session cookie"] = ordeal.client.cookies["__Host-concord_session"]
    token = ordeal.words["sign-in link"] = link.path.partition("=")[2]
    for _ in ("good", "used"):
        answer = await ordeal.client.post("/sign-in/link", data={"token": token})
        ordeal.places.note("answers", answer.text)
    ordeal.words["cookie after a link"] = ordeal.client.cookies["__Host-concord_session"]


async def _decided(ordeal: Ordeal, case: str) -> None:
    """The case is decided over HTTP, and carried out while systems repeat what they are sent."""
    page = await ordeal.client.get(f"/cases/{case}")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf is not None, page.text
    ordeal.client.headers["X-CSRF-Token"] = csrf.group(1)
    pending = await ordeal.machinery.records.pending(case)
    assert pending is not None
    said = {"answer": "approve", "remedy": pending.pin.remedy_hash, "reason": "counted"}
    made = await ordeal.ask("POST", f"/v1/cases/{case}/decisions", json=said)
    assert made.status_code == 201, (made.text, ordeal.places.texts["ends of turns"])
    name: str = made.json()["id"]
    for ordeal.parrot.status, ordeal.plant.parroting in (
        (500, reads),
        (400, writes_to_the_erp),
        (500, writes_to_the_floor),
    ):
        rested = await ordeal.machinery.advance.turn(case, name)
        ordeal.places.note("ends of turns", repr(rested))
    ordeal.plant.parroting = nothing
    await ordeal.machinery.advance.turn(case, name)
    for path in (f"/cases/{case}", f"/v1/cases/{case}", "/v1/audit", "/letters", "/metrics"):
        await ordeal.ask("GET", path)


async def _machines(ordeal: Ordeal) -> None:
    """Keys and tokens at the door, good, wrong and forged."""
    purpose = keys.Purpose("line", [Deed.READ_CASES.value])
    with ordeal.machinery.database.write() as session:
        _, key = keys.add(session, purpose, "test", ordeal.now)
    ordeal.words["key"] = key
    wrong = ordeal.words["wrong key"] = key[:-5] + ("aaaaa" if key[-5:] != "aaaaa" else "bbbbb")
    ordeal.parrot.status = 500
    for given in (key, wrong, *FORGED.values()):
        await ordeal.ask("GET", "/v1/cases", headers={"Authorization": f"Bearer {given}"})
        await ordeal.ask("POST", "/mcp", headers={"Authorization": f"Bearer {given}"}, json={})
        await ordeal.ask("POST", "/v1/signals", headers={"Authorization": f"Basic {given}"})
    await _a_source(ordeal)


async def _a_source(ordeal: Ordeal) -> None:
    """Somebody signs what we do not understand: rightly, wrongly, with the secret itself."""
    secret = SECRETS["SOURCE_SECRET"]
    body = json.dumps({"specversion": "1.0", "id": "m1", "source": SOURCE, "type": "unheard.of"})
    stamp = {"webhook-id": "m1", "webhook-timestamp": str(int(ordeal.now.timestamp()))}
    mark = Webhook(secret).sign("m1", ordeal.now, body)
    for status, given in ((422, mark), (401, f"v1,{FORGED['token']}"), (401, f"v1,{secret}")):
        sent = {"Content-Type": STRUCTURED, **stamp, "webhook-signature": given}
        answer = await ordeal.ask("POST", "/v1/signals", headers=sent, content=body)
        assert answer.status_code == status, answer.text


async def _models(ordeal: Ordeal) -> None:
    """Two models and a conversation, with servers that refuse, break and send elsewhere."""
    asking = ordeal.machinery.judges.asking
    assert asking is not None
    hurried = Rhythm(sleep=_at_once)
    for ordeal.parrot.status in (401, 500, 307):
        lines = tuple(replace(one, rhythm=hurried) for one in asking.lines)
        ordeal.parrot.location = f"{ordeal.parrot.url}/elsewhere"
        judge = ModelReasoner(Asking(lines, Book(), hurried, Allowance()), catalog(), Weighing())
        ordeal.places.note("diagnoses", repr(await judge.diagnose(dossier())))
        said = {"model": "concord", "messages": [{"role": "user", "content": "What waits?"}]}
        await ordeal.ask("POST", "/v1/chat/completions", json=said)
    ordeal.parrot.location = None


async def _an_index(ordeal: Ordeal) -> None:
    """A worker looks into an index of precedents whose server refuses, breaks and sends on."""
    for ordeal.parrot.status in (401, 500, 307):
        ordeal.parrot.location = f"{ordeal.parrot.url}/elsewhere"
        await ordeal.machinery.mend_precedents()
    ordeal.parrot.location = None


async def _a_provider(ordeal: Ordeal) -> None:
    """A browser comes back from a provider that repeats what it is asked, our secret included."""
    ordeal.parrot.status = 400
    left = await ordeal.ask("GET", "/sign-in/provider")
    state = httpx.URL(left.headers["location"]).params["state"]
    back = {"code": "canary-code-of-a-provider", "state": state}
    answer = await ordeal.client.get("/sign-in/callback", params=back)
    ordeal.places.note("answers", answer.text)
    assert answer.status_code == 401


async def _told_outside(ordeal: Ordeal) -> None:
    """Notifications go to a channel that repeats its own address."""
    for ordeal.parrot.status in (404, 500):
        sender = ordeal.machinery.sender(Pace(between=0))
        await sender.deliver()
        await sender.stop()


async def _copied(ordeal: Ordeal) -> None:
    """The audit is copied to systems that repeat what they are sent, and then keep it."""
    copier = ordeal.machinery.copier()
    for ordeal.parrot.status, ordeal.plant.parroting in (
        (500, everything),
        (400, writes_to_the_erp),
        (401, writes_to_the_floor),
        (500, nothing),
    ):
        while await copier.copy():
            pass
        ordeal.world.clock.advance(3600)
    with ordeal.machinery.database.write() as session:
        audit_copies.again(session, "1010/application_log", 1, "test", ordeal.now)
    await copier.copy()
    await copier.stop()
    held = ordeal.world.s4.application_log, ordeal.world.dm.extension
    assert all(held), held
    ordeal.places.note("copies", repr(held))


def _commands(settings: Settings, parrot: Parrot, places: Places, folder: Path) -> None:
    """What an operator runs, against systems that repeat and with files that are wrong."""
    database = f"postgresql://concord:{DATABASE_PASSWORD}@127.0.0.1:9/concord"
    at = {name: parrot.url for name in ("s4", "dm", "ignition", "cmms")}
    told = deficits.environment(at) | SECRETS | {"HOOK": f"{parrot.url}/hooks/{ROUTE_MARK}?sig=1"}
    told |= {"CONCORD_HOME": str(settings.home), "CONCORD_PLANTS": str(settings.plants)}
    with pytest.MonkeyPatch.context() as env:
        for name, value in told.items():
            env.setenv(name, value)
        _run(places, notify.app, "test")
        _run(places, audit.app, "copies")
        for parrot.status in (401, 500):
            _run(places, doctor.app, "--json")
        env.setenv("CONCORD_DATABASE_URL", database)
        _run(places, doctor.app)
        _run(places, serve.app, "--port", "0")
        env.setenv("CONCORD_PLANTS", str(wrong_files(folder / "wrong")))
        _run(places, doctor.app)
        for wrong in (f"concord:x@{DATABASE_PASSWORD}@db/x", f"db:{DATABASE_PASSWORD}/x"):
            env.setenv("CONCORD_DATABASE_URL", f"postgresql://{wrong}")
            _run(places, doctor.app)
            _run(places, serve.app)


def _run(places: Places, app: typer.Typer, *arguments: str) -> None:
    result = CliRunner().invoke(app, list(arguments))
    places.note("output", result.output)
    if result.exc_info is not None:
        places.note("output", "".join(traceback.format_exception(*result.exc_info)))


@contextmanager
def _logging(places: Places) -> Generator[None]:
    """Log as a service does, with every logger there is turned up."""
    written = io.StringIO()
    stop = logs.start(Settings(log_level="DEBUG", log_format="json"), written)
    before: dict[logging.Logger, int] = {}
    root = logging.getLogger()
    for one in (root, *(logging.getLogger(name) for name in root.manager.loggerDict)):
        before[one] = one.level
        one.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for one, level in before.items():
            one.setLevel(level)
        stop()
        places.note("log", written.getvalue())


def _named(words: dict[str, str], what: str) -> dict[str, str]:
    return {f"{what} {name}": word for name, word in words.items()}


async def _at_once(seconds: float) -> None:
    """Wait for nothing."""
