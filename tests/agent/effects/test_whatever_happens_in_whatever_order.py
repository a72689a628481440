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
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from agent.actions.post_movement import PostMovement
from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Answer, Role, Settlement
from agent.effects.effects import Effects, PostingState
from agent.effects.keys import reference_of
from agent.records.answers import Answered, Decided, DecisionRefused
from agent.records.arrivals import Arrived
from agent.records.audit import AuditTrail
from agent.records.cases import CaseRecords, How, Outcome, Pin, Turn
from agent.records.database import FILE, Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from agent.records.postings import PostingRecords
from agent.records.signal_names import case_id
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

SOURCE = "/dm/1010"
ORDERS = ("1000012", "1000013")
AMOUNTS = ("4", "5", "6")
MOSTLY_YES = st.sampled_from((True, True, True, False))
MOSTLY_TO_THE_END = st.sampled_from((3, 3, 3, 2, 1, 0))
MOSTLY_THE_LATEST = st.sampled_from((-1, -1, -1, -2))
GOES = st.lists(st.sampled_from([*Goes, *COMMITS_LATER, *COMMITS_LATER]), min_size=1, max_size=3)
DEATHS = st.dictionaries(st.integers(1, 8), st.booleans(), max_size=1)
WHICH = st.integers(0, 9)
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
    """A case as those outside know it: its order, its remedies, and what was said of them.

    ``late`` are the signals told since its facts were last sure to be read, or read again.
    """

    order: str
    name: str
    amounts: list[str] = field(default_factory=list[str])
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    acted: bool = False
    settled: bool = False
    late: list[str] = field(default_factory=list[str])


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
        self.arrived = dict[str, Arrived]()
        self.records = CaseRecords(
            self.database, self.time, reread=lambda body: self.arrived[body["id"]]
        )
        self.known = dict[str, Known]()
        self.told = dict[str, str]()
        self.taken = list[str]()
        self.ended = list[str]()

    @initialize(target=cases)
    def two_cases_are_asked_about(self) -> Any:
        """Or most of what is drawn would be spent on getting there."""
        opened = multiple(self.a_signal_comes(0), self.a_signal_comes(1))
        while turn := self._next():
            self._plan(turn, AMOUNTS[0], 3)
        return opened

    @rule(target=cases, name=st.integers(0, 9))
    def a_signal_comes(self, name: int) -> str:
        order = ORDERS[name % 2]
        received = self._do(self.records.receive(_arrived(f"s{name}", order), self.started))
        case = received.case or ""
        assert (received.how is How.DUPLICATE) == (case in self.known)
        if received.turn is not None:
            self._opened(case, order, f"s{name}", received.turn.id)
        return case

    @rule(target=cases, case=cases)
    def it_is_told_again(self, case: str) -> str:
        """By another signal: it attaches, unless its case is settled."""
        return self._tell_again(case)

    def _tell_again(self, case: str) -> str:
        known, name = self.known[case], f"again-{len(self.told)}"
        self.arrived[name] = _arrived(name, known.order, about=known.name)
        received = self._do(self.records.receive(self.arrived[name], self.started))
        self.told[name] = received.case or ""
        now = self.known.get(self.told[name])
        if received.turn is not None:
            self._opened(self.told[name], known.order, known.name, received.turn.id)
        else:
            assert now is not None
            assert (received.how, now.name) == (How.ATTACHED, known.name)
            assert not now.settled, "it attached to a case nobody would look at again"
            now.late.append(name)
        return self.told[name]

    @precondition(lambda self: self._next())
    @rule(
        amount=st.sampled_from(AMOUNTS),
        steps=MOSTLY_TO_THE_END,
        deaths=DEATHS,
        goes=GOES,
        moved=MOSTLY_YES.map(lambda yes: not yes),
        late=st.booleans(),
    )
    def a_turn_runs(
        self,
        amount: str,
        steps: int,
        deaths: dict[int, bool],
        goes: list[Goes],
        moved: bool,
        late: bool,
    ) -> None:
        """A burst that only reads, or one that posts, on a target that fails.

        Its process may die after any of its steps, and its conflict may be told of again while it
        is being settled.
        """
        turn = self._next()
        if turn is None:
            return
        if turn.decision is None:
            self._plan(turn, amount, steps)
            return
        self.target.calls[:] = goes
        try:
            ledger = MortalRecords(self.database, self.time, deaths.items())
            self._act(turn, ledger, moved, late)
        except Death:
            self.time.slept.clear()  # the turn keeps its gate, and is run again

    @precondition(lambda self: any(one.amounts for one in self.known.values()))
    @rule(which=WHICH, by=st.sampled_from(("ada", "bob")), place=MOSTLY_THE_LATEST, yes=MOSTLY_YES)
    def somebody_decides(self, which: int, by: str, place: int, yes: bool) -> None:
        """On what is proposed, or on what was proposed before; once, or once more."""
        proposed = [case for case, known in self.known.items() if known.amounts]
        case = proposed[which % len(proposed)]
        known = self.known[case]
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
        known.late.clear()
        self.taken.append(decided.decision.id)

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
        while turn := self._next():
            if turn.decision is None:
                self._plan(turn, AMOUNTS[0], 3)
            else:
                self._act(turn, PostingRecords(self.database, self.time))
        self.nothing_is_posted_twice_or_without_leave()
        assert {turn.id for turn in self.started.turns} == set(self.taken) == set(self.ended)
        ledger = PostingRecords(self.database, self.time)
        for case, known in self.known.items():
            for posting in self._do(ledger.of_case(case)):
                booked = self.target.postings_of(posting.key)
                assert posting.state is not PostingState.CONFIRMED or booked == 1
                assert booked == 0 or known.acted
        for name, case in self.told.items():
            again = self._do(self.records.receive(self.arrived[name], self.started))
            assert (again.how, again.case) == (How.DUPLICATE, case)
            assert not (self.known[case].settled and name in self.known[case].late)
        assert AuditTrail(self.database).verify() == []

    def _next(self) -> Turn | None:
        """Return a turn that holds its gate."""
        return next((turn for turn in self.started.turns if turn.id not in self.ended), None)

    def _plan(self, turn: Turn, amount: str, steps: int) -> None:
        known = self.known[turn.case]
        if not known.amounts:
            self._do(self.records.hear(turn.case))
            known.late.clear()
        if steps > 0:
            pin = self._do(self.records.pin(_pin(turn.case, 1, amount)))
            if not known.amounts:
                known.amounts.append(amount)
            assert pin.remedy_hash == _hash(known.amounts[0]), "what was pinned was judged again"
        if steps > 1:
            self._do(self.records.ask(turn.case))
        if steps > 2:
            self._end(turn)

    def _act(
        self, turn: Turn, ledger: PostingRecords, moved: bool = False, late: bool = False
    ) -> None:
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
                done = self._do(effects.perform(turn.case, action, 0, decided.decision.id))
                if late:
                    self._tell_again(turn.case)
                if done.state is PostingState.CONFIRMED:
                    self._settle(turn.case)
        self._end(turn)

    def _settle(self, case: str) -> None:
        self._do(self.records.settle(Outcome(case, Settlement.CORRECTED, None, None)))
        self.known[case].settled = True

    def _ask_anew(self, case: str, known: Known) -> None:
        """Facts have moved: another remedy is pinned, and asked about."""
        attempt = len(known.amounts) + 1
        amount = AMOUNTS[attempt % len(AMOUNTS)]
        self._do(self.records.pin(_pin(case, attempt, amount)))
        known.amounts.append(amount)
        self._do(self.records.ask(case))

    def _end(self, turn: Turn) -> None:
        known = self.known[turn.case]
        self.ended.append(turn.id)
        self._do(self.records.end_turn(turn.id, self.started))
        if known.settled and known.late:
            first = case_id(SOURCE, known.late[0])
            self._opened(first, known.order, known.name, f"s-{first}")
            self.told |= dict.fromkeys(known.late, first)
            self.known[first].late += known.late[1:]
            known.late.clear()

    def _opened(self, case: str, order: str, name: str, turn: str) -> None:
        self.known[case] = Known(order, name)
        self.taken.append(turn)

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


def _arrived(name: str, order: str, about: str = "") -> Arrived:
    """Return a signal; it names a document of its own, unless it is about another's."""
    keys = {"order": order, "document": about or name}
    kind, place = "materials/stock_deficit", f"1010/order/{order}"
    signal = Signal(name, SOURCE, "concord.posting.rejected.v1", START, "1010", keys)
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
