"""The model: a judge that is asked to choose among causes, and is believed as far as it is checked.

It sees the masked dossier and gives back a cause from the list with reasons; it has no tools, and
nothing it says can reach a system but by way of the cause it names. Causes the facts exclude are
not in its list, and where the facts contradict each other it is not asked. Its diagnosis is never
decisive. Whenever it gives none, the weighing judges, and
the diagnosis says so, so that no certificate holds and a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from agent.case.diagnosis import Diagnosis, Reason
from agent.case.dossier import Dossier
from agent.case.text import text
from agent.playbooks.catalog import Catalog
from agent.reasoning.asker import ModelTrouble
from agent.reasoning.asking import PROVISIONAL, Asking, Heard, Matter
from agent.reasoning.briefing import TASK, Briefing, briefing_of
from agent.reasoning.calls import Occasion, Purpose
from agent.reasoning.fitting import ModelFit, evidence_for, noted, sure
from agent.reasoning.ladder import GivenUp
from agent.reasoning.opinion import NAME, UNCLEAR, Opinion, opinion_of, schema_of
from agent.reasoning.reasoner import Reasoner
from agent.reasoning.shadow import Shadows
from agent.reasoning.words import NoWords
from agent.records.signal_names import case_id

WITHOUT = "without-model"


class ModelReasoner:
    """Asks a model which of the open causes explains the facts."""

    def __init__(self, asking: Asking, catalog: Catalog, weighing: Reasoner) -> None:
        self._asking, self._catalog, self._weighing = asking, catalog, weighing
        self._shadows = Shadows(asking.rhythm, asking.allowance)

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the model's diagnosis, or the weighing's where the model gives none."""
        weighed = await self._weighing.diagnose(dossier)
        ranked = {cause for cause, _ in weighed.ranking}
        causes = tuple(cause for cause in dossier.causes if cause in ranked)
        if weighed.contested or len(causes) < 2:
            return weighed
        people = await self._asking.people.of(dossier.conflict.plant)
        briefing = briefing_of(dossier, causes, self._catalog, people)
        matter = _matter(dossier, briefing)
        try:
            heard = await self._asking.ask(matter)
        except (GivenUp, ModelTrouble, NoWords) as error:
            return without_model(weighed, str(error))
        await self._shadow(matter)
        return self._judged(dossier, weighed, briefing, heard)

    async def close(self) -> None:
        """Wait for the shadows, and let go of connections."""
        await self._shadows.settle()
        await self._asking.close()

    async def _shadow(self, matter: Matter[Opinion]) -> None:
        """Ask with the words that are tried out, now that the case has its answer."""
        line, book = self._asking.lines[0], self._asking.book
        model = line.asker.name
        for words in await book.shadows(TASK, matter.kind, matter.case, matter.inputs, model):
            request = self._asking.request(model, words, matter)
            self._shadows.ask(line, request, Occasion(matter.case, matter.plant, words))

    def _judged(
        self, dossier: Dossier, weighed: Diagnosis, briefing: Briefing, heard: Heard[Opinion]
    ) -> Diagnosis:
        opinion, fit = heard.said, self._asking.fit
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


def _matter(dossier: Dossier, briefing: Briefing) -> Matter[Opinion]:
    return Matter(
        task=TASK,
        purpose=Purpose.DIAGNOSE,
        kind=dossier.conflict.kind,
        case=case_id(dossier.signal.source, dossier.signal.id),
        plant=dossier.conflict.plant,
        inputs=briefing.inputs,
        name=NAME,
        schema=schema_of(briefing.bounds.causes),
        read=partial(opinion_of, bounds=briefing.bounds),
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


def judge_of(heard: Heard[Opinion], fit: ModelFit) -> str:
    """Return who judged: prompt, model as the server named it, and fit; certificates bind it."""
    parts: Sequence[str] = (*heard.mark, fit.name)
    return "/".join(parts if heard.promoted else (*parts, PROVISIONAL))


def _on_words_alone(cause: str, dossier: Dossier) -> bool:
    """Return whether no fact but what somebody wrote speaks for a cause."""
    return not any(
        one.cause == cause and one.weight > 0 and not one.from_free_text for one in dossier.leanings
    )
