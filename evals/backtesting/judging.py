"""Who judges closed cases anew: the weighing, or a model in chosen words.

A model is asked as in a run over golden cases: answers are kept by question, so whoever replays
again pays only for what is new, and answers imported from a batch are found like any others. Calls
are counted here and recorded nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from agent.authority.certificates import Fits
from agent.case.diagnosis import Diagnosis
from agent.case.dossier import Dossier
from agent.reasoning.asker import Asker
from agent.reasoning.people import People
from agent.reasoning.request import ModelRequest
from agent.reasoning.tiered import Tiered
from agent.reasoning.weighing import Weighing
from agent.settings import Settings
from evals.bench import Place
from evals.models import Cache, KeptAsker, Models, live

Name: TypeAlias = Literal["weighing", "model", "tiered"]
EPOCH = 1


@dataclass(frozen=True)
class Words:
    """A version of the prompt, and the folder it lies in; None is the one that ships."""

    version: str
    folder: Path | None = None


@dataclass
class AskedAnew:
    """A model, alone or behind the weighing; each case has calls and a budget of its own.

    Args:
        settings: How the model is asked, and which.
        words: In which words.
        fits: How confidence is fitted.
        people: Whom a model is never told of.
        cache: Where answers are kept.
        tiered: Whether the weighing decides first.
        ask: False asks nobody: questions are collected in ``asked``.
    """

    settings: Settings
    words: Words
    fits: Fits
    people: People
    cache: Cache
    tiered: bool
    ask: bool = True
    asked: list[ModelRequest] = field(default_factory=list[ModelRequest])
    _asker: Asker | None = field(default=None, init=False)

    @property
    def model(self) -> str:
        """The model by provider and name."""
        return self.settings.model or ""

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return what the judge says of a closed case.

        Raises:
            NoAnswer: The model did not answer; what the weighing says instead is no answer.
        """
        if self.ask and self._asker is None:
            self._asker = live(self.settings)
        asker = KeptAsker(self.model, self._asker, self.cache, EPOCH)
        words = self.words
        models = Models(self.settings, asker, words.version, self.fits, words.folder)
        judge = models.reasoner(Place({}, self.people))
        if self.tiered:
            judge = Tiered(Weighing(self.fits.weighing), judge)
        diagnosis = await judge.diagnose(dossier)
        self.asked += asker.asked
        why = str(diagnosis.reasons[-1].because) if diagnosis.reasons else ""
        models.require_answer(diagnosis.judge, why)
        return diagnosis

    async def close(self) -> None:
        """Let go of the model."""
        if self._asker is not None:
            await self._asker.close()
