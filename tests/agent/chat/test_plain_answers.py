"""Without a model, plain questions are answered from systems and records, in both languages."""

import pytest

from agent.case.ruling import Answer, Role, Settlement
from agent.reasoning.chat.language import language_of
from agent.reasoning.chat.turn import Ended
from agent.records.cases import Outcome
from agent.words.catalog import Language
from tests.agent.chat.desk import Desk

SCRAP = "note_and_scrap_disagree"
READ = "2026-03-17 09:00:00 CET"


ANSWERS = [
    ("order 1000002", ["**Order 1000002**", "partially confirmed", "40 PC planned", READ]),
    ("Wie steht Auftrag 1000002?", ["**Auftrag 1000002**", "teilrückgemeldet", "40 ST geplant"]),
    ("What is the status of 000001000002?", ["**Order 1000002**"]),
    ("stock of rm-seat-s", ["**Stock of RM-SEAT-S**", "2568 PC usable", "location 0002: 736 PC"]),
    ("Bestand von RM-SEAT-S?", ["2568 ST verwendbar", "Lagerort 0002: 736 ST", "gelesen"]),
    ("stock of Spring", ["**Stock of RM-SPRING**"]),
    ("BOM of FG-BV-15", ["0030 RM-SEAT-S: 2 PC", "RM-GREASE: 2.5 G", "the same items"]),
    ("Stückliste zu Auftrag 1000000", ["**Stückliste von FG-BV-15**", "2,5 G"]),
    ("movements of order 1000002", ["4910100001/2026", "261 SA-BODY-25 20 PC", "MES, read"]),
    ("Warenbewegungen von RM-SEAT-S", ["**Warenbewegungen zu RM-SEAT-S**", "261 RM-SEAT-S"]),
    ("confirmations of order 1000004", ["10100009/1, operation 0030", "98 PC yield", "posted"]),
    ("Rückmeldungen zu Auftrag 1000004", ["98 ST Gutmenge", "2 ST Ausschuss", "gebucht"]),
    ("confirmation 10100001/1", ["**Confirmation 10100001/1**", "20 PC yield"]),
    ("document 4910100001/2026", ["261 SA-BODY-25 20 PC", "Concord did not post it."]),
    ("Beleg 4910100001", ["**Beleg 4910100001/2026**", "Concord hat ihn nicht gebucht."]),
    ("help", ["what is waiting for me", "nothing is decided"]),
    ("Hilfe bitte", ["Was wartet auf mich", "nichts entschieden"]),
]


async def test_what_systems_know_is_told_with_units_source_and_time(plain: Desk) -> None:
    missing = dict[str, list[str]]()
    for question, says in ANSWERS:
        answer = await plain.ask(question)
        assert (answer.ended, answer.by) == (Ended.ANSWERED, "plain"), question
        missing[question] = [part for part in says if part not in answer.text]
    assert [question for question, parts in missing.items() if parts] == []


async def test_stock_and_movements_asked_together_are_both_told(plain: Desk) -> None:
    answer = await plain.ask("stock and movements of RM-SEAT-S")
    assert [used.tool for used in answer.used] == ["movements", "stock"]


async def test_a_language_that_is_named_counts_more_than_the_question(plain: Desk) -> None:
    answer = await plain.ask("stock of RM-SEAT-S", language=Language.DE)
    assert "**Bestand von RM-SEAT-S**" in answer.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Was wartet auf mich?", Language.DE),
        ("what is waiting for me", Language.EN),
        ("Stückliste FG-BV-15", Language.DE),
        ("FG-BV-15", Language.EN),
    ],
)
def test_the_language_is_that_of_the_small_words(text: str, language: Language) -> None:
    assert language_of([text]) is language


async def test_a_case_that_is_left_to_a_person_is_not_said_to_be_settled(plain: Desk) -> None:
    case = await plain.happen(SCRAP)
    await plain.concord.records.settle(Outcome(case, Settlement.UNSETTLED, None, None, "away"))
    answer = await plain.ask(f"case {case}")
    assert "Somebody has to look" in answer.text
    assert "It is settled" not in answer.text


async def test_a_case_is_told_with_its_proposal_and_the_page_to_decide_it_on(plain: Desk) -> None:
    case = await plain.happen(SCRAP)
    answer = await plain.ask(f"case {case}")
    assert f"[{case}](/cases/{case})" in answer.text
    assert "A supervisor decides, on the page of the case" in answer.text
    assert answer.cases == (case,)


@pytest.mark.parametrize("question", ["why {case}?", "Warum steht der Fall {case} so?"])
async def test_why_tells_cause_reasons_and_policy(plain: Desk, question: str) -> None:
    case = await plain.happen(SCRAP)
    answer = await plain.ask(question.format(case=case))
    pin = await plain.concord.records.pinned(case)
    assert pin is not None
    assert pin.ruling["policy"] in answer.text
    assert any(word in answer.text for word in ("Cause:", "No cause", "Ursache:", "Keine Ursache"))


async def test_why_may_be_asked_of_the_order_a_case_is_about(plain: Desk) -> None:
    case = await plain.happen(SCRAP)
    view = await plain.concord.records.case(case)
    assert view is not None
    answer = await plain.ask(f"why is order {view.object.rpartition('/')[2]} stuck?")
    assert answer.cases == (case,)


@pytest.mark.parametrize(
    ("question", "role", "listed"),
    [
        ("what is waiting for me?", Role.SUPERVISOR, True),
        ("what is waiting for me?", Role.CONTROLLER, False),
        ("Was wartet auf den Schichtleiter?", Role.PLANNER, True),
        ("Was wartet auf den Planer?", Role.SUPERVISOR, False),
        ("what is waiting?", Role.AUDITOR, True),
        ("What is open in plant 1010?", Role.AUDITOR, True),
        ("Was ist noch offen?", Role.AUDITOR, True),
    ],
)
async def test_what_is_waiting_is_listed_for_whom_it_waits(
    plain: Desk, question: str, role: Role, listed: bool
) -> None:
    case = await plain.happen(SCRAP)
    answer = await plain.ask(question, role=role)
    assert (case in answer.text) is listed


async def test_another_plants_orders_and_cases_are_unknown_to_a_turn_that_keeps_to_one(
    plain: Desk,
) -> None:
    case = await plain.happen(SCRAP)
    for question in ("order 1000002", f"case {case}", "confirmation 10100001/1"):
        answer = await plain.ask(question, plant="1710")
        assert answer.ended is Ended.UNKNOWN, question
        assert answer.cases == ()
    waiting = await plain.ask("what is waiting?", plant="1710")
    assert case not in waiting.text


async def test_how_it_was_settled_before_names_the_approved_case(plain: Desk) -> None:
    case = await plain.happen("grease_in_grams")
    await plain.decide(case, Answer.APPROVE)
    view = await plain.concord.records.case(case)
    assert view is not None
    assert view.settlement is not None
    answer = await plain.ask("how was a confirmation variance settled before?")
    assert answer.cases == (case,)
    assert "Karl Kluge" not in answer.text
    german = await plain.ask("Wie wurde eine Verbrauchsabweichung früher gelöst?")
    assert german.cases == (case,)


async def test_a_document_leads_to_the_case_in_which_concord_posted_it(plain: Desk) -> None:
    case = await plain.happen("grease_in_grams")
    await plain.decide(case, Answer.APPROVE)
    with plain.concord.database.read() as session:
        from agent.records.posting_rows import of_case

        made = [one.document for one in of_case(session, case) if one.document and one.hard]
    answer = await plain.ask(f"why was document {made[-1]} posted?")
    assert answer.cases == (case,)


async def test_a_system_that_is_away_is_named_and_the_other_still_told(plain: Desk) -> None:
    from tools.sandbox.faults import Fault, FaultKind
    from tools.sandbox.servers import Server

    plain.world.faults.add(Fault(FaultKind.UNREACHABLE, Server.DM, count=50))
    answer = await plain.ask("order 1000002")
    assert "40 PC planned" in answer.text
    assert "MES cannot be reached now" in answer.text
