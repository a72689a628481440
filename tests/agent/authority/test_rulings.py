"""What becomes of a proved remedy: act, ask, hold, or only observe."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.authority.authority import Authority
from agent.authority.cedar import Policies
from agent.authority.explaining import explained
from agent.case.proof import Proof
from agent.case.ruling import Answer, Role, Ruling, Verb
from agent.plain import dump, load
from tests.agent.authority.questions import (
    ASK,
    BOOK_IT,
    DECISIVE,
    FAILED,
    NOTHING_TO_DO,
    NOW,
    PERMIT_ALL,
    URGENT,
    euros,
    plant,
    question,
    ruled,
)
from tools.plant.authority import Limits, Phase
from tools.plant.calendar import Calendar

DOUBTFUL = replace(DECISIVE, decisive=False)


def test_what_is_decisive_and_named_is_acted_on() -> None:
    ruling = ruled()
    assert (ruling.verb, ruling.policy) == (Verb.ACT, "agent-settles-decisive")
    assert (ruling.ask, ruling.due_at, ruling.soft_allowed) == (None, None, True)
    assert "exclude every other cause" in str(ruling.because)


@pytest.mark.parametrize(
    ("above", "confidence", "verb"),
    [(0.9, 0.9, Verb.ACT), (0.9, 0.8999, Verb.ASK), (None, 1.0, Verb.ASK)],
)
def test_confidence_counts_only_from_the_certified_threshold_on(
    above: float | None, confidence: float, verb: Verb
) -> None:
    diagnosis = replace(DOUBTFUL, confidence=confidence)
    assert ruled(above=above, diagnosis=diagnosis).verb is verb


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({}, Role.SUPERVISOR),
        ({"value": euros("500.01")}, Role.PLANNER),
        ({"value": euros("5000.01")}, Role.CONTROLLER),
        ({"value": euros("-5000.01")}, Role.CONTROLLER),
        ({"value": None}, Role.CONTROLLER),
        ({"value": euros("100.00", "USD")}, Role.CONTROLLER),
        ({"value": euros("1E+3")}, Role.PLANNER),
        ({"value": euros("9E+40")}, Role.CONTROLLER),
        ({"reversible": False}, Role.PLANNER),
        ({"cause": "stolen"}, Role.PLANNER),
        ({"into_closed_period": True}, Role.CONTROLLER),
    ],
)
def test_the_least_role_that_may_is_asked(change: dict[str, Any], asked: Role) -> None:
    ruling = ruled(diagnosis=DOUBTFUL, plan=replace(BOOK_IT, **change))
    assert (ruling.verb, ruling.ask) == (Verb.ASK, asked)
    assert ruling.due_at == NOW + timedelta(minutes=480)


def test_eight_hours_are_hours_in_which_the_plant_works() -> None:
    early = {"start": "06:00", "end": "14:00"}
    own = Calendar.model_validate({"shifts": [early], "holidays": [date(2026, 3, 18)]})
    working = plant().model_copy(update={"calendar": own})
    due = ruled(diagnosis=DOUBTFUL, plant=working).due_at
    assert due == datetime(2026, 3, 19, 8, tzinfo=UTC)


def test_an_urgent_case_is_due_sooner() -> None:
    assert ruled(diagnosis=DOUBTFUL, conflict=URGENT).due_at == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({"proof": FAILED}, "never-unproved"),
        ({"proof": Proof(())}, "never-unproved"),
        ({"proof": FAILED, "plant": plant(Phase.ADVISE)}, "never-unproved"),
    ],
)
def test_what_nobody_may_approve_is_held(fields: dict[str, Any], policy: str) -> None:
    ruling = ruled(**fields)
    assert (ruling.verb, ruling.policy, ruling.ask) == (Verb.HOLD, policy, Role.CONTROLLER)
    assert ruling.soft_allowed


def test_a_question_is_asked_and_can_be_approved_by_nobody() -> None:
    for own in ("", PERMIT_ALL):
        ruling = ruled(own, plan=ASK, proof=Proof(()))
        assert (ruling.verb, ruling.ask) == (Verb.ASK, Role.SUPERVISOR)
        authority = Authority({"1010": Policies(own)})
        for role in Role:
            assert not authority.may("1010", "x", role, Answer.APPROVE, ruling).allowed
        assert authority.may("1010", "x", Role.SUPERVISOR, Answer.REJECT, ruling).allowed


def test_what_is_no_conflict_is_closed_in_every_phase() -> None:
    for phase in Phase:
        ruling = ruled(plan=replace(NOTHING_TO_DO, soft=()), plant=plant(phase, named=False))
        assert (ruling.verb, ruling.policy) == (Verb.ACT, "agent-closes-what-is-no-conflict")


def test_who_only_observes_does_not_close_what_somebody_would_still_be_told_of() -> None:
    for phase in Phase:
        ruling = ruled(plan=NOTHING_TO_DO, plant=plant(phase, named=False))
        observed = phase is Phase.OBSERVE
        assert ruling.verb is (Verb.OBSERVE if observed else Verb.ACT)
        assert ruling.soft_allowed is not observed


def test_a_phase_of_the_playbook_goes_before_that_of_the_plant() -> None:
    observed = ruled(plant=plant(Phase.ACT, own=Phase.OBSERVE))
    assert (observed.verb, observed.policy) == (Verb.OBSERVE, "observe-sends-nothing")
    assert ruled(plant=plant(Phase.OBSERVE, own=Phase.ACT)).verb is Verb.ACT


plans = st.sampled_from(
    [BOOK_IT, NOTHING_TO_DO, ASK, replace(BOOK_IT, soft=()), replace(BOOK_IT, value=None)]
)
diagnoses = st.sampled_from([DECISIVE, DOUBTFUL, replace(DOUBTFUL, confidence=1.0)])
changers = st.sampled_from([(None, None), ("anna", "planner"), ("carla", "controller")])


@given(plans, diagnoses, changers, st.sampled_from(["", PERMIT_ALL]), st.sampled_from([None, 0.0]))
def test_observe_sends_nothing_whatever_else_is_configured(
    plan: Any, diagnosis: Any, changer: Any, own: str, above: float | None
) -> None:
    by, role = changer
    ruling = ruled(
        own,
        above,
        plant=plant(Phase.OBSERVE),
        plan=plan,
        diagnosis=diagnosis,
        changed_by=by,
        changed_role=role,
    )
    assert not ruling.soft_allowed
    assert ruling.verb is Verb.OBSERVE or (ruling.verb is Verb.ACT and not plan.hard)
    authority = Authority({"1010": Policies(own)})
    for one in Role:
        if one is not Role.AGENT:
            assert not authority.may("1010", "x", one, Answer.APPROVE, ruling).allowed


@given(plans, diagnoses, st.sampled_from(["", PERMIT_ALL]), st.sampled_from([None, 0.0]))
def test_advise_changes_nothing_without_a_person(
    plan: Any, diagnosis: Any, own: str, above: float | None
) -> None:
    ruling = ruled(own, above, plant=plant(Phase.ADVISE), plan=plan, diagnosis=diagnosis)
    assert ruling.soft_allowed
    assert ruling.verb is not Verb.ACT or not plan.hard


def test_below_the_four_eyes_limit_the_changer_s_decision_stands() -> None:
    for own in (plant(), plant(Phase.ADVISE)):
        ruling = ruled(plant=own, changed_by="anna", changed_role="planner")
        assert (ruling.verb, ruling.policy) == (Verb.ACT, "planner-approves")


def test_a_changer_without_the_right_does_not_decide() -> None:
    dear = replace(BOOK_IT, value=euros("600"))
    ruling = ruled(plan=dear, changed_by="sam", changed_role="supervisor")
    assert (ruling.verb, ruling.ask) == (Verb.ASK, Role.PLANNER)


@pytest.mark.parametrize("role", ["planner", "controller"])
def test_above_it_somebody_else_decides_and_never_the_agent(role: str) -> None:
    low = Limits(four_eyes_above=Decimal(50))
    ruling = ruled(plant=plant(limits=low), changed_by="carla", changed_role=role)
    assert (ruling.verb, ruling.four_eyes) == (Verb.ASK, True)
    authority = Authority({"1010": Policies()})
    own = authority.may("1010", "carla", Role.CONTROLLER, Answer.APPROVE, ruling)
    assert (own.allowed, own.policy) == (False, "four-eyes")
    assert authority.may("1010", "bert", Role.CONTROLLER, Answer.APPROVE, ruling).allowed
    assert authority.may("1010", "carla", Role.CONTROLLER, Answer.REJECT, ruling).allowed


def test_a_changed_remedy_that_fails_its_checks_is_held() -> None:
    ruling = ruled(proof=FAILED, changed_by="carla", changed_role="controller")
    assert (ruling.verb, ruling.policy) == (Verb.HOLD, "never-unproved")


@pytest.mark.parametrize("plan", [BOOK_IT, NOTHING_TO_DO, ASK])
def test_a_person_s_answer_is_judged_by_the_terms_that_were_stored(plan: Any) -> None:
    authority = Authority({"1010": Policies()})
    ruling = authority.rule(question(plan=plan, diagnosis=DOUBTFUL))
    stored = load(Ruling, dump(ruling))
    assert stored == ruling
    for role in (Role.SUPERVISOR, Role.PLANNER, Role.CONTROLLER, Role.AUDITOR):
        for answer in Answer:
            assert authority.may("1010", "x", role, answer, stored) == authority.may(
                "1010", "x", role, answer, ruling
            )


def test_an_explanation_names_ruling_terms_and_everybody_s_word() -> None:
    authority = Authority({"1010": Policies()})
    dear = replace(BOOK_IT, value=euros("600"))
    told = explained(authority, "1010", authority.rule(question(diagnosis=DOUBTFUL, plan=dear)))
    assert told["ruling"]["ask"] == "planner"
    assert told["terms"]["value"] == "600"
    unvalued = authority.rule(question(plan=ASK))
    assert explained(authority, "1010", unvalued)["terms"]["value"] == "unknown"
    may = {(row["role"], row["deed"]): (row["allowed"], row["policy"]) for row in told["may"]}
    assert may["concord", "carry out"] == (False, "default-deny")
    assert may["supervisor", "approve"] == (False, "default-deny")
    assert may["planner", "approve"] == (True, "planner-approves")
    assert may["controller", "approve"] == (True, "controller-approves")
    assert may["supervisor", "reject"] == (True, "deciders-reject")
    assert may["auditor", "reject"] == (False, "default-deny")
