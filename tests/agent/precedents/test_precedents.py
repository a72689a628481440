"""Which settled cases become precedents, and that the index follows the records."""

from dataclasses import replace

import pytest

from agent.case.conflict import Conflict, Signal
from agent.case.ruling import Answer, Settlement
from agent.precedents.index import ChromaIndex, Entry
from agent.precedents.precedents import Drift, Precedents
from agent.records.cases import CaseRecords
from agent.records.outcomes import Tally
from tests.agent.precedents.settling import KIND, Story, told
from tools.sandbox.clock import OPENING


async def test_a_settled_approved_case_is_found_by_the_next_one(
    records: CaseRecords, precedents: Precedents
) -> None:
    box = await told(records, Story("1", "the box was never picked"))
    scale = await told(records, Story("2", "scale out of calibration", "PAINT", cause="scale"))
    for case in (box, scale):
        await precedents.add(case)
    conflict = Conflict(KIND, "1010", "1010/order/3", {})
    signal = Signal(
        "3", "/dm", "concord.posting_refused", OPENING, "1010", {"material": "BOLT"}, text="box?"
    )
    found = await precedents.similar(conflict, signal, {}, 5)
    assert [(one.case, one.cause, one.summary, one.approved_by) for one in found] == [
        (box, "miscounted", "Settled 1", "ada"),
        (scale, "scale", "Settled 2", "ada"),
    ]
    assert found[0].likeness > found[1].likeness
    assert await precedents.similar(replace(conflict, kind="production/x"), signal, {}, 5) == []


NO_PRECEDENTS = [
    Story("1", answer=Answer.REJECT, settlement=Settlement.REJECTED),
    Story("1", answer=Answer.REJECT, settlement=Settlement.CORRECTED),
    Story("1", answer=None, settlement=Settlement.CORRECTED),
    Story("1", answer=None, settlement=Settlement.NOT_A_CONFLICT),
    Story("1", answer=None, settlement=Settlement.OBSERVED),
    Story("1", settlement=Settlement.UNSETTLED),
    Story("1", settlement=Settlement.BY_PERSON),
    Story("1", settlement=None),
]


@pytest.mark.parametrize("story", NO_PRECEDENTS, ids=lambda story: f"{story.answer}")
async def test_nothing_else_teaches(
    records: CaseRecords, precedents: Precedents, story: Story
) -> None:
    case = await told(records, story)
    await precedents.add(case)
    assert precedents.like(KIND, story.words, 5) == []
    assert precedents.reindex() == 0
    assert precedents.drift() == []


async def test_adding_twice_is_adding_once(records: CaseRecords, precedents: Precedents) -> None:
    case = await told(records, Story("1"))
    for _ in range(2):
        await precedents.add(case)
    assert [one.case for one in precedents.like(KIND, "box", 5)] == [case]


async def test_a_case_the_records_do_not_know_is_none(precedents: Precedents) -> None:
    await precedents.add("nobody")
    assert precedents.like(KIND, "box", 5) == []


async def test_drift_is_seen_and_mended(records: CaseRecords, precedents: Precedents) -> None:
    first, second = [await told(records, Story(name)) for name in ("1", "2")]
    await precedents.add(first)
    assert precedents.drift() == [Drift(KIND, (second,), ())]
    assert precedents.mend() == 1
    assert (precedents.drift(), precedents.mend()) == ([], 0)


async def test_what_the_records_do_not_have_is_surplus_until_the_index_is_made_anew(
    records: CaseRecords, precedents: Precedents, folder: object
) -> None:
    case = await told(records, Story("1"))
    await precedents.add(case)
    precedents.close()
    index = ChromaIndex(folder, "hashing-1", 384)  # pyright: ignore[reportArgumentType]
    vector = [1.0] + [0.0] * 383
    for kind in (KIND, "production/forgotten"):
        index.put(kind, [Entry("ghost", vector, {"cause": "x"})])
    index.close()
    assert precedents.drift() == [
        Drift(KIND, (), ("ghost",)),
        Drift("production/forgotten", (), ("ghost",)),
    ]
    assert precedents.reindex() == 1
    assert precedents.drift() == []
    assert [one.case for one in precedents.like(KIND, "box", 5)] == [case]


async def test_an_index_made_anew_answers_as_before(
    records: CaseRecords, precedents: Precedents
) -> None:
    stories = [Story("1", "box missing"), Story("2", "wrong batch", "PAINT"), Story("3", "leak")]
    for story in stories:
        await precedents.add(await told(records, story))
    before = precedents.like(KIND, "missing boxes", 3)
    assert precedents.reindex() == 3
    assert precedents.like(KIND, "missing boxes", 3) == before


async def test_only_remedies_can_be_held_against_a_cause(records: CaseRecords) -> None:
    rejected = Story("1", answer=Answer.REJECT, settlement=Settlement.REJECTED)
    question = Story(
        "2", settles=False, answer=Answer.REJECT, settlement=Settlement.BY_PERSON, cause="leak"
    )
    for story in (rejected, question, Story("3")):
        await told(records, story)
    assert await records.rejections(KIND) == {"miscounted": Tally(decided=2, rejected=1)}
