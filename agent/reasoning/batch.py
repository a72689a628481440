"""Requests as OpenAI Batch files, and answers out of them: any model, anywhere, any time later.

A request is known by its content (``custom_id``), so a run that is played again finds its answers
by itself. A run goes in rounds: what ``Answered`` has no answer for it collects; whoever has the
file answered plays the run again, until nothing is collected any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TextIO

from pydantic import BaseModel, ValidationError

from agent.plain import dump
from agent.reasoning.asker import ModelTrouble, of_status
from agent.reasoning.opinion import NAME
from agent.reasoning.request import ModelAnswer, ModelRequest
from agent.reasoning.wire import answer_of, body_of
from agent.records.canonical import digest

ENDPOINT = "/v1/chat/completions"


class Unreadable(Exception):
    """A line is none of a batch's output; whoever has the file looks at it."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line


class NotYet(ModelTrouble):
    """The answers at hand hold none for this request; it has been collected."""


class _Response(BaseModel):
    status_code: int
    body: dict[str, Any]


class _Line(BaseModel):
    custom_id: str
    response: _Response | None = None
    error: dict[str, Any] | Literal[""] | None = None


def custom_id(request: ModelRequest) -> str:
    """Return the name of a request: the same for the same question, whichever model answers it."""
    return "q-" + digest({**dump(request), "model": ""})[:40]


def line_of(request: ModelRequest, model: str) -> dict[str, Any]:
    """Return a request as one line of a batch's input."""
    return {
        "custom_id": custom_id(request),
        "method": "POST",
        "url": ENDPOINT,
        "body": body_of(request, model),
    }


def write(requests: Iterable[ModelRequest], model: str, stream: TextIO) -> int:
    """Write requests as a batch's input, each question once; return how many there are."""
    lines = {custom_id(request): line_of(request, model) for request in requests}
    for line in lines.values():
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(lines)


def read(lines: Iterable[str]) -> dict[str, ModelAnswer | str]:
    """Return the answers of a batch's output by ``custom_id``; a text where a request failed.

    Raises:
        Unreadable: A line is no line of a batch's output.
    """
    answers: dict[str, ModelAnswer | str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = _Line.model_validate_json(line)
            answers[one.custom_id] = _answer(one)
        except ValidationError as error:
            raise Unreadable(number, error.errors()[0]["msg"]) from None
    return answers


class Answered:
    """An asker that looks answers up, and collects the questions that have none.

    Args:
        model: The name it goes by, such as ``openai:gpt-5-mini``.
        answers: What ``read`` returned.
    """

    def __init__(self, model: str, answers: Mapping[str, ModelAnswer | str]) -> None:
        self._model, self._answers = model, answers
        self.asked: dict[str, ModelRequest] = {}

    @property
    def name(self) -> str:
        return self._model

    async def ask(self, request: ModelRequest, seconds: float) -> ModelAnswer:
        """Return the answer.

        Raises:
            NotYet: There is none; the question is among ``asked`` now.
            ModelTrouble: The batch could not answer it.
        """
        key = custom_id(request)
        found = self._answers.get(key)
        if found is None:
            self.asked[key] = request
            raise NotYet(f"no answer is at hand for {key}")
        if isinstance(found, str):
            status, _, why = found.partition(" ")
            raise of_status(int(status), why)
        return found

    async def close(self) -> None:
        """Nothing is open."""


def _answer(one: _Line) -> ModelAnswer | str:
    if one.response is None or one.response.status_code != 200:
        status = one.response.status_code if one.response else 404
        said = one.response.body if one.response else one.error
        return f"{status} {json.dumps(said, ensure_ascii=False)}"
    return answer_of(one.response.body, NAME)
