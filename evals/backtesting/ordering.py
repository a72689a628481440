"""What somebody wants replayed, worked out: which judge, in which words, under which policies.

The records are only read, and only by themselves: no system is spoken to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agent.authority.authority import Authority
from agent.authority.cedar import Policies
from agent.authority.certificates import FiledCertificates, Fits, Running, fits_of
from agent.bootstrap import authority_of
from agent.clock import now
from agent.people import KnownPeople, recorded
from agent.playbooks.catalog import catalog
from agent.precedents.embedding_models import embedder_of
from agent.reasoning.people import People
from agent.reasoning.weighing import Weighing
from agent.records.database import Database
from agent.settings import Settings, environment, read_settings
from evals.backtesting.backtest import Bench
from evals.backtesting.closed import closed
from evals.backtesting.judging import EPOCH, AskedAnew, Name, Words
from evals.backtesting.recalling import recall_of
from evals.backtesting.replaying import Replays, replayed
from evals.batches import written
from evals.folders import results_folder
from evals.models import UNANSWERED, Cache
from evals.ordering import CACHE, PROMPT, NotWanted, prompt_of, with_model
from registry.errors import RegistryError
from registry.live import in_use
from tools.patience import Rhythm
from tools.plant.model import Plant
from tools.plant.reading import load_plants


@dataclass(frozen=True)
class Wish:
    """What somebody wants replayed.

    Without a reasoner it is the weighing, or the tiered judge where a model or words are named.
    ``questions`` is a file that takes what a model would be asked, and then nobody is.
    """

    reasoner: Name | None = None
    model: str | None = None
    prompt: str | None = None
    prompts: Path | None = None
    policy: Path | None = None
    plant: str | None = None
    questions: Path | None = None

    @property
    def judge(self) -> Name:
        """Who judges."""
        named = self.model or self.prompt or self.questions
        return self.reasoner or ("tiered" if named else "weighing")


@dataclass(frozen=True)
class Done:
    """What came of it; ``questions`` counts those that were written down, None where none were."""

    replays: Replays
    questions: int | None = None


async def carried_out(wish: Wish) -> Done:
    """Replay what is wanted.

    Raises:
        NotWanted: It cannot be replayed.
    """
    settings = read_settings() if wish.judge == "weighing" else with_model(wish.model)
    database = Database(settings.database)
    try:
        return await _carried_out(wish, settings, database)
    finally:
        database.dispose()


async def _carried_out(wish: Wish, settings: Settings, database: Database) -> Done:
    plants = load_plants(settings.plants_folder, environment())
    with database.read() as session:
        cases = list(closed(session, wish.plant))
    fits = fits_of(settings.home, now)
    recall = recall_of(database, {one.case: one.opened_at for one in cases})
    place = Bench(
        Weighing(fits.weighing), _authority(wish, settings, plants), catalog(), plants, recall
    )
    if wish.judge == "weighing":
        return Done(await replayed(cases, place))
    asked = _asked(wish, settings, fits, KnownPeople(plants, (recorded(database),), Rhythm().clock))
    try:
        found = await replayed(cases, replace(place, reasoner=asked))
    finally:
        await asked.close()
    if wish.questions is None:
        return Done(found)
    count = written(((EPOCH, one) for one in asked.asked), asked.model, wish.questions)
    told = tuple(one for one in found.broken if UNANSWERED not in one.why)
    return Done(Replays(found.cases, told), count)


def _asked(wish: Wish, settings: Settings, fits: Fits, people: People) -> AskedAnew:
    return AskedAnew(
        settings=settings,
        words=_words(wish),
        fits=fits,
        people=people,
        cache=Cache(results_folder() / CACHE),
        tiered=wish.judge == "tiered",
        ask=wish.questions is None,
    )


def _words(wish: Wish) -> Words:
    """Return the words that are named, or those in production, wherever that is written."""
    if wish.prompt is not None:
        return Words(prompt_of(wish.prompt, wish.prompts).version, wish.prompts)
    try:
        with in_use(wish.prompts) as registry:
            return Words(registry.resolve(PROMPT).version, wish.prompts)
    except RegistryError as error:
        raise NotWanted(str(error)) from error


def _authority(wish: Wish, settings: Settings, plants: Mapping[str, Plant]) -> Authority:
    """Return the plants' policies, or one file's, by the certificates that hold for the judge."""
    running = Running(wish.judge, embedder_of(settings).name)
    certificates = FiledCertificates(settings.home, running, now)
    if wish.policy is None:
        return authority_of(plants, certificates)
    own = Policies(wish.policy.read_text("utf-8"))
    return Authority(dict.fromkeys(plants, own), certificates)
