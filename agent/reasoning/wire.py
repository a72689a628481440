"""Requests and answers in the words of chat completions, as live calls and batch files use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from agent.reasoning.request import Finish, Form, ModelAnswer, ModelRequest

_FINISHES = {
    "length": Finish.LENGTH,
    "content_filter": Finish.FILTERED,
    "refusal": Finish.REFUSED,
}


class Body(TypedDict, total=False):
    """The body of a chat completion request."""

    model: str
    messages: list[dict[str, str]]
    max_completion_tokens: int
    temperature: float
    response_format: dict[str, Any]
    tools: list[dict[str, Any]]
    tool_choice: dict[str, Any]


class _Function(BaseModel):
    name: str
    arguments: str = ""


class _Call(BaseModel):
    function: _Function


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Completion(BaseModel):
    """A chat completion, as far as it matters here."""

    model_config = ConfigDict(extra="ignore")

    object: Literal["chat.completion"] | None = None
    model: str = ""
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


def body_of(request: ModelRequest, model: str) -> Body:
    """Return a request as the body of a chat completion."""
    body = Body(
        model=model,
        messages=[{"role": one.role, "content": one.content} for one in request.messages],
        max_completion_tokens=request.most_tokens,
    )
    if request.temperature is not None:
        body["temperature"] = request.temperature
    form = form_of(request)
    body.update(form)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return body


def form_of(request: ModelRequest) -> dict[str, Any]:
    """Return what makes a model answer in the request's form."""
    schema = dict(request.schema)
    match request.form:
        case Form.SCHEMA:
            named = {"name": request.name, "strict": True, "schema": schema}
            return {"response_format": {"type": "json_schema", "json_schema": named}}
        case Form.FUNCTION:
            function = {
                "name": request.name,
                "description": "Gives the answer. It is called exactly once, and does nothing.",
                "parameters": schema,
            }
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": request.name}},
            }
        case Form.OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Form.WORDS:
            return {}


def answer_of(completion: Mapping[str, Any], request_name: str) -> ModelAnswer:
    """Return the answer that a chat completion holds.

    Raises:
        ValidationError: It is no chat completion.
    """
    read = Completion.model_validate(completion)
    choice = read.choices[0]
    calls = [one.function for one in choice.message.tool_calls or ()]
    called = [one.arguments for one in calls if one.name == request_name]
    text = called[0] if called else choice.message.content
    refusal = choice.message.refusal
    usage = read.usage or _Usage()
    return ModelAnswer(
        model=read.model,
        text=text or None,
        finish=Finish.REFUSED if refusal else finish_of(choice.finish_reason),
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
        note=refusal or "",
    )


def finish_of(reason: object) -> Finish:
    """Return why a model stopped, in our words."""
    return _FINISHES.get(str(reason), Finish.DONE)
