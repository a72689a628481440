"""The model of a run: asked as the agent asks it, every answer kept and every call counted.

An answer is kept by question, model and epoch, so a run that is played again asks nobody twice, and
answers that were imported from a batch are found like any others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agent.authority.certificates import Fits
from agent.judging import metadata_of
from agent.playbooks.catalog import catalog
from agent.reasoning.asker import Asker, of_status
from agent.reasoning.asking import Asking
from agent.reasoning.batch import NotYet, custom_id
from agent.reasoning.calling import Line
from agent.reasoning.calls import Call
from agent.reasoning.configured import allowance_of, asker_of, price_of
from agent.reasoning.fitting import ModelFit
from agent.reasoning.model import WITHOUT, ModelReasoner
from agent.reasoning.reasoner import Reasoner
from agent.reasoning.request import ModelAnswer, ModelRequest
from agent.reasoning.weighing import Weighing
from agent.settings import Settings
from evals.bench import Place
from evals.prompts import ChosenWords
from evals.row import Spending
from registry.registry import in_folder, shipped
from tools.patience import Rhythm

UNANSWERED = "no answer is at hand"


class NoAnswer(Exception):
    """The model gave no answer, so nothing can be said of how it judges; somebody runs again."""


class Kept(BaseModel):
    """One answer in the cache; ``trouble`` is what a batch said instead of answering."""

    model_config = ConfigDict(frozen=True)

    answer: ModelAnswer | None = None
    trouble: str = ""
    latency_ms: float = 0.0


class Cache:
    """Answers in a folder, one file each; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, model: str, question: str, epoch: int) -> Kept | None:
        """Return what is kept."""
        try:
            return Kept.model_validate_json(self._file(model, question, epoch).read_bytes())
        except FileNotFoundError:
            return None

    def put(self, model: str, question: str, epoch: int, kept: Kept) -> None:
        """Keep an answer."""
        file = self._file(model, question, epoch)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(kept.model_dump_json(), "utf-8")
        beside.replace(file)

    def _file(self, model: str, question: str, epoch: int) -> Path:
        key = sha256(json.dumps([model, question, epoch]).encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.json"


class KeptAsker:
    """Looks an answer up before it asks; without an asker, it collects what has no answer yet."""

    def __init__(self, name: str, asker: Asker | None, cache: Cache, epoch: int) -> None:
        self.name, self._asker, self._cache, self._epoch = name, asker, cache, epoch
        self.cached, self.latency_ms = 0, 0.0
        self.asked = list[ModelRequest]()

    async def ask(self, request: ModelRequest, seconds: float) -> ModelAnswer:
        """Return the answer that is kept, or ask.

        Raises:
            NotYet: There is none and nobody to ask; the question is among ``asked`` now.
            ModelTrouble: There is no answer.
        """
        question = custom_id(request)
        kept = self._cache.get(self.name, question, self._epoch)
        if kept is None:
            return await self._fresh(request, question, seconds)
        self.cached += 1
        self.latency_ms += kept.latency_ms
        if kept.answer is None:
            status, _, why = kept.trouble.partition(" ")
            raise of_status(int(status), why)
        return kept.answer

    async def _fresh(self, request: ModelRequest, question: str, seconds: float) -> ModelAnswer:
        if self._asker is None:
            self.asked.append(request)
            raise NotYet(f"{UNANSWERED} for {question}")
        clock = Rhythm().clock
        started = clock()
        answer = await self._asker.ask(request, seconds)
        took = (clock() - started) * 1000
        self.latency_ms += took
        self._cache.put(
            self.name, question, self._epoch, Kept(answer=answer, latency_ms=round(took, 1))
        )
        return answer

    async def close(self) -> None:
        """The model is closed by whoever opened it."""


@dataclass
class Heard:
    """All calls made for one case."""

    calls: list[Call] = field(default_factory=list[Call])

    async def record(self, call: Call) -> None:
        """Write a call down."""
        self.calls.append(call)


@dataclass
class Models:
    """The model as one case asks it.

    Args:
        settings: How models are asked.
        asker: Who answers, and what is kept.
        version: The prompt's version; None is the one in production.
        fits: How confidence is fitted.
        prompts: The folder of the prompts; None are those that ship.
    """

    settings: Settings
    asker: KeptAsker
    version: str | None
    fits: Fits = Fits()
    prompts: Path | None = None
    heard: Heard = field(default_factory=Heard)

    def reasoner(self, place: Place) -> Reasoner:
        """Return the model as a judge."""
        settings, rhythm = self.settings, Rhythm()
        line = Line(self.asker, self.heard, rhythm, price_of(settings), settings.model_seconds / 2)
        metadata = metadata_of(place.plants)
        registry = in_folder(self.prompts or shipped())
        words = ChosenWords(registry, catalog(), metadata, self.version)
        fit = self.fits.model or ModelFit()
        asking = Asking((line,), words, rhythm, allowance_of(settings), fit, place.people)
        return ModelReasoner(asking, catalog(), Weighing(self.fits.weighing))

    @property
    def spent(self) -> Spending:
        """What was spent on the case."""
        calls = self.heard.calls
        answers = [call.answer for call in calls if call.answer is not None]
        costs = [call.cost for call in calls if call.cost is not None]
        return Spending(
            calls=len(calls),
            cached=self.asker.cached,
            tokens_in=sum(one.tokens_in or 0 for one in answers),
            tokens_out=sum(one.tokens_out or 0 for one in answers),
            cost=float(sum(costs, Decimal(0))) if costs else None,
            latency_ms=round(self.asker.latency_ms, 1),
        )

    def require_answer(self, judge: str, why: str) -> None:
        """Make sure that the model had its say, where a diagnosis was to have it.

        A model that answers what nobody can use is wrong; one that does not answer is an error.

        Args:
            judge: The diagnosis's own word for who judged.
            why: What is told where nobody was even asked.

        Raises:
            NoAnswer: It had not.
        """
        last = self.heard.calls[-1] if self.heard.calls else None
        if judge.endswith(WITHOUT) and (last is None or last.answer is None):
            raise NoAnswer(last.trouble if last else why)


def live(settings: Settings) -> Asker:
    """Return the model that the settings name; nothing is opened before it is asked."""
    if settings.model is None:
        raise LookupError("no model is configured: name one with --model")
    return asker_of(settings.model, settings.model_url, settings.model_key, settings)
