"""Which kind of conflict an unclear signal tells of, asked of a model once.

The catalogue recognises a signal by type, message and keys. Where it recognises none, or several
equally well, a model may say which of the kinds it is, among those whose object the signal names.
The keys stay the signal's own: a model cannot put one in. What it says opens a question for a
person and nothing more: authority forbids the agent to carry anything out on such a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from agent.case.conflict import Signal
from agent.playbooks.catalog import Catalog
from agent.reasoning.asker import ModelTrouble
from agent.reasoning.asking import PROVISIONAL, Asking, Matter
from agent.reasoning.calls import Purpose
from agent.reasoning.identifiers import identifiers, invented
from agent.reasoning.ladder import GivenUp
from agent.reasoning.masking import Mask
from agent.reasoning.opinion import NoJson, NotUsable, json_object
from agent.reasoning.words import NoWords
from agent.records.signal_names import case_id

TASK = "identify"
NAME = "identification"
NONE = "none"
BAR = 0.8
"""How sure a model has to say it is. It decides about a question for a person, not about a deed."""


class Claim(BaseModel):
    """A model's answer: a kind out of the list or none, and one sentence."""

    model_config = ConfigDict(frozen=True)

    kind: str
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    because: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]


@dataclass(frozen=True)
class Identification:
    """What came of asking: a kind with whoever says so, or None and why."""

    kind: str | None
    by: str
    why: str


class Identifier(Protocol):
    """Says which kind of conflict an unclear signal tells of."""

    async def identify(self, signal: Signal) -> Identification | None:
        """Return what it says; None where nobody is asked."""
        ...


class NobodyAsked:
    """Leaves every unclear signal to a person."""

    async def identify(self, signal: Signal) -> Identification | None:
        """Return that nobody was asked."""
        return None


class ModelIdentifier:
    """Asks a model, once; whatever is wrong with the answer, a person looks."""

    def __init__(self, asking: Asking, catalog: Catalog, clock: Callable[[], datetime]) -> None:
        self._asking, self._catalog, self._clock = asking, catalog, clock

    async def identify(self, signal: Signal) -> Identification | None:
        """Return what the model says; None where there is no kind it could be."""
        kinds = candidates(signal, self._catalog)
        if not kinds:
            return None
        people = await self._asking.people.of(signal.plant)
        matter = self._matter(signal, kinds, people)
        try:
            heard = await self._asking.ask(matter)
        except (GivenUp, ModelTrouble, NoWords) as error:
            why = " ".join(str(error).split())[:300]
            return Identification(None, "", f"The model gave no usable answer ({why}).")
        claim, who = heard.said, "/".join(heard.mark)
        by = who if heard.promoted else f"{who}/{PROVISIONAL}"
        if claim.kind == NONE:
            return Identification(None, by, "The model recognises none either.")
        if claim.confidence < BAR:
            return Identification(None, by, "The model is not sure either.")
        return Identification(claim.kind, by, "")

    def _matter(self, signal: Signal, kinds: Sequence[str], people: Sequence[str]) -> Matter[Claim]:
        told = {
            "plant": signal.plant,
            "type": signal.type,
            "message": signal.message,
            "text": signal.text,
            "keys": dict(signal.keys),
        }
        mask = Mask(told, signal.data, people=people)
        masked = mask.plain(told)
        rows = [{"name": name, "value": value} for name, value in masked["keys"].items()]
        inputs = {
            **masked,
            "now": self._clock().isoformat(timespec="minutes"),
            "keys": rows,
            "kinds": [self._shown(kind) for kind in kinds],
        }
        return Matter(
            task=TASK,
            purpose=Purpose.IDENTIFY,
            kind=None,
            case=case_id(signal.source, signal.id),
            plant=signal.plant,
            inputs=inputs,
            name=NAME,
            schema=schema_of(kinds),
            read=partial(claim_of, kinds=kinds, known=identifiers(masked)),
        )

    def _shown(self, kind: str) -> dict[str, str]:
        return {
            "kind": kind,
            "title": str(self._catalog.playbooks[kind].title),
            "seen_when": seen_when(self._catalog.pages[kind]),
        }


def candidates(signal: Signal, catalog: Catalog) -> tuple[str, ...]:
    """Return the kinds a signal may tell of: those that tie, else all whose object it names."""
    kinds = catalog.recognise(signal) or tuple(catalog.playbooks)
    return tuple(kind for kind in kinds if catalog.playbooks[kind].object_key in signal.keys)


def seen_when(page: str) -> str:
    """Return what a playbook's page says of how its conflict is seen."""
    _, _, rest = page.partition("Seen when")
    return " ".join(rest.partition("Settled by")[0].split())


def schema_of(kinds: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of an answer."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "confidence", "because"],
        "properties": {
            "kind": {"type": "string", "enum": [*kinds, NONE]},
            "confidence": {"type": "number"},
            "because": {"type": "string"},
        },
    }


def claim_of(text: str | None, kinds: Sequence[str], known: frozenset[str]) -> Claim:
    """Read a model's answer and hold it against the signal.

    Raises:
        NoJson: The answer holds no JSON object.
        NotUsable: It names a kind that is not listed, or something the signal does not name.
    """
    plain = json_object(text or "")
    if plain is None:
        raise NoJson("the answer is not one JSON object")
    extra = sorted(set(plain) - set(Claim.model_fields))
    if extra:
        raise NotUsable(f"{', '.join(extra)}: is not asked for; the keys are the signal's")
    try:
        claim = Claim.model_validate(plain)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        raise NotUsable(f"{detail['loc'][0]}: {detail['msg']}") from None
    if claim.kind not in (*kinds, NONE):
        raise NotUsable(f"kind: not one of {', '.join((*kinds, NONE))}")
    names = invented(claim.because, known)
    if names:
        raise NotUsable(f"because: not named by the signal: {', '.join(names)}")
    return claim
