"""Whatever does not belong together fails closed: the case goes to a person."""

from collections.abc import Callable

import pytest

from registry.changing import Signed
from registry.compatibility import Surroundings
from registry.errors import Incompatible, PersonJudges
from registry.promotions import GateRecord
from registry.registry import Registry

MODEL = "openai:judge-2026-01-01"
HERE = {"API_PRODUCT_SRV": "a" * 64}


def test_what_belongs_together_may_be_used(registry: Registry) -> None:
    registry.require(
        registry.resolve("weigh"),
        Surroundings(MODEL, HERE, "materials/stock_deficit", "API_PRODUCT_SRV"),
    )


@pytest.mark.parametrize(
    ("surroundings", "said"),
    [
        (Surroundings("ollama:judge", HERE), "not to ollama:judge"),
        (Surroundings(MODEL), "nothing is known of API_PRODUCT_SRV"),
        (Surroundings(MODEL, HERE, "quality/lot"), "not written for quality/lot"),
        (Surroundings(MODEL, HERE, None, "API_OTHER_SRV"), "not bound to API_OTHER_SRV"),
    ],
)
def test_what_does_not_is_refused(
    registry: Registry, surroundings: Surroundings, said: str
) -> None:
    with pytest.raises(Incompatible, match=said) as refusal:
        registry.require(registry.resolve("weigh"), surroundings)
    assert isinstance(refusal.value, PersonJudges)


def test_an_interface_that_changed_after_the_gate_is_refused(
    registry: Registry, judged: Callable[..., GateRecord], signed: Callable[..., Signed]
) -> None:
    judged("1.1.0", metadata="a" * 64)
    registry.promote("weigh", "1.1.0", MODEL, "d" * 64, signed())
    resolved = registry.resolve("weigh")
    assert registry.mismatches(resolved, Surroundings(MODEL, HERE)) == ()
    changed = Surroundings(MODEL, {"API_PRODUCT_SRV": "b" * 64})
    assert registry.mismatches(resolved, changed) == (
        "API_PRODUCT_SRV has another $metadata than the gate has seen",
    )
