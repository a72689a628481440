"""What a model can do: on which rungs it answers, how fast, and whether it reads all it is sent.

The questions are made up, belong to no case and hold nothing of any plant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from agent.reasoning.asker import Asker, ModelTrouble
from agent.reasoning.ladder import RUNGS, GivenUp, Ladder, cut_short
from agent.reasoning.opinion import NAME, Bounds, NotUsable, opinion_of, schema_of
from agent.reasoning.request import Form, Message, ModelRequest

CAUSES = ("spilled", "miscounted")
NOTE = "Two bags broke when the pallet tipped over."
WORD = "KORALLE"
PAGES = 320
"""Lines of the long question; with them it has about 5,500 tokens."""

_BOUNDS = Bounds(CAUSES, {"report": {"quantity": "12 KG", "note": NOTE}}, frozenset({"12"}))
_READ = partial(opinion_of, bounds=_BOUNDS)
_SYSTEM = (
    "You say which cause explains the facts. Answer with a cause from the list, a confidence from "
    "0 to 1, and reasons that cite facts by path. Paths: report, report.quantity, report.note."
)
_QUESTION = (
    f"Causes: spilled, miscounted.\nreport.quantity: 12 KG\nreport.note: {NOTE}\n"
    "Why is more material gone than planned?"
)


@dataclass(frozen=True)
class RungCheck:
    """How one rung went; ``why`` says what was wrong."""

    form: Form
    works: bool
    latency_ms: float
    why: str = ""


@dataclass(frozen=True)
class ModelCheck:
    """What a model can do. ``context`` None means that no rung works, so nobody could tell."""

    model: str
    returned: str
    rungs: tuple[RungCheck, ...]
    context: bool | None
    context_why: str = ""

    @property
    def rung(self) -> Form | None:
        """The best rung that works."""
        return next((rung.form for rung in self.rungs if rung.works), None)

    @property
    def usable(self) -> bool:
        """Whether cases can be put to it."""
        return self.rung is not None and self.context is True


async def check(asker: Asker, clock: Callable[[], float], seconds: float) -> ModelCheck:
    """Try every rung, then a long prompt on the best one that works."""
    rungs: list[RungCheck] = []
    returned = ""
    for form in RUNGS:
        started = clock()
        named, why = await _rung(asker, form, seconds)
        rungs.append(RungCheck(form, not why, (clock() - started) * 1000, why))
        returned = returned or named
    best = next((rung.form for rung in rungs if rung.works), None)
    if best is None:
        return ModelCheck(asker.name, returned, tuple(rungs), None)
    why = await _context(asker, best, seconds)
    return ModelCheck(asker.name, returned, tuple(rungs), not why, why)


async def _rung(asker: Asker, form: Form, seconds: float) -> tuple[str, str]:
    """Return the name the server gave the model, and what was wrong with its answer."""
    request = _request(asker, form, (Message("system", _SYSTEM), Message("user", _QUESTION)))
    ladder = Ladder(request, _READ)
    try:
        answer = await asker.ask(ladder.next, seconds)
        if ladder.hear(answer) is not None:
            return answer.model, ""
        opinion_of(answer.text, _BOUNDS)
    except NotUsable as error:
        return "", f"the answer is not usable: {error}"
    except (ModelTrouble, GivenUp) as error:
        return "", str(error)
    return "", "the answer was cut off"


async def _context(asker: Asker, form: Form, seconds: float) -> str:
    """Return how the model fails to read a long prompt; nothing if it does."""
    lines = "\n".join(
        f"Line {number}: nothing of interest was reported in this hour of the shift, all ran well."
        for number in range(PAGES)
    )
    long = f"{_SYSTEM}\nThe code word is {WORD}.\n{lines}"
    question = f"{_QUESTION}\nGive as the only reason the code word, and cite report."
    request = _request(asker, form, (Message("system", long), Message("user", question)))
    ladder = Ladder(request, _READ)
    try:
        answer = await asker.ask(ladder.next, seconds)
    except ModelTrouble as error:
        return str(error)
    if cut_short(ladder.next, answer):
        return f"the server read {answer.tokens_in} tokens of about {request.size}"
    if WORD not in (answer.text or "").upper():
        return "the beginning of a long prompt was not read"
    return ""


def _request(asker: Asker, form: Form, messages: tuple[Message, ...]) -> ModelRequest:
    return ModelRequest(asker.name, messages, form, NAME, schema_of(CAUSES))
