"""The only place that wires. Nothing here opens or connects before it is asked to.

``Machinery`` is what every way of running Concord shares: a worker, a command in the foreground, an
evaluation. They differ in who runs the turns.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from agent.actions.action import Sides
from agent.advance import Advance
from agent.audit_copies import Copier
from agent.audit_targets import targets_of
from agent.authority.authority import Authority, Certificates
from agent.authority.cedar import policies_with
from agent.authority.certificates import FiledCertificates, Running
from agent.backup import taken_up
from agent.clock import now, seconds
from agent.context import Context
from agent.dispatch.durable import DurableDispatcher
from agent.dispatch.enqueue import DurableEnqueuer
from agent.effects.effects import Ambience, Effects
from agent.effects.settling import settling_of
from agent.graph import Machine, build
from agent.interfaces import Reporter
from agent.judging import judges
from agent.notify.links import Links, links_of
from agent.notify.post import Post
from agent.notify.sender import Pace, Sender
from agent.notify.writing import Writing
from agent.people import KnownPeople, recorded
from agent.permits import permits_of
from agent.playbooks.catalog import Catalog, catalog
from agent.precedents.embedding_models import embedder_of
from agent.precedents.index import ChromaIndex, IndexUnusable
from agent.precedents.places import Folder, Place, Server
from agent.precedents.precedents import Precedents
from agent.precedents.source import RecordedPrecedents
from agent.purging import Purger
from agent.reasoning.configured import Judges, reasoner_of
from agent.reasoning.people import People
from agent.records.arrivals import Reread
from agent.records.audit import AuditTrail
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.records.postings import PostingRecords
from agent.records.seal import Seal
from agent.savers import saver_for
from agent.settings import Settings, environment
from agent.sides import ConnectedPlant, Wires, connected
from agent.understanding import Acquaintance
from tools.patience import Rhythm
from tools.plant.model import Plant
from tools.plant.reading import load_plants

log = logging.getLogger("concord")


@dataclass(frozen=True)
class Machinery:
    """Concord, wired."""

    settings: Settings
    plants: Mapping[str, ConnectedPlant]
    database: Database
    records: CaseRecords
    postings: PostingRecords
    judges: Judges
    context: Context
    advance: Advance
    people: People
    wires: Wires

    @property
    def precedents(self) -> Precedents:
        """The settled cases."""
        return self.context.precedents

    async def mend_precedents(self) -> None:
        """Index what the index lacks of the records; whether or not it can, work goes on."""
        try:
            mended = await asyncio.to_thread(self.precedents.mend)
        except IndexUnusable as error:
            log.warning("precedents are not recalled: %s", error)
            return
        except Exception:
            log.exception("precedents were not brought up to date")
            return
        if mended:
            log.info("%s precedents were brought up to date in the index", mended)

    @cached_property
    def links(self) -> Links:
        """The signed links of notifications."""
        return links_of(self.settings)

    def sender(self, pace: Pace | None = None) -> Sender:
        """Return what sends notifications in this process, as patiently as it should."""
        plants = {code: one.plant for code, one in self.plants.items()}
        writing = Writing(plants, self.wires.env, self.links, self.wires.clock)
        return Sender(self.database, writing, self.context.catalog, Post(), pace)

    def copier(self) -> Copier:
        """Return what copies the audit to the plants' systems in this process."""
        plants = (one.plant for one in self.plants.values())
        targets = [target for plant in plants for target in targets_of(plant, self.wires)]
        return Copier(self.database, targets, self.wires.clock)

    def enqueuer(self) -> DurableEnqueuer:
        """Return what starts turns without running any."""
        return DurableEnqueuer(self.database)

    def purger(self) -> Purger:
        """Return what lets go of cases whose time is over."""
        plants = {code: one.plant for code, one in self.plants.items()}
        clock, passing, sleep = self.wires.clock, self.wires.passing(), self.wires.sleep
        return Purger(self.database, plants, self.advance, clock, passing, sleep)

    def reporter(self, process: str) -> Reporter:
        """Return what writes down how the interfaces of this process stand."""
        return Reporter(process, self.plants, self.database, self.wires.clock)

    def dispatcher(self) -> DurableDispatcher:
        """Return what runs turns in this process."""
        return DurableDispatcher(
            self.database,
            self.records,
            self.advance,
            home=self.settings.home,
            executor=self.settings.executor_id,
        )


@asynccontextmanager
async def machinery(settings: Settings, wires: Wires | None = None) -> AsyncGenerator[Machinery]:
    """Wire Concord, and take it apart in the end."""
    wires = wires or Wires(environment(), now, seconds=seconds)
    plants = {
        code: connected(plant, wires)
        for code, plant in load_plants(settings.plants_folder, wires.env).items()
    }
    async with AsyncExitStack() as stack:
        for one in plants.values():
            stack.push_async_callback(one.close)
        database = await asyncio.to_thread(database_of, settings)
        stack.callback(database.dispose)
        if await asyncio.to_thread(taken_up, settings.home, database, wires.clock()):
            log.warning("the records are those of a backup: what may be posted is looked for first")
        saver = await stack.enter_async_context(saver_for(settings))
        concord = wire(settings, plants, database, saver, wires)
        stack.push_async_callback(concord.judges.close)
        stack.callback(concord.precedents.close)
        yield concord


def wire(
    settings: Settings,
    plants: Mapping[str, ConnectedPlant],
    database: Database,
    saver: BaseCheckpointSaver[str],
    wires: Wires,
    machine: Machine | None = None,
) -> Machinery:
    """Put the parts together; ``machine`` is one that was compiled before, with this saver."""
    people = people_of(plants, database, wires)
    judging = judges(settings, catalog(), plants, database, wires, people)
    context = context_of(settings, plants, database, judging, wires)
    return Machinery(
        settings=settings,
        plants=plants,
        database=database,
        records=context.records,
        postings=PostingRecords(database, wires.clock),
        judges=judging,
        context=context,
        advance=Advance(machine or build(saver), saver, context),
        people=people,
        wires=wires,
    )


def context_of(
    settings: Settings,
    plants: Mapping[str, ConnectedPlant],
    database: Database,
    judging: Judges,
    wires: Wires,
) -> Context:
    """Return what the graph's nodes work with."""
    configured = {code: one.plant for code, one in plants.items()}
    authority = authority_of(configured, certificates_of(settings, wires.clock))
    trail = AuditTrail(database, Seal(settings.home))
    known = catalog()
    reread = rereading(known, configured, wires)
    records = CaseRecords(database, wires.clock, permits_of(authority), trail, reread)
    postings = PostingRecords(database, wires.clock)

    def sides(plant: str) -> Sides:
        return plants[plant].sides

    return Context(
        catalog=known,
        plants=configured,
        sides=sides,
        precedents=precedents_of(settings, database),
        reasoner=judging.reasoner,
        authority=authority,
        effects=effects_of(postings, records, sides, configured, wires),
        records=records,
        clock=wires.clock,
        identifier=judging.identifier,
    )


def rereading(known: Catalog, plants: Mapping[str, Plant], wires: Wires) -> Reread:
    """Return what understands a signal that is in the records as if it came now."""
    return lambda body: Acquaintance(plants, known, wires.clock()).reread(body)


def people_of(
    plants: Mapping[str, ConnectedPlant], database: Database, wires: Wires
) -> KnownPeople:
    """Return everybody known by name; another list of names is one more of these."""
    configured = {code: one.plant for code, one in plants.items()}
    return KnownPeople(configured, (recorded(database),), (wires.rhythm or Rhythm()).clock)


def effects_of(
    postings: PostingRecords,
    records: CaseRecords,
    sides: Callable[[str], Sides],
    plants: Mapping[str, Plant],
    wires: Wires,
) -> Effects:
    """Return the only door out, with each plant's settling times."""

    async def plant_of(case: str) -> str:
        view = await records.case(case)
        if view is None:
            raise LookupError(f"there is no case {case}")
        return view.plant

    ambience = Ambience(wires.clock, wires.sleep, wires.passing())
    return Effects(postings, sides, plant_of, settling_of(plants), ambience)


def database_of(settings: Settings) -> Database:
    """Return the records' database, migrated."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    upgrade(database.engine)
    return database


def authority_of(
    plants: Mapping[str, Plant], certificates: Certificates | None = None
) -> Authority:
    """Return authority with each plant's policies: the core and its own file."""
    own = {code: policies_with(_own(plant)) for code, plant in plants.items()}
    return Authority(own, certificates)


def certificates_of(settings: Settings, clock: Callable[[], datetime]) -> FiledCertificates:
    """Return the certificates of the home folder, for the judge that the settings ask for."""
    running = Running(reasoner_of(settings), embedder_of(settings).name)
    return FiledCertificates(settings.home, running, clock)


def precedents_of(settings: Settings, database: Database) -> Precedents:
    """Return the precedents of an installation."""
    embedder = embedder_of(settings)
    index = ChromaIndex(_place_of(settings), embedder.name, embedder.dimension)
    return Precedents(RecordedPrecedents(database), index, embedder)


def _place_of(settings: Settings) -> Place:
    """Return where the index of precedents lies."""
    if settings.chroma_url is None:
        return Folder(settings.home / "chroma")
    key = settings.chroma_key
    return Server(settings.chroma_url, key.get_secret_value() if key else None)


def _own(plant: Plant) -> str:
    return Path(plant.policies.file).read_text("utf-8") if plant.policies.file else ""
