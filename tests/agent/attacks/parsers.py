"""The parsers that meet the bytes of others, each as one function of a file's bytes.

Each says whether something was read, or all of it refused in the way that parser has for it; what
is raised otherwise is a defect. A folder in ``corpus`` has the name of the parser it is for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

from agent.bootstrap import Machinery
from agent.edge.core import Away, Core
from agent.ingress.envelope import Mode, TooMany, opened
from agent.ingress.inlet import Inlet, Taken
from agent.ingress.sender import Sender
from agent.ingress.signatures import BadSignature, Signer, signed_by
from agent.ingress.topics import event_of, rule_of
from agent.playbooks.catalog import catalog
from agent.reasoning.asking import Asking
from agent.reasoning.budget import Allowance
from agent.reasoning.calling import Line
from agent.reasoning.model import ModelReasoner
from agent.reasoning.weighing import Weighing
from tests.agent.ingress.mqtt_broker import DEFICITS
from tests.agent.models.conftest import hurried, openai_of
from tests.agent.models.dossiers import CAUSES, Book, Kept, dossier
from tests.agent.models.provider import Provider, Raw, Reply, Said
from tests.tools.contract.conftest import (
    Connectors,
    Stored,
    books_of_both_plants,
    keys_of,
    stored_of,
)
from tools.errors import NotPosted, OutcomeUnknown, ToolError
from tools.objects.quantity import QuantityError
from tools.objects.reading import Reading, System
from tools.patience import Rhythm
from tools.plant.incoming import TopicRule
from tools.plant.reading import check_content
from tools.ports import Access
from tools.sap.batch import decode
from tools.sap.metadata import parse_metadata

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
ANYBODY = Sender("corpus")
TOPICS = (
    DEFICITS.model_copy(update={"fields": {"text": "note", "time": "at"}}),
    TopicRule(topic="events/#"),
)
SECRET = "whsec_" + "b2xk" * 8
SIGNERS = (Signer(Sender("signed:/dm/1010", None, "/dm/1010"), (Webhook(SECRET),)),)
BINARY = (("ce-specversion", "1.0"), ("ce-id", "b1"), ("ce-source", "/b"), ("ce-type", "any"))
MULTIPART = "multipart/mixed; boundary=B1"


@dataclass(frozen=True)
class Grounds:
    """Where files are tried: an installation with records, and a server that says what is asked."""

    machinery: Machinery
    inlet: Inlet
    model: Provider


Parser = Callable[[Grounds, bytes], Coroutine[Any, Any, bool]]


@dataclass
class Saying(httpx.AsyncBaseTransport):
    """A system that answers the same to everything but what it is able to do."""

    inner: httpx.AsyncBaseTransport
    content: bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("$metadata"):
            return await self.inner.handle_async_request(request)
        return httpx.Response(
            200, headers={"content-type": "application/json"}, content=self.content
        )


@cache
def stored() -> Stored:
    return stored_of(books_of_both_plants())


async def events(here: Grounds, content: bytes) -> bool:
    """CloudEvents, as one event, as a batch and as the data of a binary one; and worked on."""
    taken = await here.inlet.take(content, ANYBODY)
    for mode in (Mode.BATCH, Mode.BINARY):
        try:
            pieces = opened(mode, BINARY, content)
        except TooMany:
            continue
        for piece in pieces[:3]:
            await _worked_on(here, await here.inlet.take(piece, ANYBODY))
    return await _worked_on(here, taken)


async def idocs(here: Grounds, content: bytes) -> bool:
    """IDocs as XML."""
    every = [await _worked_on(here, one) for one in await here.inlet.take_idocs(content, ANYBODY)]
    return any(every)


async def mqtt(here: Grounds, content: bytes) -> bool:
    """A topic in the first line, and a message."""
    said, _, payload = content.partition(b"\n")
    topic = said.decode("utf-8", "replace")
    event = event_of("1010", topic, payload, rule_of(TOPICS, topic), here.machinery.context.clock())
    return await _worked_on(here, await here.inlet.take(event, ANYBODY))


async def webhooks(here: Grounds, content: bytes) -> bool:
    """Headers, an empty line, and a body that they sign, perhaps."""
    head, _, body = content.partition(b"\n\n")
    lines = [line.partition(":") for line in head.decode("latin-1").split("\n")]
    headers = {name.lower(): value.removeprefix(" ") for name, _, value in lines}
    try:
        signed_by(SIGNERS, headers, body, NOW)
    except BadSignature:
        return False
    return True


async def plants(here: Grounds, content: bytes) -> bool:
    """A plant file."""
    checked = check_content(content, Path("plant.toml"), None)
    lines = content.count(b"\n") + 1
    assert all(1 <= one.line <= lines and "\n" not in str(one) for one in checked.problems)
    return checked.plant is not None


async def metadata(here: Grounds, content: bytes) -> bool:
    """The $metadata of an OData service."""
    try:
        parse_metadata(content)
    except ValueError:
        return False
    return True


async def batches(here: Grounds, content: bytes) -> bool:
    """The answer to an OData $batch."""
    try:
        decode(MULTIPART, content)
    except ValueError:
        return False
    return True


async def opinions(here: Grounds, content: bytes) -> bool:
    """What a model writes."""
    return await _judged(here, Said(content.decode("utf-8", "replace"), deaf=True))


async def completions(here: Grounds, content: bytes) -> bool:
    """What a model's server answers."""
    return await _judged(here, Raw(content))


async def answers(where: tuple[str, System, str], here: Grounds, content: bytes) -> bool:
    """Whatever a system answers to any read; return whether any of it was taken for an answer."""
    plant, system, implementation = where
    book = next(one for one in books_of_both_plants() if one.plant == plant)
    ends = list[object]()
    async with AsyncExitStack() as stack:
        connectors = Connectors(book, stored(), stack)
        connectors.wire = Saying(connectors.transport, content)
        given = keys_of(book, system)
        for _, method in connectors.side(system, implementation).methods(Access.READ):
            wanted = inspect.signature(method).parameters
            try:
                ends.append(await method(**{key: given[key] for key in wanted if key in given}))
            except (ToolError, QuantityError) as error:
                ends.append(error)
    assert not any(isinstance(one, OutcomeUnknown | NotPosted) for one in ends)
    return any(isinstance(one, Reading) for one in ends)


async def cores(here: Grounds, content: bytes) -> bool:
    """What the core answers to an edge that sent two signals."""
    wire = httpx.MockTransport(lambda _: httpx.Response(207, content=content))
    core = Core("http://core", "a key nobody knows", wire)
    try:
        words = await core.send([b"{}", b"{}"])
    except Away as error:
        str(error).encode()
        return False
    finally:
        await core.close()
    assert all(200 <= one.status < 600 and len(one.says.encode()) <= 2_000 for one in words)
    return True


PARSERS: Mapping[str, Parser] = {
    "events": events,
    "idocs": idocs,
    "mqtt": mqtt,
    "webhooks": webhooks,
    "plants": plants,
    "odata-metadata": metadata,
    "odata-batches": batches,
    "model-opinions": opinions,
    "model-servers": completions,
    "answers-of-s4": partial(answers, ("1010", System.ERP, "S/4")),
    "answers-of-dm": partial(answers, ("1010", System.MES, "MES")),
    "answers-of-ignition": partial(answers, ("1710", System.MES, "MES")),
    "answers-of-cmms": partial(answers, ("1010", System.CMMS, "CMMS")),
    "answers-of-the-core": cores,
}


async def _worked_on(here: Grounds, taken: Taken) -> bool:
    """Work on the case of a signal that was taken in; return whether it was."""
    if taken.received is None:
        return True
    assert (taken.problem is None) == (taken.received.dead_letter is None)
    if taken.received.turn is not None:
        await here.machinery.advance.turn(taken.received.turn.case, None)
    return taken.problem is None


async def _judged(here: Grounds, reply: Reply) -> bool:
    """Ask a model that replies so; return whether its word counted."""
    here.model.says(reply)
    asker, rhythm = openai_of(here.model), hurried(Rhythm())
    line = Line(asker, Kept(), rhythm, seconds=5.0)
    asking = Asking((line,), Book(), rhythm, Allowance(calls=1))
    reasoner = ModelReasoner(asking, catalog(), Weighing())
    try:
        found = await reasoner.diagnose(dossier())
    finally:
        await reasoner.close()
    assert found.cause in {*CAUSES, None}
    assert not found.decisive
    return not found.judge.startswith("weighing/")
