"""A case that was left to a person, with or without a posting nobody knows the outcome of."""

from agent.actions.catalog import from_plain, to_plain
from agent.bootstrap import Machinery
from agent.case.ruling import Answer, Settlement
from agent.effects.keys import reference_of
from agent.records.cases import Outcome
from agent.records.gates import Collected
from agent.records.postings import NewPosting
from agent.records.states import PostingState
from tests.agent.dispatch.deficits import decide

WHY = "This was not carried out: the CMMS is away."


async def leave_to_a_person(machinery: Machinery, case: str) -> None:
    """Let an approved remedy come to nothing."""
    records, started = machinery.records, Collected()
    await decide(machinery, case, Answer.APPROVE, "clara", started)
    decision = started.turns[-1].id
    view = await records.case(case)
    assert view is not None
    await records.settle(Outcome(case, Settlement.UNSETTLED, view.kind, view.cause, WHY, decision))
    await records.end_turn(decision, started)


async def give_up(
    machinery: Machinery, case: str, state: PostingState = PostingState.GIVEN_UP
) -> str:
    """Let nobody know what became of a case's first posting; return its key."""
    pin = await machinery.records.pinned(case)
    assert pin is not None
    action = from_plain(pin.plan["hard"][0])
    key = reference_of(case, action, 0).key
    plain = to_plain(action)
    await machinery.postings.intend(
        NewPosting(
            key, case, action.kind, 0, action.system.value, action.touches, True, plain, None
        )
    )
    await machinery.postings.send(key)
    await machinery.postings.move(key, PostingState.SENDING, state)
    return key
