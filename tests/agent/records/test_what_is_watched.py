"""What processes tell of their interfaces, and what was refused, on both databases."""

from datetime import timedelta

from agent.records import interfaces, violations
from agent.records.database import Database
from agent.records.interfaces import Fault, Health
from agent.records.violations import Violation
from tools.sandbox.clock import OPENING

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOWN = Fault(OPENING, "unreachable", "the system is not serving (503)")


def health(answered: int = 0, fault: Fault | None = None, **failed: int) -> Health:
    at = OPENING if answered else None
    return Health("1010", "ERP", answered, failed, at, fault, left_alone=False)


def test_a_process_adds_to_what_it_told_before_and_remembers_its_last_failure(
    database: Database,
) -> None:
    with database.write() as session:
        interfaces.note(session, "worker-1", [health(5, DOWN, unreachable=2)], OPENING)
        interfaces.note(session, "worker-2", [health(1)], OPENING)
    with database.write() as session:
        interfaces.note(session, "worker-1", [health(3, broken=1)], OPENING + MINUTE)
    with database.read() as session:
        first, second = interfaces.told(session)
    assert (first.process, first.health.answered) == ("worker-1", 8)
    assert first.health.failed == {"unreachable": 2, "broken": 1}
    assert (first.health.fault, first.at) == (DOWN, OPENING + MINUTE)
    assert (second.process, second.health.answered, second.health.fault) == ("worker-2", 1, None)


def test_a_silent_process_is_not_believed_and_forgotten_in_the_end(database: Database) -> None:
    with database.write() as session:
        interfaces.note(session, "gone", [health(1)], OPENING)
    with database.read() as session:
        [told] = interfaces.told(session)
    assert not told.stale(OPENING + MINUTE)
    assert told.stale(OPENING + 4 * MINUTE)
    with database.write() as session:
        interfaces.forget(session, OPENING + timedelta(days=6))
        assert len(interfaces.told(session)) == 1
        interfaces.forget(session, OPENING + timedelta(days=8))
        assert interfaces.told(session) == []


def test_refusals_are_summed_over_hours_and_processes_and_let_go_of(database: Database) -> None:
    late = OPENING + 2 * HOUR
    for count, at in ((3, OPENING), (4, OPENING + MINUTE), (5, late)):
        with database.write() as session:
            found = [Violation("/v1/signals", "schema", "key:line", count, at)]
            violations.note(session, found, at)
    with database.write() as session:
        violations.note(session, [Violation("/v1/cases", "not_accepted", "", 9, late)], late)
    with database.read() as session:
        first, second = violations.summed(violations.since(session, OPENING - HOUR))
        assert (first.who, first.count, first.last_at) == ("key:line", 12, late)
        assert (second.rule, second.count) == ("not_accepted", 9)
        assert len(violations.since(session, OPENING)) == 3
        assert len(violations.since(session, late)) == 2
    with database.write() as session:
        violations.note(session, [], late + timedelta(days=2) - HOUR)
        assert len(violations.since(session, OPENING)) == 2
