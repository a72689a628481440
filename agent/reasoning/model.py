"""The model: a judge that is asked to choose among causes, and is believed as far as it is checked.

It sees the masked dossier and gives back a cause from the list with reasons; it has no tools, and
nothing it says can reach a system but by way of the cause it names. Causes the facts exclude are
not in its list, and where the facts contradict each other it is not asked. Its diagnosis is never
decisive. Whenever it gives none, the weighing judges, and
the diagnosis says so, so that no certificate holds and a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.case.diagnosis import Diagnosis, Reason
from agent.case.dossier import Dossier
from agent.case.text import text
from agent.playbooks.catalog import Catalog
from agent.reasoning.asker import (
    Busy,
    Locked,
    ModelTrouble,
    Resting,
    Silent,
    Spent,
    Unfit,
    Unoffered,
    bare,
)
from agent.reasoning.briefing import TASK, Briefing, briefing_of
from agent.reasoning.budget import Allowance, Budget
from agent.reasoning.calling import Line
from agent.reasoning.calls import Occasion, Purpose
from agent.reasoning.fitting import ModelFit, evidence_for, noted, sure
from agent.reasoning.ladder import Capability, GivenUp, Ladder
from agent.reasoning.opinion import NAME, UNCLEAR, Opinion, schema_of
from agent.reasoning.reasoner import Reasoner
from agent.reasoning.request import ModelRequest
from agent.reasoning.shadow import Shadows
from agent.reasoning.words import NoWords, PromptBook, Rendered
from agent.records.arrivals import case_id
from tools.patience import Rhythm

WITHOUT = "without-model"
PROVISIONAL = "provisional"
MOST_TOKENS = 800
"""How long an answer may be where the prompt does not say."""


@dataclass(frozen=True)
class Asking:
    """How models are asked.

    ``lines`` are the model and, after it, those that stand in for it.
    """

    lines: tuple[Line, ...]
    book: PromptBook
    rhythm: Rhythm
    allowance: Allowance = Allowance()
    fit: ModelFit = field(default_factory=ModelFit)


@dataclass(frozen=True)
class Heard:
    """An opinion, and whose it is; ``promoted`` tells whether the gate has passed that judge."""

    opinion: Opinion
    words: Rendered
    model: str
    promoted: bool


class ModelReasoner:
    """Asks a model which of the open causes explains the facts."""

    def __init__(self, asking: Asking, catalog: Catalog, weighing: Reasoner) -> None:
        self._asking, self._catalog, self._weighing = asking, catalog, weighing
        self._capability = Capability()
        self._shadows = Shadows(asking.rhythm, asking.allowance)

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the model's diagnosis, or the weighing's where the model gives none."""
        weighed = await self._weighing.diagnose(dossier)
        ranked = {cause for cause, _ in weighed.ranking}
        causes = tuple(cause for cause in dossier.causes if cause in ranked)
        if weighed.contested or len(causes) < 2:
            return weighed
        briefing = briefing_of(dossier, causes, self._catalog)
        try:
            heard = await self._ask(dossier, briefing)
        except (GivenUp, ModelTrouble, NoWords) as error:
            return without_model(weighed, str(error))
        await self._shadow(dossier, briefing)
        return self._judged(dossier, weighed, briefing, heard)

    async def close(self) -> None:
        """Wait for the shadows, and let go of connections."""
        await self._shadows.settle()
        for line in self._asking.lines:
            await line.asker.close()

    async def _ask(self, dossier: Dossier, briefing: Briefing) -> Heard:
        """Ask the model, or the one that stands in for it while the first cannot be reached."""
        asking = self._asking
        budget = Budget(asking.allowance, asking.rhythm.clock)
        trouble: ModelTrouble | None = None
        for line in asking.lines:
            try:
                return await self._climb(line, dossier, briefing, budget, trouble is not None)
            except (Busy, Silent, Locked, Resting, Unfit) as error:
                trouble = trouble or error
            except Spent as error:
                raise trouble or error from error
        raise trouble or Spent("no model is configured")

    async def _climb(
        self, line: Line, dossier: Dossier, briefing: Briefing, budget: Budget, instead: bool
    ) -> Heard:
        model, kind = line.asker.name, dossier.conflict.kind
        case = case_id(dossier.signal.source, dossier.signal.id)
        book = self._asking.book
        words = await book.messages(TASK, kind, case, briefing.inputs, model)
        occasion = Occasion(case, dossier.conflict.plant, words)
        ladder = Ladder(self._request(model, words, briefing), briefing.bounds)
        purpose = Purpose.AGAIN if instead else Purpose.DIAGNOSE
        while True:
            try:
                answer = await line.ask(ladder.next, purpose, occasion, budget)
            except Unoffered as error:
                ladder.refuse(str(error))
            else:
                opinion = ladder.hear(answer)
                if opinion is not None:
                    self._capability.works(model, ladder)
                    who = _named(model, answer.model)
                    promoted = await book.promoted(words, who)
                    return Heard(opinion, words, who, promoted)
            purpose = Purpose.REPAIR

    async def _shadow(self, dossier: Dossier, briefing: Briefing) -> None:
        """Ask with the words that are tried out, now that the case has its answer."""
        line, book = self._asking.lines[0], self._asking.book
        model, kind = line.asker.name, dossier.conflict.kind
        case = case_id(dossier.signal.source, dossier.signal.id)
        for words in await book.shadows(TASK, kind, case, briefing.inputs, model):
            request = self._request(model, words, briefing)
            self._shadows.ask(line, request, Occasion(case, dossier.conflict.plant, words))

    def _request(self, model: str, words: Rendered, briefing: Briefing) -> ModelRequest:
        options, untempered = words.options, model in self._capability.untempered
        return ModelRequest(
            model=model,
            messages=words.messages,
            form=self._capability.start(model),
            name=NAME,
            schema=schema_of(briefing.bounds.causes),
            most_tokens=int(options.get("maxOutputTokens", MOST_TOKENS)),
            temperature=None if untempered else options.get("temperature"),
        )

    def _judged(
        self, dossier: Dossier, weighed: Diagnosis, briefing: Briefing, heard: Heard
    ) -> Diagnosis:
        opinion, fit = heard.opinion, self._asking.fit
        cause = None if opinion.cause == UNCLEAR else opinion.cause
        evidence = {} if cause is None else evidence_for(cause, weighed, dossier.precedents)
        return Diagnosis(
            cause=cause,
            confidence=sure(fit, evidence) if evidence else 0.0,
            decisive=False,
            reasons=tuple(
                Reason(text("{says}", says=briefing.mask.restore(one.says)), one.cites)
                for one in opinion.reasons
            ),
            ranking=weighed.ranking,
            judge=judge_of(heard, fit),
            free_text_only=cause is not None and _on_words_alone(cause, dossier),
            evidence=noted(evidence),
        )


def without_model(weighed: Diagnosis, why: str) -> Diagnosis:
    """Return the weighing's diagnosis, marked so that a person is asked, and why."""
    said = text(
        "The model gave no usable answer ({why}); the facts alone were weighed",
        why=" ".join(why.split())[:300],
    )
    return replace(
        weighed,
        decisive=False,
        judge=f"{weighed.judge}/{WITHOUT}",
        reasons=(*weighed.reasons, Reason(said, ())),
    )


def judge_of(heard: Heard, fit: ModelFit) -> str:
    """Return who judged: prompt, model as the server named it, and fit; certificates bind it."""
    words = heard.words
    prompt = f"{words.name}@{words.version}#{words.sha256[:12]}"
    parts: Sequence[str] = ("model", prompt, heard.model, fit.name)
    return "/".join(parts if heard.promoted else (*parts, PROVISIONAL))


def _named(asked: str, returned: str) -> str:
    """Return a model by its provider and the name the server gave it."""
    provider = asked.partition(":")[0]
    return f"{provider}:{returned or bare(asked)}"


def _on_words_alone(cause: str, dossier: Dossier) -> bool:
    """Return whether no fact but what somebody wrote speaks for a cause."""
    return not any(
        one.cause == cause and one.weight > 0 and not one.from_free_text for one in dossier.leanings
    )
