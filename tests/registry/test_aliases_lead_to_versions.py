"""An alias leads to a version; a case that draws the canary stays with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.aliases import Alias, Canary, bucket_of
from registry.errors import NoSuchPrompt
from registry.registry import Registry


def test_the_first_version_that_is_locked_is_in_production(registry: Registry) -> None:
    resolved = registry.resolve("weigh", case="c-1")
    assert (resolved.version, resolved.alias, resolved.bucket) == ("1.0.0", "production", None)
    assert resolved.sha256 == registry.load("weigh", "1.0.0").sha256


def test_an_alias_that_is_not_set_leads_nowhere(registry: Registry) -> None:
    with pytest.raises(NoSuchPrompt, match="in use as staging"):
        registry.resolve("weigh", Alias.STAGING)
    with pytest.raises(NoSuchPrompt, match="no version of wiegh"):
        registry.resolve("wiegh")
    assert registry.shadow("weigh") is None


def test_a_shadow_runs_beside_and_production_stays(registry: Registry) -> None:
    registry.put_beside("weigh", Alias.SHADOW, "1.1.0")
    shadow = registry.shadow("weigh")
    assert shadow is not None
    assert (shadow.version, shadow.alias) == ("1.1.0", Alias.SHADOW)
    assert registry.resolve("weigh").version == "1.0.0"
    registry.put_beside("weigh", Alias.SHADOW, None)
    assert registry.shadow("weigh") is None


def test_some_cases_draw_the_canary_and_each_stays_with_it(registry: Registry) -> None:
    registry.put_canary("weigh", Canary(version="1.1.0", percent=20, salt="spring"))
    cases = [f"c-{number}" for number in range(300)]
    drawn = {case: registry.resolve("weigh", case=case) for case in cases}
    canaries = [case for case, one in drawn.items() if one.alias is Alias.CANARY]
    assert 30 < len(canaries) < 90
    assert {drawn[case].version for case in canaries} == {"1.1.0"}
    assert all((one.bucket or 0) < 20 for one in drawn.values() if one.alias is Alias.CANARY)
    assert drawn == {case: registry.resolve("weigh", case=case) for case in cases}
    assert registry.resolve("weigh").version == "1.0.0"


@given(case=st.text(), salt=st.sampled_from(["a", "b"]), percent=st.integers(0, 100))
def test_raising_the_percentage_takes_nobody_out(case: str, salt: str, percent: int) -> None:
    bucket = bucket_of(case, salt)
    assert 0 <= bucket < 100
    assert bucket == bucket_of(case, salt)
    smaller = Canary(version="1.0.0", percent=percent, salt=salt)
    greater = Canary(version="1.0.0", percent=min(100, percent + 10), salt=salt)
    assert smaller.draws(case) <= greater.draws(case)
