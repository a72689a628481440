"""How a model is brought to answer in a form that can be read, step by step.

JSON schema → function calling → JSON mode with the schema in the prompt; at any of them one repair
turn that says what was wrong; then it is given up. Pure: whoever climbs does the asking, live or by
batch file. From the top with every rung failing these are four calls.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from agent.reasoning.opinion import NoJson, NotUsable
from agent.reasoning.request import Finish, Form, Message, ModelAnswer, ModelRequest

RUNGS = (Form.SCHEMA, Form.FUNCTION, Form.OBJECT)
SLIPS = 2
_ECHO = 2000
_CUT_SHORT = 0.5
_LONGER = 4
"""How much more a model may write that was cut off: some think at length before they answer."""

T = TypeVar("T")


class GivenUp(Exception):
    """The model gives no usable answer; the weighing judges, and a person is told why."""


@dataclass
class Capability:
    """Which rung each model is known to stand on; learnt from what happens, kept in memory.

    A rung that is not offered is left at once, one that did not work only after two cases in a row.
    ``untempered`` are models that take no temperature.
    """

    rungs: dict[str, Form] = field(default_factory=dict[str, Form])
    untempered: set[str] = field(default_factory=set[str])
    slips: dict[str, int] = field(default_factory=dict[str, int])

    def start(self, model: str) -> Form:
        """Return the rung to begin with."""
        return self.rungs.get(model, RUNGS[0])

    def works(self, model: str, ladder: Ladder[Any]) -> None:
        """Learn from the ladder of a case that a model has answered."""
        form, unoffered = ladder.form, ladder.unoffered
        if ladder.untempered:
            self.untempered.add(model)
        if form not in RUNGS:
            return
        if form is self.start(model):
            self.slips.pop(model, None)
            return
        self.slips[model] = self.slips.get(model, 0) + 1
        if unoffered or self.slips[model] >= SLIPS:
            self.rungs[model] = form
            self.slips.pop(model, None)


@dataclass
class Ladder(Generic[T]):
    """One question's way down the rungs.

    Args:
        request: What is asked, in the form to begin with.
        read: Reads an answer's text, or raises ``NotUsable`` with what is wrong with it.
    """

    request: ModelRequest
    read: Callable[[str | None], T]
    repaired: bool = False
    unoffered: bool = False
    untempered: bool = False
    _asked: ModelRequest = field(init=False)

    def __post_init__(self) -> None:
        self._asked = self.request
        self._stand_on(self.request.form)

    @property
    def next(self) -> ModelRequest:
        """The request to send now."""
        return self._asked

    @property
    def form(self) -> Form:
        """The rung it stands on."""
        return self._asked.form

    def refuse(self, why: str) -> None:
        """Take note that the server does not take this request: for its temperature, or its form.

        Raises:
            GivenUp: There is no rung below.
        """
        if self._asked.temperature is not None and "temperature" in why.lower():
            self.untempered = True
            self.request = replace(self.request, temperature=None)
            self._asked = replace(self._asked, temperature=None)
            return
        self.unoffered = True
        if not self._descend():
            raise GivenUp(why)

    def hear(self, answer: ModelAnswer) -> T | None:
        """Judge an answer; None means that ``next`` is to be asked.

        Raises:
            GivenUp: There is no use in asking again.
        """
        match answer.finish:
            case Finish.REFUSED:
                raise GivenUp("the model refused to answer")
            case Finish.FILTERED:
                raise GivenUp("the provider's filter stopped the answer")
            case Finish.LENGTH | Finish.DONE:
                pass
        if cut_short(self._asked, answer):
            raise GivenUp(f"the server read only {answer.tokens_in} tokens of the prompt")
        try:
            return self.read(answer.text)
        except NotUsable as error:
            self._mend(answer, error)
            return None

    def _mend(self, answer: ModelAnswer, error: NotUsable) -> None:
        most = self._asked.most_tokens
        if answer.finish is Finish.LENGTH:
            error = NotUsable(f"it was cut off after {most} tokens: be brief")
            most *= _LONGER
        elif isinstance(error, NoJson) and self._descend():
            return
        if self.repaired:
            raise GivenUp(f"the model's answer is not usable: {error}")
        self.repaired = True
        echo = Message("assistant", (answer.text or "(nothing)")[:_ECHO])
        told = Message("user", _complaint(error))
        messages = (*self._asked.messages, echo, told)
        self._asked = replace(self._asked, messages=messages, most_tokens=most)

    def _descend(self) -> bool:
        if self.form not in RUNGS:
            return False
        place = RUNGS.index(self.form)
        if self.repaired or place + 1 == len(RUNGS):
            return False
        self._stand_on(RUNGS[place + 1])
        return True

    def _stand_on(self, form: Form) -> None:
        messages = self.request.messages
        if form is Form.OBJECT:
            messages = (*messages[:-1], _with_schema(messages[-1], self.request.schema))
        self._asked = replace(self.request, form=form, messages=messages)


def cut_short(request: ModelRequest, answer: ModelAnswer) -> bool:
    """Return whether the server cannot have read the whole prompt."""
    return answer.tokens_in is not None and 0 < answer.tokens_in < request.size * _CUT_SHORT


def _with_schema(message: Message, schema: Any) -> Message:
    said = json.dumps(schema, ensure_ascii=False)
    told = f"Answer with one JSON object and nothing else. It fits this JSON schema:\n{said}"
    return replace(message, content=f"{message.content}\n\n{told}")


def _complaint(error: NotUsable) -> str:
    lines = "\n".join(f"- {problem}" for problem in error.problems)
    return f"That answer cannot be used:\n{lines}\nAnswer again, in the same form, mended."
