"""Nothing is guessed: what is unknown is said to be, what is ambiguous is asked back."""

import pytest

from agent.reasoning.chat.turn import Ended
from tests.agent.chat.desk import Desk

UNKNOWN = [
    "order 9999999",
    "Auftrag 9999999",
    "stock of NO-SUCH-1",
    "case c-aaaaaaaaaaaa",
    "document 4999999999/2026",
    "confirmation 99999999/1",
    "why c-aaaaaaaaaaaa?",
]


async def test_an_unknown_identifier_is_said_to_be_unknown(plain: Desk) -> None:
    for question in UNKNOWN:
        answer = await plain.ask(question)
        assert answer.ended is Ended.UNKNOWN, question
        assert "known here as" in answer.text or "ist nichts als" in answer.text


async def test_an_unknown_plant_is_said_to_be_unknown(plain: Desk) -> None:
    answer = await plain.ask("order 1000002", plant="4711")
    assert (answer.ended, answer.text) == (Ended.UNKNOWN, "There is no plant 4711 here.")


async def test_a_description_of_several_materials_is_asked_back_with_choices(plain: Desk) -> None:
    answer = await plain.ask("stock of Seat PTFE")
    assert answer.ended is Ended.ASKED_BACK
    assert "material RM-SEAT-S (plant 1010)" in answer.text
    assert "material RM-SEAT-M (plant 1010)" in answer.text


async def test_a_material_alone_is_asked_back_what_about_it(plain: Desk) -> None:
    answer = await plain.ask("RM-SEAT-S")
    assert answer.ended is Ended.ASKED_BACK
    assert "its stock" in answer.text


async def test_a_question_that_names_nothing_is_asked_back(plain: Desk) -> None:
    answer = await plain.ask("show me the stock")
    assert (answer.ended, "material" in answer.text) == (Ended.ASKED_BACK, True)


async def test_several_cases_about_one_order_are_asked_back(plain: Desk) -> None:
    first = await plain.happen("note_and_scrap_disagree")
    view = await plain.concord.records.case(first)
    assert view is not None
    order = view.object.rpartition("/")[2]
    event = {
        "specversion": "1.0",
        "id": "another",
        "source": "/test",
        "type": "concord.posting.rejected.v1",
        "time": plain.world.clock.now().isoformat(),
        "data": {"plant": "1010", "order": order, "message_class": "M7", "message_number": "053"},
    }
    second = await plain.arrive(event)
    answer = await plain.ask(f"why order {order}?")
    assert (answer.ended, set(answer.cases)) == (Ended.ASKED_BACK, {first, second})


async def test_what_was_spoken_of_is_meant_by_what_follows(plain: Desk) -> None:
    await plain.go_on("stock of RM-SEAT-S")
    answer = await plain.go_on("and its movements?")
    assert "**Movements of RM-SEAT-S**" in answer.text
    back = await plain.go_on("RM-GREASE")
    assert "**Movements of RM-GREASE**" in back.text


async def test_this_case_is_the_one_that_was_spoken_of(plain: Desk) -> None:
    case = await plain.happen("note_and_scrap_disagree")
    await plain.go_on("what is waiting?")
    answer = await plain.go_on("why is this case waiting?")
    assert f"Why case [{case}]" in answer.text


async def test_this_case_is_asked_back_where_several_were_spoken_of(plain: Desk) -> None:
    await plain.happen("note_and_scrap_disagree")
    await plain.happen("grease_in_grams")
    await plain.go_on("what is waiting?")
    answer = await plain.go_on("why?")
    assert answer.ended is Ended.ASKED_BACK


@pytest.mark.parametrize("question", ["approve case {case}", "Genehmige den Fall {case}!"])
async def test_a_wish_to_decide_leads_to_the_page_and_decides_nothing(
    plain: Desk, question: str
) -> None:
    case = await plain.happen("note_and_scrap_disagree")
    before = plain.posted
    answer = await plain.ask(question.format(case=case))
    assert f"(/cases/{case})" in answer.text
    assert plain.posted == before
    assert await plain.concord.records.pending(case) is not None


async def test_what_is_not_understood_is_said_with_what_can_be_asked(plain: Desk) -> None:
    answer = await plain.ask("how is the weather")
    assert answer.ended is Ended.NOT_UNDERSTOOD
    assert "stock of RM-SEAT-S" in answer.text


@pytest.mark.parametrize(
    "task",
    [
        "### Task:\nGenerate a concise, 3-5 word title.\n<chat_history>\nUSER: stock of X\n",
        "### Task:\nGenerate 1-3 broad tags for the chat.",
        "### Task:\nSuggest 3-5 relevant follow-up questions.",
    ],
)
async def test_a_clients_own_request_costs_no_look(plain: Desk, task: str) -> None:
    answer = await plain.ask(task)
    assert (answer.ended, answer.used) == (Ended.AUXILIARY, ())
    assert answer.text.startswith("{")
