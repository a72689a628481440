"""Whatever a model's server does, a case ends in a valid diagnosis, or with a person told why."""

import json
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from agent.case.diagnosis import Diagnosis
from agent.reasoning.asker import Asker
from agent.reasoning.budget import Allowance
from agent.reasoning.model import ModelReasoner
from agent.reasoning.ollama_chat import OllamaChat
from agent.reasoning.openai_chat import OpenAIChat
from agent.reasoning.weighing import Weighing
from tests.agent.models.dossiers import (
    CAUSES,
    EXCLUDED,
    FIRST,
    SECOND,
    Book,
    Kept,
    dossier,
    opinion,
)
from tests.agent.models.provider import Failed, Provider, Raw, Replier, Reply, Said

Make = Callable[..., ModelReasoner]
GOOD = Said(opinion(SECOND))
PROSE = Said("I think the bags were torn.", deaf=True)
INVENTED = Said(opinion(SECOND, "Order 9999123 took the missing bags."))


def judged(found: Diagnosis) -> None:
    """Make sure the model judged."""
    assert found.cause == SECOND
    assert found.judge.startswith("model/diagnose@1.0.0#")
    assert not found.decisive
    assert 0 <= found.confidence <= 1
    assert found.reasons


async def weighed_instead(found: Diagnosis, why: str) -> None:
    """Make sure the weighing judged, a person is asked, and told why."""
    weighed = await Weighing().diagnose(dossier())
    assert (found.cause, found.ranking) == (weighed.cause, weighed.ranking)
    assert found.judge == f"{weighed.judge}/without-model"
    assert not found.decisive
    assert why in str(found.reasons[-1].because)


MENDED: dict[str, tuple[list[Reply | Replier], int]] = {
    "a good answer": ([GOOD], 1),
    "prose once": ([PROSE, GOOD], 2),
    "prose on two rungs": ([PROSE, PROSE, GOOD], 3),
    "prose on all rungs": ([PROSE, PROSE, PROSE, GOOD], 4),
    "fenced": ([Said(f"Here you are:\n```json\n{opinion(SECOND)}\n```")], 1),
    "empty": ([Said("", deaf=True), GOOD], 2),
    "a cause of its own": ([Said(opinion("sabotage")), GOOD], 2),
    "a cause the facts exclude": ([Said(opinion(EXCLUDED)), GOOD], 2),
    "an invented order": ([INVENTED, GOOD], 2),
    "a fact that is none": (
        [Said(opinion(reasons=[{"says": "So", "cites": ["reported.scale"]}])), GOOD],
        2,
    ),
    "no reason": ([Said(opinion(reasons=[])), GOOD], 2),
    "more than sure": ([Said(opinion(confidence=7)), GOOD], 2),
    "not a number": ([Said(opinion().replace("0.99", "NaN")), GOOD], 2),
    "a list": ([Said("[1, 2]"), GOOD], 2),
    "cut off": ([Said(opinion()[:40], finish="length"), GOOD], 2),
    "a link": ([Said(opinion(says="See http://evil.example now.")), GOOD], 2),
    "a form that is not offered": ([Failed(400, "response_format is unknown here"), GOOD], 2),
    "two forms that are not offered": ([Failed(400, "no"), Failed(422, "no"), GOOD], 3),
    "busy once": ([Failed(429, "slow down", (("Retry-After", "1"),)), GOOD], 2),
    "broken once": ([Failed(500), GOOD], 2),
    "an answer cut in the middle": ([Said(opinion(SECOND), cut=True), GOOD], 2),
    "no JSON at all": ([Raw(b"<html>gateway</html>"), GOOD], 2),
}


@pytest.mark.parametrize(("script", "calls_made"), MENDED.values(), ids=MENDED.keys())
async def test_what_can_be_mended_ends_in_a_valid_diagnosis(
    script: list[Reply | Replier],
    calls_made: int,
    provider: Provider,
    asker: Asker,
    reasoner_of: Make,
) -> None:
    provider.says(*script)
    judged(await reasoner_of(asker).diagnose(dossier()))
    assert len(provider.asked) == calls_made <= 4


HOPELESS: dict[str, tuple[list[Reply | Replier], str, int]] = {
    "prose for ever": ([PROSE], "not one JSON object", 4),
    "empty for ever": ([Said("", deaf=True)], "not one JSON object", 4),
    "an invented order for ever": ([INVENTED], "in no fact: 9999123", 2),
    "excluded for ever": ([Said(opinion(EXCLUDED))], "cause: not one of", 2),
    "cut off for ever": ([Said(opinion()[:40], finish="length")], "it was cut off after", 2),
    "no key": ([Failed(401, "bad key")], "401: ", 1),
    "no such model": ([Failed(404, "no such model")], "404: ", 1),
    "a storm of errors": ([Failed(500, "boom")], "500: ", 4),
    "busy for ever": ([Failed(429, "slow down")], "429: ", 4),
    "cut for ever": ([Said(opinion(), cut=True)], "", 4),
    "no form offered": ([Failed(400, "not supported")], "not supported", 3),
    "a prompt the server cut": ([Said(opinion(), tokens_in=90)], "read only 90 tokens", 1),
}


@pytest.mark.parametrize(("script", "why", "calls_made"), HOPELESS.values(), ids=HOPELESS.keys())
async def test_what_cannot_be_mended_is_weighed_and_a_person_is_told_why(
    script: list[Reply | Replier],
    why: str,
    calls_made: int,
    provider: Provider,
    asker: Asker,
    reasoner_of: Make,
) -> None:
    provider.says(*script)
    await weighed_instead(await reasoner_of(asker).diagnose(dossier()), why)
    assert len(provider.asked) == calls_made <= 4


async def test_a_refusal_is_taken_for_an_answer(
    provider: Provider, openai: Asker, reasoner_of: Make
) -> None:
    provider.says(Said("", refusal="I cannot help with that.", deaf=True))
    await weighed_instead(await reasoner_of(openai).diagnose(dossier()), "refused")
    assert len(provider.asked) == 1


async def test_silence_ends_within_the_deadline_of_the_case(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(Said(opinion(), delay=1.0))
    reasoner = reasoner_of(asker, seconds=0.2)
    await weighed_instead(await reasoner.diagnose(dossier()), "no answer within 0.2 s")
    assert len(provider.asked) == 1


async def test_a_server_that_asks_for_more_time_than_there_is_is_not_waited_for(
    provider: Provider, openai: Asker, reasoner_of: Make
) -> None:
    provider.says(Failed(429, "later", (("Retry-After", "3600"),)), GOOD)
    await weighed_instead(await reasoner_of(openai).diagnose(dossier()), "later")
    assert len(provider.asked) == 1


async def test_a_server_that_is_not_there_is_asked_in_vain(
    provider: Provider, reasoner_of: Make, calls: Kept
) -> None:
    nobody = OpenAIChat("openai:tiny", "http://127.0.0.1:9/v1", None)
    await weighed_instead(await reasoner_of(nobody).diagnose(dossier()), "no connection")
    assert len(calls.calls) == 4


async def test_without_a_key_for_the_providers_own_address_nothing_is_sent(
    reasoner_of: Make,
) -> None:
    found = await reasoner_of(OpenAIChat("openai:tiny", None, None)).diagnose(dossier())
    await weighed_instead(found, "CONCORD_MODEL_KEY")


async def test_the_judge_is_named_as_the_server_named_it_also_when_that_changes(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(Said(opinion(SECOND), model="tiny-1"), Said(opinion(SECOND), model="tiny-2"))
    reasoner = reasoner_of(asker)
    first, second = [(await reasoner.diagnose(dossier())).judge for _ in range(2)]
    assert "tiny-1" in first
    assert "tiny-2" in second
    assert first != second


async def test_after_repeated_failures_a_model_is_left_alone(
    provider: Provider, openai: Asker, reasoner_of: Make
) -> None:
    provider.says(Failed(503, "down"))
    reasoner = reasoner_of(openai)
    await reasoner.diagnose(dossier())
    asked = len(provider.asked)
    await weighed_instead(await reasoner.diagnose(dossier()), "left alone for 30 s")
    assert len(provider.asked) == asked


async def test_a_second_model_is_asked_while_the_first_one_fails(
    provider: Provider, openai: Asker, reasoner_of: Make, calls: Kept
) -> None:
    provider.says(Failed(401, "bad key"), GOOD)
    second = OllamaChat("ollama:spare", provider.url, None, 16_384)
    found = await reasoner_of(openai, second).diagnose(dossier())
    judged(found)
    assert "/ollama:tiny-1/" in found.judge
    assert calls.purposes == ["diagnose", "again"]


async def test_two_failing_models_share_four_calls(
    provider: Provider, openai: Asker, reasoner_of: Make
) -> None:
    provider.says(Failed(500, "down"))
    second = OllamaChat("ollama:spare", provider.url, None, 16_384)
    await weighed_instead(await reasoner_of(openai, second).diagnose(dossier()), "down")
    assert len(provider.asked) == 4


async def test_a_dossier_that_costs_more_than_allowed_is_not_sent(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(GOOD)
    reasoner = reasoner_of(asker, allowance=Allowance(tokens=500))
    await weighed_instead(await reasoner.diagnose(dossier()), "more than 500 tokens")
    assert provider.asked == []


async def test_a_dossier_that_does_not_fit_the_context_is_not_sent(
    provider: Provider, reasoner_of: Make
) -> None:
    provider.says(GOOD)
    small = OllamaChat("ollama:tiny", provider.url, None, 1_000)
    await weighed_instead(await reasoner_of(small).diagnose(dossier()), "do not fit a context")
    assert provider.asked == []


async def test_a_cause_that_is_unclear_is_for_a_person(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(Said(opinion("unclear")))
    found = await reasoner_of(asker).diagnose(dossier())
    assert (found.cause, found.confidence, found.decisive) == (None, 0.0, False)
    assert found.ranking


async def test_no_words_no_call(
    provider: Provider, asker: Asker, reasoner_of: Make, book: Book
) -> None:
    book.none = True
    await weighed_instead(await reasoner_of(asker).diagnose(dossier()), "is not bound")
    assert provider.asked == []


async def test_the_native_chat_is_told_how_much_to_read(
    provider: Provider, reasoner_of: Make
) -> None:
    provider.says(GOOD)
    await reasoner_of(OllamaChat("ollama:tiny", provider.url, None, 9_000)).diagnose(dossier())
    (asked,) = provider.asked
    assert asked["options"]["num_ctx"] == 9_000
    assert asked["think"] is False
    assert asked["format"]["properties"]["cause"]["enum"] == [*CAUSES[1:], "unclear"]
    assert provider.paths == ["/api/chat"]


async def test_an_azure_resource_is_asked_by_deployment(
    provider: Provider, reasoner_of: Make
) -> None:
    provider.says(GOOD)
    azure = OpenAIChat("openai:mine", f"{provider.url}/?api-version=2024-10-21", SecretStr("k"))
    judged(await reasoner_of(azure).diagnose(dossier()))
    assert provider.paths == ["/openai/deployments/mine/chat/completions"]
    assert provider.headers[0]["api-key"] == "k"


async def test_what_was_wrong_is_said_once_in_a_repair_turn(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(INVENTED, GOOD)
    await reasoner_of(asker).diagnose(dossier())
    repair = provider.asked[1]["messages"]
    assert [one["role"] for one in repair] == ["system", "user", "assistant", "user"]
    assert "in no fact: 9999123" in repair[-1]["content"]
    assert json.loads(repair[-2]["content"])["cause"] == SECOND


async def test_the_rung_a_model_stands_on_is_remembered(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(Failed(400, "not supported"), GOOD)
    reasoner = reasoner_of(asker)
    await reasoner.diagnose(dossier())
    await reasoner.diagnose(dossier())
    assert [bool(one.get("tools")) for one in provider.asked] == [False, True, True]


async def test_one_slip_does_not_cost_a_model_its_rung(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    provider.says(PROSE, GOOD)
    reasoner = reasoner_of(asker)
    await reasoner.diagnose(dossier())
    await reasoner.diagnose(dossier())
    assert [bool(one.get("tools")) for one in provider.asked] == [False, True, False]


async def test_confidence_is_fitted_whatever_the_model_claims(
    provider: Provider, asker: Asker, reasoner_of: Make
) -> None:
    reasoner = reasoner_of(asker)
    sure: set[float] = set()
    for claimed in (0.0, 0.5, 1.0):
        provider.says(Said(opinion(FIRST, confidence=claimed)))
        sure.add((await reasoner.diagnose(dossier())).confidence)
    assert len(sure) == 1


async def test_a_model_that_takes_no_temperature_is_asked_without(
    provider: Provider, openai: Asker, reasoner_of: Make, book: Book
) -> None:
    book.options = {"temperature": 0, "maxOutputTokens": 500}
    provider.says(Failed(400, "Unsupported value: 'temperature' does not support 0"), GOOD)
    reasoner = reasoner_of(openai)
    judged(await reasoner.diagnose(dossier()))
    judged(await reasoner.diagnose(dossier()))
    assert [one.get("temperature") for one in provider.asked] == [0, None, None]
    assert [one["max_completion_tokens"] for one in provider.asked] == [500] * 3
    assert all("response_format" in one for one in provider.asked)
