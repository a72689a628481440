"""Compares two runs case by case: what changed, how sure that is, and which cases flipped.

Only cases that both runs have count, each as the mean of its epochs. A case that is an error in
either run is left out and said to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.comparing.measures import MEASURES, Measure
from evals.intervals import Interval, Pair, mean_change
from evals.row import Row

CaseKey = tuple[str, str, bool]
RIGHT = 0.5


class NotComparable(Exception):
    """The runs share no case, or judge the same cases by other labels; who named them reacts."""


@dataclass(frozen=True)
class Delta:
    """One measure before and after, and the cases that went over to the other side."""

    measure: Measure
    n: int
    before: float
    after: float
    change: Interval
    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether the interval excludes that nothing changed."""
        return self.change.low > 0 or self.change.high < 0


@dataclass(frozen=True)
class Comparison:
    """Two runs, compared.

    Attributes:
        deltas: One for each measure that arises in both.
        cases: How many cases both have, without errors.
        families: Of how many template families these are.
        left_out: Cases that are an error in one of them, or that only one of them has.
    """

    deltas: tuple[Delta, ...]
    cases: int
    families: int
    left_out: tuple[str, ...]

    def of(self, name: str) -> Delta | None:
        """Return one measure's; None where it does not arise."""
        return next((one for one in self.deltas if one.measure.name == name), None)


def compare(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    """Return what is different from one run to the next.

    Raises:
        NotComparable: They share no case, or the labels of a shared case differ.
    """
    one, other = _by_case(before), _by_case(after)
    shared = sorted(one.keys() & other.keys())
    if not shared:
        raise NotComparable("the runs have no case in common that is no error in either")
    for key in shared:
        if one[key][0].expected != other[key][0].expected:
            raise NotComparable(f"{key[0]} has another label in the other run: run it anew")
    every = {row.case for row in (*before, *after)}
    return Comparison(
        deltas=tuple(
            delta
            for measure in MEASURES
            if (delta := _delta(measure, [(one[key], other[key]) for key in shared])) is not None
        ),
        cases=len(shared),
        families=len({one[key][0].family for key in shared}),
        left_out=tuple(sorted(every - {key[0] for key in shared})),
    )


def mean_of(measure: Measure, rows: Sequence[Row]) -> float | None:
    """Return the mean over a case's epochs; None where the question does not arise."""
    found = [value for row in rows if (value := measure.of(row)) is not None]
    return sum(found) / len(found) if found else None


def _by_case(rows: Sequence[Row]) -> Mapping[CaseKey, list[Row]]:
    """Return the epochs of each case; a case with an error in any epoch is none."""
    found = defaultdict[CaseKey, list[Row]](list)
    for row in rows:
        found[row.case, row.phase, row.certified].append(row)
    return {key: them for key, them in found.items() if all(row.status == "ok" for row in them)}


def _delta(measure: Measure, cases: Sequence[tuple[list[Row], list[Row]]]) -> Delta | None:
    pairs, better, worse = list[Pair](), list[str](), list[str]()
    for rows, others in cases:
        before, after = mean_of(measure, rows), mean_of(measure, others)
        if before is None or after is None:
            continue
        pairs.append(Pair(rows[0].family, before, after))
        if (before > RIGHT) != (after > RIGHT):
            up = (after > before) == (measure.better == "more")
            (better if up else worse).append(rows[0].case)
    if not pairs:
        return None
    return Delta(
        measure=measure,
        n=len(pairs),
        before=sum(pair.before for pair in pairs) / len(pairs),
        after=sum(pair.after for pair in pairs) / len(pairs),
        change=mean_change(pairs),
        better=tuple(better),
        worse=tuple(worse),
    )
