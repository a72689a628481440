"""The weighing: facts add up, exclusion excludes, precedents pull, rejections weigh against."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Diagnosis, Leaning, Resemblance
from agent.case.dossier import Dossier
from agent.case.text import text
from agent.nodes.recall import objections
from agent.reasoning.weighing import Fit, Weighing, weigh
from agent.records.outcomes import Tally


@dataclass(frozen=True)
class NoFacts:
    """A case in which nobody reported anything."""


CAUSES = ("miscounted", "not_a_conflict", "stolen")


def speaks(cause: str, weight: int, **fields: Any) -> Leaning:
    return Leaning(
        cause, weight, text("{cause}: {weight}", cause=cause, weight=weight), (), **fields
    )


def out(cause: str, **fields: Any) -> Leaning:
    return speaks(cause, -3, excludes=True, **fields)


def like(cause: str, likeness: float = 1.0, case: str = "C1") -> Resemblance:
    return Resemblance(case, cause, likeness, "a box", "anna")


def judged(
    *leanings: Leaning,
    precedents: tuple[Resemblance, ...] = (),
    objections: dict[str, float] | None = None,
) -> Diagnosis:
    return weigh(CAUSES, leanings, precedents, Fit(), objections or {})


def test_leanings_add_up() -> None:
    found = judged(speaks("stolen", 2), speaks("miscounted", 3), speaks("stolen", 2))
    assert found.cause == "stolen"
    assert found.ranking == (("stolen", 4.0), ("miscounted", 3.0), ("not_a_conflict", 0.0))
    assert [str(one.because) for one in found.reasons] == ["stolen: 2", "stolen: 2"]


@pytest.mark.parametrize(("lead", "confidence"), [(1, 0.7311), (2, 0.8808), (3, 0.9526)])
def test_confidence_follows_the_lead(lead: int, confidence: float) -> None:
    assert judged(speaks("stolen", lead)).confidence == confidence
    ahead = judged(speaks("stolen", lead + 2), speaks("miscounted", 2))
    assert ahead.confidence == confidence


def test_a_runner_up_below_nothing_is_no_further_behind_than_nothing() -> None:
    alone = judged(speaks("stolen", 2))
    against = judged(speaks("stolen", 2), speaks("miscounted", -2), speaks("not_a_conflict", -1))
    assert against.confidence == alone.confidence


def test_nothing_that_speaks_for_a_cause_leaves_it_to_a_person() -> None:
    for found in (judged(), judged(speaks("stolen", -1)), judged(*map(out, CAUSES))):
        assert (found.cause, found.confidence, found.decisive) == (None, 0.0, False)


def test_what_is_excluded_is_not_even_ranked() -> None:
    found = judged(out("stolen"), speaks("stolen", 2), speaks("miscounted", 1))
    assert found.cause == "miscounted"
    assert "stolen" not in dict(found.ranking)


def test_a_cause_both_all_but_proved_and_ruled_out_is_contested() -> None:
    found = judged(out("stolen"), speaks("stolen", 3), speaks("miscounted", 3))
    assert (found.cause, found.contested) == (None, True)
    assert not judged(out("stolen"), speaks("stolen", 2), speaks("miscounted", 3)).contested


def test_decisive_means_that_facts_exclude_every_other_cause() -> None:
    facts = (out("stolen"), out("not_a_conflict"), speaks("miscounted", 1))
    assert judged(*facts).decisive
    assert not judged(*facts[1:]).decisive


@pytest.mark.parametrize("position", [0, 2])
def test_words_make_nothing_decisive(position: int) -> None:
    facts = [out("stolen"), out("not_a_conflict"), speaks("miscounted", 3)]
    facts[position] = replace(facts[position], from_free_text=True)
    found = judged(*facts)
    assert (found.cause, found.decisive) == ("miscounted", False)


def test_a_diagnosis_by_words_alone_says_so() -> None:
    words = speaks("stolen", 2, from_free_text=True)
    assert judged(words).free_text_only
    assert not judged(words, speaks("stolen", 1)).free_text_only
    assert judged(words, speaks("stolen", -1)).free_text_only


def test_precedents_pull_by_their_likeness() -> None:
    even = (speaks("stolen", 1), speaks("miscounted", 1))
    assert judged(*even).cause == "miscounted"
    pulled = judged(*even, precedents=(like("stolen", 0.9), like("stolen", 0.7, "C2")))
    assert pulled.cause == "stolen"
    assert dict(pulled.ranking)["stolen"] == 1.8
    assert pulled.confidence > judged(*even, precedents=(like("stolen", 0.2),)).confidence


def test_precedents_never_outweigh_a_fact_that_excludes() -> None:
    found = judged(out("stolen"), speaks("miscounted", 1), precedents=(like("stolen"),))
    assert found.cause == "miscounted"
    assert found.confidence < judged(out("stolen"), speaks("miscounted", 1)).confidence


def test_precedents_of_two_minds_say_less_than_those_of_one() -> None:
    facts = (speaks("stolen", 2),)
    one = judged(*facts, precedents=(like("stolen"), like("stolen", case="C2")))
    two = judged(*facts, precedents=(like("stolen"), like("miscounted", case="C2")))
    assert one.confidence > two.confidence


def test_precedents_alone_make_no_cause_of_what_nothing_explains() -> None:
    found = judged(out("stolen"), out("not_a_conflict"), precedents=(like("miscounted"),))
    assert (found.cause, found.decisive, found.reasons) == (None, False, ())


def test_precedents_pull_only_where_something_of_the_case_speaks() -> None:
    case = (speaks("miscounted", 1), speaks("stolen", -1))
    found = judged(*case, precedents=(like("stolen"), like("miscounted", 0.5, "C2")))
    assert dict(found.ranking) == {"miscounted": 1.25, "stolen": -1.0, "not_a_conflict": 0.0}


def test_a_rejected_remedy_counts_against_its_cause() -> None:
    facts = (speaks("miscounted", 2), speaks("stolen", 2))
    assert judged(*facts).cause == "miscounted"
    found = judged(*facts, objections={"miscounted": 0.5})
    assert found.cause == "stolen"
    assert dict(found.ranking) == {"stolen": 2.0, "miscounted": 1.5, "not_a_conflict": 0.0}


def test_objections_lower_confidence_and_leave_the_facts_as_they_are() -> None:
    facts = (out("stolen"), out("not_a_conflict"), speaks("miscounted", 1))
    liked, disliked = judged(*facts), judged(*facts, objections={"miscounted": 0.9})
    assert disliked.confidence < liked.confidence
    assert (disliked.cause, disliked.decisive) == ("miscounted", True)


def test_objections_grow_with_the_rejections_and_need_more_than_one() -> None:
    tallies = {
        "liked": Tally(decided=5, rejected=0),
        "once": Tally(decided=1, rejected=1),
        "half": Tally(decided=10, rejected=5),
        "always": Tally(decided=18, rejected=18),
    }
    assert objections(tallies) == {"once": 0.3333, "half": 0.4167, "always": 0.9}


leanings = st.builds(
    Leaning,
    cause=st.sampled_from(CAUSES),
    weight=st.integers(-3, 3),
    because=st.just(text("so")),
    cites=st.just(()),
    excludes=st.booleans(),
    from_free_text=st.booleans(),
)
precedents = st.lists(
    st.builds(like, st.sampled_from((*CAUSES, "unheard_of")), st.floats(0, 1)), max_size=5
)
disliked = st.dictionaries(st.sampled_from(CAUSES), st.floats(0, 1), max_size=3)


@given(st.lists(leanings, max_size=8), precedents, disliked)
def test_whatever_is_said_the_diagnosis_keeps_to_the_rules(
    said: list[Leaning], known: list[Resemblance], objected: dict[str, float]
) -> None:
    found = judged(*said, precedents=tuple(known), objections=objected)
    excluded = {one.cause for one in said if one.excludes}
    assert 0 <= found.confidence <= 1
    assert not math.isnan(found.confidence)
    assert found.cause not in excluded
    assert set(dict(found.ranking)) == set(CAUSES) - excluded
    if found.decisive:
        by_facts = {one.cause for one in said if one.excludes and not one.from_free_text}
        assert by_facts == set(CAUSES) - {found.cause}
        assert any(one.cause == found.cause and one.weight > 0 for one in said)


@given(st.lists(leanings, max_size=8), precedents, disliked, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_said_does_not_matter(
    said: list[Leaning], known: list[Resemblance], objected: dict[str, float], chance: Any
) -> None:
    shuffled, others = said[:], known[:]
    chance.shuffle(shuffled)
    chance.shuffle(others)
    one = judged(*said, precedents=tuple(known), objections=objected)
    two = judged(*shuffled, precedents=tuple(others), objections=objected)
    assert (one.cause, one.decisive, one.contested) == (two.cause, two.decisive, two.contested)
    assert one.ranking == two.ranking
    assert math.isclose(one.confidence, two.confidence, abs_tol=2e-4)


@given(st.lists(leanings, max_size=8), st.sampled_from(CAUSES), st.floats(0, 1))
def test_objecting_to_a_cause_never_helps_it(said: list[Leaning], cause: str, share: float) -> None:
    before, after = judged(*said), judged(*said, objections={cause: share})
    assert not (after.cause == cause and before.cause != cause)
    if after.cause == before.cause == cause:
        assert after.confidence <= before.confidence


async def test_a_dossier_s_objections_are_weighed() -> None:
    at = datetime(2026, 3, 17, 8, tzinfo=UTC)
    dossier = Dossier(
        signal=Signal("s", "dm", "t", at, "1010", {}),
        conflict=Conflict("materials/lost_box", "1010", "1010/material/BOLT", {}),
        facts=NoFacts(),
        sheet={},
        leanings=(speaks("miscounted", 2), speaks("stolen", 2)),
        precedents=(),
        causes=CAUSES,
        objections={"miscounted": 0.9},
    )
    judge = Weighing()
    assert (await judge.diagnose(dossier)).cause == "stolen"
    assert await judge.diagnose(dossier) == await judge.diagnose(dossier)
