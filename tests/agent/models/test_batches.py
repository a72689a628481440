"""A run can be answered by any model anywhere: its questions as a file, its answers out of one."""

import io
import json

import pytest

from agent.plain import dump, load
from agent.playbooks.catalog import catalog
from agent.reasoning.asking import Asking
from agent.reasoning.batch import Answered, Unreadable, custom_id, read, write
from agent.reasoning.calling import Line
from agent.reasoning.model import ModelReasoner
from agent.reasoning.request import ModelAnswer, ModelRequest
from agent.reasoning.weighing import Weighing
from tests.agent.models.dossiers import SECOND, Book, Kept, dossier, opinion
from tools.patience import Rhythm


def played(answered: Answered, rhythm: Rhythm) -> ModelReasoner:
    asking = Asking((Line(answered, Kept(), rhythm),), Book(), rhythm)
    return ModelReasoner(asking, catalog(), Weighing())


def answer_line(key: str, text: str) -> str:
    message = {"role": "assistant", "content": text}
    body = {
        "object": "chat.completion",
        "model": "gpt-x-2026",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 2000, "completion_tokens": 50},
    }
    return json.dumps({"custom_id": key, "response": {"status_code": 200, "body": body}})


async def test_a_run_goes_in_rounds_until_nothing_is_open(rhythm: Rhythm) -> None:
    answers: dict[str, ModelAnswer | str] = {}
    said = iter([opinion("sabotage"), opinion(SECOND)])
    while True:
        answered = Answered("openai:x", answers)
        found = await played(answered, rhythm).diagnose(dossier())
        stream = io.StringIO()
        if not write(answered.asked.values(), "gpt-x", stream):
            break
        line = json.loads(stream.getvalue())
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        assert line["body"]["model"] == "gpt-x"
        assert line["body"]["response_format"]["type"] == "json_schema"
        answers |= read([answer_line(line["custom_id"], next(said)), ""])
    assert found.cause == SECOND
    assert "/openai:gpt-x-2026/" in found.judge


async def test_requests_and_answers_are_plain() -> None:
    answered = Answered("openai:x", {})
    await played(answered, Rhythm()).diagnose(dossier())
    (request,) = answered.asked.values()
    plain = json.loads(json.dumps(dump(request)))
    assert load(ModelRequest, plain) == request
    answer = ModelAnswer("m", "text", tokens_in=1)
    assert load(ModelAnswer, json.loads(json.dumps(dump(answer)))) == answer
    again = load(ModelRequest, {**plain, "model": "ollama:other"})
    assert custom_id(again) == custom_id(request)


async def test_a_request_the_batch_could_not_answer_leaves_the_case_to_the_weighing(
    rhythm: Rhythm,
) -> None:
    first = Answered("openai:x", {})
    await played(first, rhythm).diagnose(dossier())
    (key,) = first.asked
    failed = {"custom_id": key, "response": {"status_code": 401, "body": {"error": "bad key"}}}
    expired = {"custom_id": key, "response": None, "error": {"code": "batch_expired"}}
    for line in (failed, expired):
        answered = Answered("openai:x", read([json.dumps(line)]))
        found = await played(answered, rhythm).diagnose(dossier())
        assert found.judge.endswith("/without-model")
        assert not answered.asked


def test_a_line_that_is_no_answer_is_named() -> None:
    with pytest.raises(Unreadable, match="line 2"):
        read(["", '{"no": "id"}'])


async def test_a_whole_run_is_collected_at_once(rhythm: Rhythm) -> None:
    answered = Answered("openai:x", {})
    reasoner = played(answered, rhythm)
    for number in range(10):
        await reasoner.diagnose(dossier(f"Note {number} of the night shift"))
    assert len(answered.asked) == 10
