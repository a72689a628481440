"""What the agent did alone is measured against what people did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent.authority.autonomy import Settled, autonomy
from agent.authority.certificate import Certificate, Certified
from agent.playbooks.playbook import Risk

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
KIND = "materials/stock_deficit"


def _settled(alone: bool, stood: bool = True, overridden: bool = False) -> Settled:
    return Settled(KIND, Risk.LOW, alone, stood, overridden)


def _certificate(threshold: float | None, days: float) -> Certificate:
    one = Certified(
        playbook=KIND,
        risk=Risk.LOW,
        fingerprint="ab" * 32,
        threshold=threshold,
        n=100,
        wrong=0,
        alpha=0.05,
    )
    return Certificate(
        run="r1",
        reasoner="weighing",
        judge="weighing/prior-1",
        embedder="hashing-1",
        dataset="ab" * 32,
        issued=NOW,
        expires=NOW + timedelta(days=days),
        delta=0.05,
        grid=(0.9,),
        classes=(one,),
    )


def test_success_alone_stands_beside_that_of_people() -> None:
    those = [_settled(True), _settled(True, stood=False), _settled(False), _settled(False)]
    found = autonomy(those, [], NOW)[KIND, Risk.LOW]
    assert (found.alone, found.alone_stood, found.people, found.people_stood) == (2, 0.5, 2, 1.0)


def test_overrides_are_counted_among_what_people_were_asked() -> None:
    those = [_settled(True), _settled(False, overridden=True), _settled(False)]
    assert autonomy(those, [], NOW)[KIND, Risk.LOW].override_rate == 0.5


def test_days_to_expiry_are_whole_and_end_at_none_left() -> None:
    assert autonomy([], [_certificate(0.9, 2.5)], NOW)[KIND, Risk.LOW].days_to_expiry == 2
    assert autonomy([], [_certificate(0.9, -1)], NOW)[KIND, Risk.LOW].days_to_expiry == 0


def test_what_is_certified_as_never_expires_never() -> None:
    assert autonomy([], [_certificate(None, 9)], NOW) == {}


def test_nothing_settled_says_nothing() -> None:
    found = autonomy([_settled(True)], [], NOW)[KIND, Risk.LOW]
    assert (found.people_stood, found.override_rate, found.days_to_expiry) == (None, None, None)
