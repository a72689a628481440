"""The shipped policies, held to tables of who may do what."""

from typing import Any

import pytest

from agent.authority.cedar import BrokenPolicy, Policies, Word
from tests.agent.authority.questions import PERMIT_ALL, TERMS

CORE = Policies()
PEOPLE = ("supervisor", "planner", "controller", "integrator", "auditor")
NONE = set[str]()
DEEDS: tuple[Any, ...] = ("carry_out", "approve", "reject", "soften")


def asked(role: str, deed: Any, policies: Policies = CORE, **terms: Any) -> Word:
    who = "concord" if role == "agent" else "somebody"
    return policies.ask(who, role, deed, TERMS | terms)


def test_what_no_policy_permits_is_denied_by_default() -> None:
    assert asked("auditor", "approve") == Word(False, "default-deny", "No policy permits this.")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("agent", {"carry_out", "soften"}),
        ("supervisor", {"approve", "reject"}),
        ("planner", {"approve", "reject"}),
        ("controller", {"approve", "reject"}),
        ("integrator", NONE),
        ("auditor", NONE),
    ],
)
def test_each_role_has_its_deeds(role: str, allowed: set[str]) -> None:
    assert {deed for deed in DEEDS if asked(role, deed).allowed} == allowed


@pytest.mark.parametrize(
    ("change", "policy"),
    [
        ({}, "agent-settles-decisive"),
        ({"decisive": False, "certified": True}, "agent-settles-certified"),
        ({"named": False, "certified": True}, "agent-settles-certified"),
        ({"free_text_only": True, "certified": True}, "agent-settles-certified"),
        ({"changes_nothing": True, "named": False}, "agent-closes-what-is-no-conflict"),
        ({"changes_nothing": True, "phase": "observe"}, "agent-closes-what-is-no-conflict"),
        ({"value": "500.00"}, "agent-settles-decisive"),
        ({"attempt": 2}, "agent-settles-decisive"),
    ],
)
def test_the_agent_may_act_alone(change: dict[str, Any], policy: str) -> None:
    word = asked("agent", "carry_out", **change)
    assert (word.allowed, word.policy) == (True, policy)


@pytest.mark.parametrize(
    ("change", "policy"),
    [
        ({"decisive": False}, "default-deny"),
        ({"named": False}, "default-deny"),
        ({"free_text_only": True}, "default-deny"),
        ({"risk": "high", "certified": True}, "default-deny"),
        ({"reversible": False, "certified": True}, "default-deny"),
        ({"attempt": 3, "certified": True}, "default-deny"),
        ({"valued": False, "certified": True}, "default-deny"),
        ({"value": "500.01", "certified": True}, "default-deny"),
        ({"proved": False, "certified": True}, "never-unproved"),
        ({"closed_period": True, "certified": True}, "closed-period-needs-controller"),
        ({"settles": False}, "nothing-to-carry-out"),
        ({"phase": "advise", "certified": True}, "advise-changes-nothing-alone"),
        ({"changed_by": "anna"}, "changed-is-a-persons"),
        ({"unread_note": True}, "unread-note"),
        ({"unread_note": True, "certified": True}, "unread-note"),
        ({"unread_note": True, "changes_nothing": True}, "unread-note"),
        ({"identified_by_model": True}, "identified-by-a-model"),
        ({"identified_by_model": True, "certified": True}, "identified-by-a-model"),
        ({"identified_by_model": True, "changes_nothing": True}, "identified-by-a-model"),
        (
            {"changes_nothing": True, "decisive": False, "named": False, "valued": False},
            "default-deny",
        ),
    ],
)
def test_the_agent_may_not_act_alone(change: dict[str, Any], policy: str) -> None:
    word = asked("agent", "carry_out", **change)
    assert (word.allowed, word.policy) == (False, policy)


@pytest.mark.parametrize("phase", ["observe", "advise", "act"])
def test_soft_actions_leave_from_advise_on(phase: str) -> None:
    assert asked("agent", "soften", phase=phase).allowed is (phase != "observe")


@pytest.mark.parametrize("phase", ["observe", "advise", "act"])
@pytest.mark.parametrize("role", PEOPLE)
def test_nobody_approves_what_a_plant_only_observes(role: str, phase: str) -> None:
    decides = role in {"supervisor", "planner", "controller"}
    assert asked(role, "approve", phase=phase).allowed is (decides and phase != "observe")
    assert asked(role, "reject", phase=phase).allowed is decides


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        ("0", {"supervisor", "planner", "controller"}),
        ("500", {"supervisor", "planner", "controller"}),
        ("500.0001", {"planner", "controller"}),
        ("5000.00", {"planner", "controller"}),
        ("5000.01", {"controller"}),
        ("9999999999999", {"controller"}),
    ],
)
def test_a_value_band_has_its_roles(value: str, roles: set[str]) -> None:
    assert {role for role in PEOPLE if asked(role, "approve", value=value).allowed} == roles


@pytest.mark.parametrize(
    ("change", "roles"),
    [
        ({"risk": "high"}, {"planner", "controller"}),
        ({"reversible": False}, {"planner", "controller"}),
        ({"valued": False}, {"controller"}),
        ({"closed_period": True}, {"controller"}),
        ({"proved": False}, NONE),
        ({"settles": False}, NONE),
    ],
)
def test_what_is_graver_has_fewer_roles(change: dict[str, Any], roles: set[str]) -> None:
    assert {role for role in PEOPLE if asked(role, "approve", **change).allowed} == roles


@pytest.mark.parametrize("role", ["supervisor", "planner", "controller"])
@pytest.mark.parametrize("four_eyes", [True, False])
@pytest.mark.parametrize("changer", [None, "somebody", "anna"])
def test_above_the_limit_nobody_approves_what_they_changed(
    role: str, four_eyes: bool, changer: str | None
) -> None:
    terms: dict[str, Any] = {"four_eyes": four_eyes} | ({"changed_by": changer} if changer else {})
    own = four_eyes and changer == "somebody"
    word = asked(role, "approve", **terms)
    assert word.allowed is not own
    assert (word.policy == "four-eyes") is own


FORBIDDEN: list[tuple[str, Any, dict[str, Any], str]] = [
    *[
        (role, deed, {"proved": False}, "never-unproved")
        for role in ("agent", *PEOPLE)
        for deed in ("carry_out", "approve")
    ],
    *[
        (role, "approve", {"closed_period": True}, "closed-period-needs-controller")
        for role in ("agent", "supervisor", "planner", "integrator", "auditor")
    ],
    ("controller", "approve", {"four_eyes": True, "changed_by": "somebody"}, "four-eyes"),
    ("agent", "carry_out", {"four_eyes": True, "changed_by": "anna"}, "changed-is-a-persons"),
    ("agent", "carry_out", {"settles": False}, "nothing-to-carry-out"),
    ("agent", "carry_out", {"phase": "advise"}, "advise-changes-nothing-alone"),
    ("agent", "carry_out", {"phase": "observe"}, "observe-sends-nothing"),
    ("agent", "carry_out", {"phase": "unheard-of"}, "advise-changes-nothing-alone"),
    ("controller", "approve", {"phase": "observe"}, "observe-sends-nothing"),
    ("controller", "carry_out", {"phase": "observe"}, "observe-sends-nothing"),
    ("agent", "soften", {"phase": "observe"}, "observe-softens-nothing"),
    ("agent", "soften", {"phase": "observe", "changes_nothing": True}, "observe-softens-nothing"),
    ("controller", "soften", {"phase": "observe"}, "observe-softens-nothing"),
]


@pytest.mark.parametrize(("role", "deed", "change", "policy"), FORBIDDEN)
def test_a_plant_that_permits_everything_undoes_no_shipped_forbid(
    role: str, deed: Any, change: dict[str, Any], policy: str
) -> None:
    word = asked(role, deed, Policies(PERMIT_ALL), **change)
    assert (word.allowed, word.policy) == (False, policy)


def test_a_plant_may_permit_and_forbid_more() -> None:
    assert asked("integrator", "approve", Policies(PERMIT_ALL)).allowed
    stricter = '@id("mine") @says("Not here.") forbid (principal, action, resource);'
    assert asked("agent", "carry_out", Policies(stricter)) == Word(False, "mine", "Not here.")


OVERFLOWS = "resource.attempt * 9223372036854775807 > 1"


@pytest.mark.parametrize("kind", ["permit", "forbid"])
def test_a_policy_that_errors_lets_nothing_through(kind: str) -> None:
    own = Policies(
        f'@id("mine") {kind} (principal, action, resource is Remedy) when {{ {OVERFLOWS} }};'
    )
    for role, deed in (("agent", "carry_out"), ("controller", "approve")):
        assert asked(role, deed, own, attempt=1).allowed is (kind == "permit")
        word = asked(role, deed, own, attempt=2)
        assert (word.allowed, word.policy) == (False, "policy-error")


@pytest.mark.parametrize("missing", sorted(TERMS))
def test_without_all_terms_nothing_is_allowed(missing: str) -> None:
    known = {name: value for name, value in TERMS.items() if name != missing}
    for own in (CORE, Policies(PERMIT_ALL)):
        assert not own.ask("somebody", "controller", "approve", known).allowed


@pytest.mark.parametrize("role", ["king", "", "Controller"])
def test_a_role_nobody_knows_may_nothing(role: str) -> None:
    for deed in DEEDS:
        assert not asked(role, deed, Policies(PERMIT_ALL)).allowed


def test_a_deed_nobody_knows_is_not_allowed() -> None:
    deed: Any = "fly"
    assert not asked("controller", deed, Policies(PERMIT_ALL)).allowed


@pytest.mark.parametrize(
    "own",
    [
        '@id("mine") permit (principal, action == Action::"fly", resource);',
        '@id("mine") permit (principal, action, resource) when { principal.role == Role::"king" };',
        '@id("mine") permit (principal, action, resource) when { resource.valeu };',
        '@id("mine") permit (principal, action, resource) when { resource.value <= 5 };',
        '@id("mine") forbid (principal, action, resource) when '
        "{ resource.changed_by == principal };",
        "permit (principal, action, resource);",
        '@id("four-eyes") permit (principal, action, resource);',
        f"{PERMIT_ALL}\n{PERMIT_ALL}",
        '@id("mine") permit (principal == ?principal, action, resource);',
        "permit everything",
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(own: str) -> None:
    with pytest.raises(BrokenPolicy):
        Policies(own)


@pytest.mark.parametrize(
    ("value", "limit", "allowed"),
    [
        ("500", "500.00", True),
        ("500.00", "500", True),
        ("5E+2", "500.0000", True),
        ("1E+3", "1000", True),
        ("1000", "1E+3", True),
        ("1000.01", "1E+3", False),
        ("0E-9", "0", True),
        ("500.00001", "500", False),
        ("922337203685477.5808", "99999999999999.9999", False),
        ("9E+30", "99999999999999.9999", False),
        ("50000000000000", "1000000000000", False),
        ("999999999999.99", "1000000000000", True),
    ],
)
def test_money_is_compared_exactly_however_it_is_written(
    value: str, limit: str, allowed: bool
) -> None:
    assert asked("planner", "approve", value=value, planner_limit=limit).allowed is allowed


def test_a_changer_keeps_their_own_role() -> None:
    own = Policies(
        '@id("mine") forbid (principal, action, resource) when '
        '{ resource has changed_by && resource.changed_by.role == Role::"controller" };'
    )
    terms: dict[str, Any] = {"changed_by": "carla", "changed_role": "controller"}
    assert asked("planner", "approve", own, **terms).policy == "mine"
    assert asked("planner", "approve", own, **(terms | {"changed_role": "planner"})).allowed


def test_plants_do_not_share_their_files() -> None:
    Policies(PERMIT_ALL)
    assert not asked("auditor", "approve", Policies()).allowed


def test_no_plant_lets_the_agent_settle_what_a_model_identified() -> None:
    own = Policies(PERMIT_ALL)
    word = asked("agent", "carry_out", own, identified_by_model=True, certified=True)
    assert (word.allowed, word.policy) == (False, "identified-by-a-model")
    assert asked("planner", "approve", own, identified_by_model=True).allowed
