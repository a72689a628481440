"""Signals, crashes, decisions, faults and time in any order: each remedy once, and only with leave.

A machine that draws what happens next. It keeps what it was told (who approved what) and compares
it with what the target has booked; the records themselves are asked nothing they could be wrong
about.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from agent.actions.post_movement import PostMovement
from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Answer, Role
from agent.effects.effects import Effects, PostingState
from agent.effects.keys import reference_of
from agent.records.answers import Answered, Decided, DecisionRefused
from agent.records.arrivals import Arrived
from agent.records.audit import AuditTrail
from agent.records.cases import CaseRecords, How, Pin, Turn
from agent.records.database import FILE, Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from agent.records.postings import PostingRecords
from tests.agent.effects.target import (
    COMMITS_LATER,
    START,
    Death,
    Goes,
    MortalRecords,
    Target,
    Time,
    effects_on,
    issue,
)

T = TypeVar("T")

ORDERS = ("1000012", "1000013")
AMOUNTS = ("4", "5", "6")
MOSTLY_YES = st.sampled_from((True, True, True, False))
MOSTLY_TO_THE_END = st.sampled_from((3, 3, 3, 2, 1, 0))
MOSTLY_THE_LATEST = st.sampled_from((-1, -1, -1, -2))
GOES = st.lists(st.sampled_from([*Goes, *COMMITS_LATER, *COMMITS_LATER]), min_size=1, max_size=3)
DEATHS = st.dictionaries(st.integers(1, 8), st.booleans(), max_size=1)
SET_TO = st.sampled_from([timedelta(seconds=seconds) for seconds in (0, 90, 200_000, -200_000)])
AWHILE = st.sampled_from((1, 30, 90, 4000))


@cache
def _tables() -> Path:
    """A file with all tables and nothing in them."""
    folder = Path(tempfile.mkdtemp(prefix="concord-tables-"))
    database = Database.of_home(folder)
    upgrade(database.engine)
    database.dispose()
    return folder / FILE


@dataclass
class Known:
    """A case as those outside know it: its order, its remedies, and what was said of them."""

    order: str
    amounts: list[str] = field(default_factory=list[str])
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    acted: bool = False


class Whatever(RuleBasedStateMachine):
    """Concord's records and its way out, and a world that does as it likes."""

    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="concord-whatever-"))
        shutil.copy(_tables(), self.folder / FILE)
        self.database = Database.of_home(self.folder)
        self.time, self.loop = Time(), asyncio.Runner()
        self.target = Target(self.time)
        self.started = Collected()
        self.records = CaseRecords(self.database, self.time)
        self.known = dict[str, Known]()
        self.taken = list[str]()
        self.ended = list[str]()

    @rule(target=cases, name=st.integers(0, 9))
    def a_signal_comes(self, name: int) -> str:
        order = ORDERS[name % 2]
        received = self._do(self.records.receive(_arrived(f"s{name}", order), self.started))
        case = received.case or ""
        assert (received.how is How.DUPLICATE) == (case in self.known)
        if received.turn is not None:
            self.taken.append(received.turn.id)
            self.known[case] = Known(order)
        return case

    @precondition(lambda self: self._next(planning=True))
    @rule(amount=st.sampled_from(AMOUNTS), steps=MOSTLY_TO_THE_END)
    def a_turn_plans(self, amount: str, steps: int) -> None:
        """A burst that only reads; its process may die after any of its steps."""
        turn = self._next(planning=True)
        if turn is not None:
            self._plan(turn, amount, steps)

    @precondition(lambda self: any(one.amounts for one in self.known.values()))
    @rule(case=cases, by=st.sampled_from(("ada", "bob")), place=MOSTLY_THE_LATEST, yes=MOSTLY_YES)
    def somebody_decides(self, case: str, by: str, place: int, yes: bool) -> None:
        """On what is proposed, or on what was proposed before; once, or once more."""
        known = self.known[case]
        if not known.amounts:
            return
        amount = known.amounts[max(place, -len(known.amounts))]
        answer = Answer.APPROVE if yes else Answer.REJECT
        said = Answered(case, answer, by, Role.PLANNER, _hash(amount), "seen")
        try:
            decided = self._do(self.records.decide(said, self.started))
        except DecisionRefused:
            return
        assert amount == known.amounts[-1], "an older remedy was decided on"
        assert decided.decision.id not in known.answers, "the same question had two answers"
        known.answers[decided.decision.id] = answer
        self.taken.append(decided.decision.id)

    @precondition(lambda self: self._next(planning=False))
    @rule(deaths=DEATHS, goes=GOES, moved=MOSTLY_YES.map(lambda yes: not yes))
    def a_turn_acts(self, deaths: dict[int, bool], goes: list[Goes], moved: bool) -> None:
        """A burst that posts, on a target that fails, in a process that may die."""
        turn = self._next(planning=False)
        if turn is None:
            return
        self.target.calls[:] = goes
        try:
            self._act(turn, MortalRecords(self.database, self.time, deaths.items()), moved)
        except Death:
            self.time.slept.clear()  # the turn keeps its gate, and is run again

    @rule(seconds=AWHILE)
    def time_passes(self, seconds: int) -> None:
        self.time.now += timedelta(seconds=seconds)

    @rule(ahead=SET_TO)
    def somebody_sets_the_clock(self, ahead: timedelta) -> None:
        self.time.ahead = ahead

    @rule(case=cases)
    def somebody_looks_what_became_of_it(self, case: str) -> None:
        self.target.calls.clear()
        self._do(self._effects(PostingRecords(self.database, self.time)).resume(case))

    @invariant()
    def nothing_is_posted_twice_or_without_leave(self) -> None:
        booked = [key for key, _ in self.target.booked]
        assert len(booked) == len(set(booked))
        assert set(booked) <= {
            _key(case, known.amounts[_attempt(decision) - 1])
            for case, known in self.known.items()
            for decision, answer in known.answers.items()
            if answer is Answer.APPROVE
        }

    @invariant()
    def turns_of_an_order_run_one_at_a_time_in_their_order(self) -> None:
        for order in ORDERS:
            mine = [turn for turn in self.started.turns if turn.object.endswith(order)]
            assert [turn.sequence for turn in mine] == list(range(1, len(mine) + 1))
            assert sum(turn.id not in self.ended for turn in mine) <= 1

    def teardown(self) -> None:
        """Let everything come to rest without any fault, and compare once more."""
        try:
            self._come_to_rest()
        finally:
            self.database.dispose()
            self.loop.close()
            shutil.rmtree(self.folder)

    def _come_to_rest(self) -> None:
        self.target.calls.clear()
        while turn := self._next(planning=None):
            if turn.decision is None:
                self._plan(turn, AMOUNTS[0], 3)
            else:
                self._act(turn, PostingRecords(self.database, self.time), moved=False)
        self.nothing_is_posted_twice_or_without_leave()
        assert {turn.id for turn in self.started.turns} == set(self.taken) == set(self.ended)
        ledger = PostingRecords(self.database, self.time)
        for case, known in self.known.items():
            for posting in self._do(ledger.of_case(case)):
                booked = self.target.postings_of(posting.key)
                assert posting.state is not PostingState.CONFIRMED or booked == 1
                assert booked == 0 or known.acted
        assert AuditTrail(self.database).verify() == []

    def _next(self, *, planning: bool | None) -> Turn | None:
        """Return a turn that holds its gate, of one kind or of any."""
        left = (turn for turn in self.started.turns if turn.id not in self.ended)
        return next((one for one in left if planning in {None, one.decision is None}), None)

    def _plan(self, turn: Turn, amount: str, steps: int) -> None:
        known = self.known[turn.case]
        if steps > 0:
            pin = self._do(self.records.pin(_pin(turn.case, 1, amount)))
            if not known.amounts:
                known.amounts.append(amount)
            assert pin.remedy_hash == _hash(known.amounts[0]), "what was pinned was judged again"
        if steps > 1:
            self._do(self.records.ask(turn.case))
        if steps > 2:
            self._end(turn)

    def _act(self, turn: Turn, ledger: PostingRecords, moved: bool) -> None:
        known, effects = self.known[turn.case], self._effects(ledger)
        decided = self._do(self.records.decided(turn.decision or ""))
        pin = self._do(self.records.pinned(turn.case))
        assert decided is not None
        assert pin is not None
        if known.answers[decided.decision.id] is Answer.APPROVE and _answers(decided, pin):
            action = _action(turn.case, known.amounts[pin.attempt - 1])
            if moved and not self._do(effects.begun(turn.case, [action])):
                self._ask_anew(turn.case, known)
            else:
                known.acted = True
                self._do(effects.perform(turn.case, action, 0, decided.decision.id))
        self._end(turn)

    def _ask_anew(self, case: str, known: Known) -> None:
        """Facts have moved: another remedy is pinned, and asked about."""
        attempt = len(known.amounts) + 1
        amount = AMOUNTS[attempt % len(AMOUNTS)]
        self._do(self.records.pin(_pin(case, attempt, amount)))
        known.amounts.append(amount)
        self._do(self.records.ask(case))

    def _end(self, turn: Turn) -> None:
        self.ended.append(turn.id)
        self._do(self.records.end_turn(turn.id, self.started))

    def _effects(self, ledger: PostingRecords) -> Effects:
        return effects_on(ledger, self.time, self.target)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)


Whatever.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestWhatever = Whatever.TestCase


def _arrived(name: str, order: str) -> Arrived:
    """Return a signal; each names another document, so that none attaches to another's case."""
    keys = {"order": order, "document": name}
    kind, place = "materials/stock_deficit", f"1010/order/{order}"
    signal = Signal(name, "/dm/1010", "concord.posting.rejected.v1", START, "1010", keys)
    conflict = Conflict(kind, "1010", place, keys, Criticality.NORMAL)
    return Arrived(signal.source, name, {"id": name}, signal, conflict)


def _pin(case: str, attempt: int, amount: str) -> Pin:
    plan = {"settles": True, "hard": [{"quantity": amount}], "soft": [], "derivations": []}
    ruling = {"verb": "ask", "policy": "core.ask", "ask": "planner"}
    return Pin(case, attempt, plan, _hash(amount), {"verdicts": []}, ruling, {"cause": "x"}, {})


def _hash(amount: str) -> str:
    return f"hash-{amount}"


def _action(case: str, amount: str) -> PostMovement:
    return issue(f"PART-{case}", amount)


def _key(case: str, amount: str) -> str:
    return reference_of(case, _action(case, amount), 0).key


def _attempt(decision: str) -> int:
    return int(decision.rpartition("-")[2])


def _answers(decided: Decided, pin: Pin) -> bool:
    """Whether a decision is about what is pinned now, as the machine asks before it acts."""
    return (decided.attempt, decided.decision.remedy_hash) == (pin.attempt, pin.remedy_hash)
