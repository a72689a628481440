"""Which requests a fault strikes: by place, by count, by chance, and the same every time."""

from datetime import timedelta

import pytest

from tools.sandbox.clock import OPENING
from tools.sandbox.faults import Fault, FaultKind, Faults
from tools.sandbox.servers import Server


def struck(
    faults: Faults, times: int, *, seed: int = 1, path: str = "/x", method: str = "POST"
) -> str:
    now = OPENING
    hits = [faults.strike(seed, now, Server.S4, method, path) is not None for _ in range(times)]
    return "".join("x" if hit else "." for hit in hits)


def one(**rule: object) -> Faults:
    faults = Faults()
    faults.add(Fault(FaultKind.HTTP_503, **rule))  # type: ignore[arg-type]
    return faults


def test_a_rule_strikes_after_what_it_skips_and_as_often_as_it_says() -> None:
    assert struck(one(skip=2, count=3), 8) == "..xxx..."


def test_chance_follows_from_the_seed() -> None:
    runs = [struck(one(probability=0.3), 200, seed=seed) for seed in (7, 7, 8)]
    assert runs[0] == runs[1] != runs[2]
    assert 30 < runs[0].count("x") < 90


@pytest.mark.parametrize(
    ("rule", "method", "path", "strikes"),
    [
        ({"path": "A_Tank"}, "GET", "/srv/A_Tank('1')", True),
        ({"path": "A_Tank$"}, "GET", "/srv/A_Tank('1')", False),
        ({"method": "WRITE"}, "PATCH", "/x", True),
        ({"method": "WRITE"}, "GET", "/x", False),
        ({"method": "write"}, "POST", "/oauth/token", False),
        ({"method": "READ"}, "HEAD", "/x", True),
        ({"method": "post"}, "POST", "/oauth/token", True),
        ({"server": Server.DM}, "POST", "/x", False),
        ({"server": Server.S4}, "POST", "/x", True),
    ],
)
def test_a_rule_concerns_what_it_names(
    rule: dict[str, object], method: str, path: str, strikes: bool
) -> None:
    assert struck(one(**rule), 1, method=method, path=path) == ("x" if strikes else ".")


def test_a_lock_holds_for_its_time_whoever_comes() -> None:
    faults = Faults()
    faults.add(Fault(FaultKind.LOCK, count=1, seconds=5))
    seen = [
        faults.strike(1, OPENING + timedelta(seconds=at), Server.S4, "POST", "/x") is not None
        for at in (0, 1, 4.9, 5, 6)
    ]
    assert seen == [True, True, True, False, False]


def test_the_first_rule_that_strikes_wins_and_rules_can_be_forgotten() -> None:
    faults = Faults()
    first = faults.add(Fault(FaultKind.HTTP_429, count=1))
    faults.add(Fault(FaultKind.HTTP_503))
    kinds = [
        rule.fault.kind
        for rule in (faults.strike(1, OPENING, Server.S4, "GET", "/") for _ in range(2))
        if rule
    ]
    assert kinds == [FaultKind.HTTP_429, FaultKind.HTTP_503]
    faults.remove(first)
    faults.remove(99)
    assert [rule.number for rule in faults.rules] == [2]
    faults.clear()
    assert struck(faults, 2) == ".."


@pytest.mark.parametrize(
    "rule", [{"probability": 1.1}, {"seconds": -1}, {"count": -1}, {"skip": -1}, {"path": "("}]
)
def test_a_rule_that_cannot_be_followed_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        one(**rule)
