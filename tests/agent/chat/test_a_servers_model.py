"""The same conversation with a server on loopback that speaks chat completions."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.chatting import talk_of
from agent.reasoning.chat.turn import Ended
from agent.settings import Settings
from registry.registry import in_folder, shipped
from tests.agent.chat.conftest import Spoken
from tests.agent.models.provider import Failed, Provider, Raw, served


@pytest.fixture(scope="module")
def provider() -> Generator[Provider]:
    with served() as serving:
        yield serving


def settings(
    provider: Provider, folder: Path, model: str = "openai:tiny-1", **more: Any
) -> Settings:
    url = provider.url if model.startswith("ollama") else f"{provider.url}/v1"
    home = folder / "home"
    return Settings(home=home, model=model, model_url=url, model_key=SecretStr("key"), **more)


def completion(text: str | None, *calls: dict[str, Any]) -> Raw:
    tool_calls = [
        {
            "id": f"call-{place}",
            "type": "function",
            "function": {"name": one["name"], "arguments": json.dumps(one["arguments"])},
        }
        for place, one in enumerate(calls)
    ]
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if tool_calls:
        message["tool_calls"] = tool_calls
    body = {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny-1",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 40, "total_tokens": 740},
    }
    return Raw(json.dumps(body).encode())


async def test_tools_are_called_over_chat_completions_with_the_shipped_words(
    provider: Provider, spoken: Spoken, tmp_path: Path
) -> None:
    look = {"name": "stock", "arguments": {"material": "RM-SEAT-S"}}
    provider.says(completion(None, look), completion("There are 1832 ST and 736 ST in the ERP."))
    async with spoken(settings(provider, tmp_path)) as desk:
        answer = await desk.ask("How much RM-SEAT-S is there?")
        (entry,) = desk.audit("chat turn")
    assert answer.text == "There are 1832 ST and 736 ST in the ERP."
    assert (answer.by, answer.ended, entry["tokens"]) == ("openai:tiny-1", Ended.ANSWERED, 1480)
    first, second = provider.asked
    assert "You are Concord" in first["messages"][0]["content"]
    assert {tool["function"]["name"] for tool in first["tools"]} >= {"stock", "propose"}
    assert [message["role"] for message in second["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
    ]
    assert "1832 ST" in second["messages"][3]["content"]


@pytest.mark.parametrize(
    "reply", [Failed(500), Failed(401), Raw(b"no json"), Raw(b"{}"), completion("")]
)
async def test_a_server_that_fails_ends_with_the_plain_answer(
    provider: Provider, spoken: Spoken, tmp_path: Path, reply: Failed | Raw
) -> None:
    provider.says(reply)
    async with spoken(settings(provider, tmp_path)) as desk:
        answer = await desk.ask("How much RM-SEAT-S is there?")
    assert answer.ended in {Ended.MODEL_FAILED, Ended.STUCK}
    assert "2568 PC usable" in answer.text


async def test_arguments_that_are_no_json_are_told_back(
    provider: Provider, spoken: Spoken, tmp_path: Path
) -> None:
    broken = json.loads(completion(None, {"name": "stock", "arguments": {}}).body)
    broken["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = "{material:"
    provider.says(Raw(json.dumps(broken).encode()), completion("I could not look."))
    async with spoken(settings(provider, tmp_path)) as desk:
        answer = await desk.ask("How much RM-SEAT-S is there?")
    assert answer.text == "I could not look."
    assert "no JSON object" in provider.asked[1]["messages"][-1]["content"]


def spoke(text: str, *calls: dict[str, Any]) -> Raw:
    """What an Ollama server streams: one message, and how it counted."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [{"function": one} for one in calls]
    said = {"model": "tiny-1", "created_at": "2026-01-05T06:00:00Z", "message": message}
    end = {**said, "message": {"role": "assistant", "content": ""}, "done": True}
    end |= {"done_reason": "stop", "prompt_eval_count": 700, "eval_count": 40}
    return Raw(f"{json.dumps({**said, 'done': False})}\n{json.dumps(end)}\n".encode())


async def test_tools_are_called_over_ollamas_own_chat_with_its_context_set(
    provider: Provider, spoken: Spoken, tmp_path: Path
) -> None:
    look = {"name": "stock", "arguments": {"material": "RM-SEAT-S"}}
    provider.says(spoke("", look), spoke("Es sind 2568 Stück."))
    asked = settings(provider, tmp_path, "ollama:tiny-1")
    async with spoken(asked) as desk:
        answer = await desk.ask("Wie viel RM-SEAT-S gibt es?")
    assert (answer.text, answer.by) == ("Es sind 2568 Stück.", "ollama:tiny-1")
    assert provider.paths == ["/api/chat", "/api/chat"]
    assert provider.asked[0]["options"]["num_ctx"] == asked.model_context
    assert "Du bist Concord" in provider.asked[0]["messages"][0]["content"]
    assert provider.asked[1]["messages"][-1]["role"] == "tool"


async def test_every_call_is_written_down_as_a_case_s_calls_are(
    provider: Provider, spoken: Spoken, tmp_path: Path
) -> None:
    look = {"name": "stock", "arguments": {"material": "RM-SEAT-S"}}
    provider.says(completion(None, look), completion("2568 PC."))
    async with spoken(settings(provider, tmp_path, model_price="1/10")) as desk:
        await desk.ask("How much RM-SEAT-S is there?")
        calls = desk.audit("model asked")
    assert [(one["purpose"], one["case"], one["prompt"]) for one in calls] == [
        ("chat", "chat/one", "chat")
    ] * 2
    assert [(one["tokens_in"], one["tokens_out"], one["returned"]) for one in calls] == [
        (700, 40, "tiny-1")
    ] * 2
    assert {one["cost"] for one in calls} == {"0.0011"}


async def test_a_conversation_has_a_budget_of_its_own(
    provider: Provider, spoken: Spoken, tmp_path: Path
) -> None:
    provider.says(completion("2568 PC."))
    costly = settings(provider, tmp_path, model_price="1000/1000", chat_cost="8")
    async with spoken(costly) as desk:
        answers = [await desk.ask("How much RM-SEAT-S is there?") for _ in range(12)]
        spent = sum(float(one["cost"]) for one in desk.audit("model asked"))
    ended = [one.ended for one in answers]
    assert ended[0] is Ended.ANSWERED
    assert ended[-1] is Ended.OUT_OF_BUDGET
    assert spent <= 8
    assert answers[-1].text.startswith("The model may not be asked more for now.")
    assert "2568 PC usable" in answers[-1].text


async def test_a_model_that_fails_is_left_alone_by_chat_and_cases_alike(
    provider: Provider, spoken: Spoken, tmp_path: Path
) -> None:
    provider.says(Failed(401, "no key"))
    async with spoken(settings(provider, tmp_path)) as desk:
        answers = [await desk.ask("How much RM-SEAT-S is there?") for _ in range(6)]
        (*_, last) = desk.audit("chat turn")
        asking, talk = desk.concord.judges.asking, talk_of(desk.concord, in_folder(shipped()))
    assert {one.ended for one in answers} == {Ended.MODEL_FAILED}
    assert len(provider.asked) == 4
    assert "left alone" in last["why"]
    assert asking is not None
    assert talk is not None
    assert talk.guard is not None
    assert talk.guard.line is asking.lines[0]
