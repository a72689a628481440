"""What is wrong with a golden file is said with file, line and field."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.lines import NotYaml, parse
from evals.reading import GoldenRefused, Problem, read

KIND = "production/confirmation_variance"
GOOD = """\
schema: 2
playbook: production/confirmation_variance
cases:
  - id: xx-001
    family: some-family
    plant: "1010"
    story: something happened
    world:
      - {do: supply, order: "1000031"}
    signal: {type: concord.confirmation.variance.v1, data: {order: 0010}}
    causes: [setup_waste]
    rulings: {act: [ask], advise: [ask]}
    actions: [[withdraw_confirmation, report_confirmation]]
    end:
      - {system: erp, what: withdrawn, order: "1000031", material: RM-SEAT-M, is: +138 ST}
    difficulty: easy
    label: {source: domain, reason: because}
"""


def problems(text: str, kind: str = KIND) -> tuple[Problem, ...]:
    with pytest.raises(GoldenRefused) as refused:
        read(text, kind, "some.yaml")
    return refused.value.problems


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_file_without_fault_is_read() -> None:
    case = read(GOOD, KIND, "some.yaml").cases[0]
    assert (case.id, case.end[0].wanted) == ("xx-001", "+138 ST")


def test_codes_keep_their_zeros_and_quantities_their_digits() -> None:
    assert parse("{code: 0010, amount: 12.50, none: null, yes: true, no: no}").data == {
        "code": "0010",
        "amount": "12.50",
        "none": None,
        "yes": True,
        "no": "no",
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("family: some-family", "familie: some-family", 4, "cases.0.family"),
        ("difficulty: easy", "difficulty: trivial", 16, "cases.0.difficulty"),
        ("is: +138 ST", "is: some", 15, "cases.0.end.0.withdrawn.is"),
        ("causes: [setup_waste]", "causes: [bad_luck]", 11, "cases.0.causes.0"),
        ("withdraw_confirmation, ", "open_task, ", 13, "cases.0.actions.0"),
        ("do: supply", "do: conjure", 9, "cases.0.world.0"),
        ('order: "1000031"}\n    signal', "orders: x}\n    signal", 9, "cases.0.world.0"),
        ("schema: 2", "schema: 1", 1, "schema"),
    ],
)
def test_a_fault_is_named_with_its_line_and_field(
    old: str, new: str, line: int, field: str
) -> None:
    found = [(one.line, one.field) for one in problems(changed(old, new))]
    assert (line, field) in found


def test_a_file_that_lies_elsewhere_than_its_playbook_is_refused() -> None:
    assert "lies at" in str(problems(GOOD, "materials/stock_deficit")[0])


def test_two_cases_of_one_name_are_refused() -> None:
    twice = GOOD + dedent(GOOD.partition("cases:\n")[2]).replace("\n", "\n  ").join(("  ", ""))
    found = problems(twice.rstrip() + "\n")
    assert [str(one) for one in found] == [
        "some.yaml:18: cases.1.id: another case is called xx-001"
    ]


def test_a_key_said_twice_is_refused() -> None:
    with pytest.raises(NotYaml, match=r"line 2: 'a' is said twice"):
        parse("a: 1\na: 2")


@given(st.text(max_size=200))
def test_no_text_makes_it_fall_over(text: str) -> None:
    try:
        read(text, KIND, "some.yaml")
    except GoldenRefused as refused:
        assert refused.problems  # noqa: PT017 (most texts are refused, some could be read)
