"""Closed cases are judged anew from what was pinned; nothing is posted and nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.authority.authority import Authority
from agent.authority.cedar import Policies
from agent.bootstrap import Machinery
from agent.playbooks.catalog import catalog
from agent.reasoning.weighing import Weighing
from evals.backtesting import backtest
from evals.backtesting.backtest import Judged, Replayed, replay
from evals.backtesting.closed import Closed, closed
from evals.backtesting.recalling import recall_of
from evals.bench import Bench, bench
from evals.reading import golden
from evals.run import run
from tools.plant.authority import Phase

KIND = "production/posting_rejected"
NOTHING_ALONE = """
@id("nothing-alone") @says("Here the agent does nothing alone.")
forbid (principal, action == Action::"carry_out", resource)
when { principal.role == Role::"agent" };
"""


@dataclass(frozen=True)
class Replaying(Bench):
    """A bench that judges a case anew before it throws its records away."""

    own_policies: str = ""
    found: list[Replayed] = field(default_factory=list[Replayed])

    @asynccontextmanager
    async def machinery(self, *given: Any, **named: Any) -> AsyncGenerator[Machinery]:
        """Wire Concord, and replay what is closed in the end."""
        async with super().machinery(*given, **named) as concord:
            yield concord
            with concord.database.read() as session:
                cases = list(closed(session))
            self.found.extend([await replay(one, self._anew(concord, cases)) for one in cases])

    def _anew(self, concord: Machinery, cases: list[Closed]) -> backtest.Bench:
        plants = concord.context.plants
        authority = Authority(dict.fromkeys(plants, Policies(self.own_policies)))
        recall = recall_of(concord.database, {one.case: one.opened_at for one in cases})
        return backtest.Bench(Weighing(), authority, catalog(), plants, recall)


async def _replayed(folder: Path, policies: str = "") -> Replayed:
    shared = bench(folder)
    place = Replaying(
        **{name: getattr(shared, name) for name in Bench.__match_args__}, own_policies=policies
    )
    case = next(one for one in golden()[KIND].cases if one.id == "pr-011")
    await run(place, KIND, case, Phase.ACT)
    (found,) = place.found
    return found


async def test_the_same_judge_and_policies_come_to_the_same(tmp_path: Path) -> None:
    found = await _replayed(tmp_path)
    assert found.changed == ()
    assert (found.would.cause, found.would.verb) == ("not_a_conflict", "act")


async def test_another_policy_file_shows_what_would_have_been_asked(tmp_path: Path) -> None:
    found = await _replayed(tmp_path, NOTHING_ALONE)
    assert (found.was.verb, found.would.verb, found.changed) == ("act", "ask", ("ruling",))


def test_another_answer_than_people_gave_is_told() -> None:
    was, would = Judged("a", ("x",), "ask"), Judged("b", (), "ask")
    one = Replayed("C1", KIND, was, would, "approve")
    assert (one.changed, one.against_people) == (
        ("cause", "remedy"),
        "people approved something else",
    )


def test_what_people_rejected_is_told_when_it_would_come_again() -> None:
    was = Judged("a", ("x",), "ask")
    assert Replayed("C1", KIND, was, was, "reject").against_people == "people rejected the same"
    assert Replayed("C1", KIND, was, was, None).against_people is None
