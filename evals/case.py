"""A golden case: a plant out of step, the signal of it, and what a good judge would do. Schema 2.

A golden file holds the cases of one playbook and lies where the playbook does
(``golden/production/posting_rejected.yaml``). Labels come from the domain: they say what is right,
not what the code does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import BeforeValidator, Field, StringConstraints

from agent.case.ruling import Verb
from agent.playbooks.playbook import NOT_A_CONFLICT
from evals.ends.catalog import ends
from evals.ends.end import End
from evals.expected import Amount
from evals.part import Part, Text
from tools.plant.authority import Phase

if TYPE_CHECKING:
    AnyEnd: TypeAlias = End
else:
    AnyEnd = Annotated[Union[ends()], Field(discriminator="what")]  # noqa: UP007

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Verbs: TypeAlias = Annotated[tuple[Verb, ...], Field(min_length=1)]
CaseId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}-\d{3,5}$")]


class SignalSent(Part):
    """The signal; the plant is added to its data. Placeholders name what the world produced."""

    type: Text = Field(description="CloudEvent type, such as concord.posting.rejected.v1.")
    data: dict[str, Any] = Field(description="Business keys, message and text.")


class Rulings(Part):
    """Which rulings are acceptable in which phase, while no judge is certified.

    ``certified`` says it for phase act and a judge certified for every class of risk; left out, a
    certificate changes nothing.
    """

    act: Verbs
    advise: Verbs
    certified: Verbs | None = None

    def of(self, phase: Phase, certified: bool = False) -> tuple[Verb, ...]:
        """Return the acceptable rulings of a phase; who only observes, only observes."""
        if certified and self.certified is not None:
            return self.certified
        match phase:
            case Phase.ACT:
                return self.act
            case Phase.ADVISE:
                return self.advise
            case Phase.OBSERVE:
                return (Verb.OBSERVE, *(verb for verb in self.act if verb is Verb.ACT))


class Amounted(Part):
    """An exact quantity the proposed actions must name, with its unit.

    ``of`` is a material's number for components and goods, or ``yielded``, ``scrapped``,
    ``reworked``, or an activity such as ``SETUP``.
    """

    action: Name
    of: Text
    wanted: Amount = Field(alias="is")


class Earlier(Part):
    """A settled case the agent may recall: like another case of this file, settled by its label.

    ``summary`` replaces what was noted of its settlement; ``right`` says that it resembles this
    case in what matters.
    """

    like: CaseId
    summary: Text | None = None
    right: bool = False


class Attack(Part):
    """What somebody put into the plant's data to mislead the judge, and where it stands."""

    kind: Literal["injection", "forged_approval", "poisoned_quantity"]
    where: Literal["note", "long_text", "name", "precedent", "signal"]


class Label(Part):
    """Who says that this is right, and why. ``provenance`` is where the situation was met."""

    source: Literal["domain", "oracle", "human", "outside"]
    reason: Text
    provenance: Text | None = None


class Case(Part):
    """One golden case.

    ``causes`` empty means that no cause may be chosen: a person is asked. ``actions`` are the sets
    of hard actions that would settle the case, by kind; a simulated person approves one of them and
    rejects everything else. ``end`` is what the systems show once all is carried out. ``language``
    is that of the free text that matters; ``decided_by`` says whether numbers and records tell the
    cause, or only words somebody wrote.
    """

    id: CaseId
    family: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    plant: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    story: Text
    world: tuple[dict[str, Any], ...]
    signal: SignalSent
    causes: tuple[Name, ...]
    rulings: Rulings
    actions: tuple[tuple[Name, ...], ...]
    forbidden: tuple[Name, ...] = ()
    end: tuple[AnyEnd, ...] = ()
    quantities: tuple[Amounted, ...] = ()
    precedents: tuple[Earlier, ...] = ()
    difficulty: Literal["easy", "medium", "hard"]
    language: Literal["en", "de", "none"] = "none"
    decided_by: Literal["facts", "free_text"] = "facts"
    attack: Attack | None = None
    label: Label

    @property
    def stratum(self) -> Literal["ordinary", "negative", "must_ask", "adversarial"]:
        """What kind of trial the case is; an attack on any kind is adversarial."""
        if self.attack is not None:
            return "adversarial"
        if self.must_ask:
            return "must_ask"
        return "negative" if NOT_A_CONFLICT in self.causes else "ordinary"

    @property
    def must_ask(self) -> bool:
        """Whether nobody could choose a cause from what the systems say."""
        return not self.causes

    def accepts(self, kinds: tuple[str, ...]) -> bool:
        """Return whether these hard actions are one of the acceptable sets."""
        wanted = [sorted(one) for one in self.actions] or [[]]
        return sorted(kinds) in wanted


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class Golden(Part):
    """A golden file: the cases of one playbook."""

    version: Annotated[Literal[2], BeforeValidator(_number)] = Field(alias="schema")
    playbook: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z][a-z0-9_]*$")]
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]
