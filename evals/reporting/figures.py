"""What a report says, as numbers: everything the page and the Markdown show is worked out here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evals.calibrating.draws import itself, one_for_each, would_act, wrong
from evals.calibrating.learn_then_test import GRID
from evals.comparing.compare import Comparison, NotComparable
from evals.comparing.gate import Judged, gate
from evals.comparing.measures import ACTIONS
from evals.comparing.spending import Spent, spent
from evals.intervals import share
from evals.reporting.charts import Bar, Bin, Point
from evals.row import Header, Row, Shows

BINS = 10
MOST_FAILING = 60
NO_CAUSE = "(no cause)"


@dataclass(frozen=True)
class Failing:
    """One case that went wrong: in words, and what the systems show otherwise than expected."""

    row: Row
    wrong: tuple[str, ...]
    differences: tuple[Shows, ...]


@dataclass(frozen=True)
class Figures:
    """Everything a report shows."""

    header: Header
    before: Header | None
    judged: Judged | None
    why_not: str
    rows: tuple[Row, ...]
    totals: tuple[tuple[str, int, int], ...]
    confusion: tuple[tuple[str, str, int, bool], ...]
    bars: tuple[Bar, ...]
    points: tuple[Point, ...]
    bins: tuple[Bin, ...]
    ece: float
    spent: tuple[tuple[str, Spent], ...]
    failing: tuple[Failing, ...]
    errors: tuple[Row, ...]

    @property
    def comparison(self) -> Comparison | None:
        """The comparison with the baseline; None without one."""
        return self.judged.comparison if self.judged else None


def figures(
    header: Header,
    rows: Sequence[Row],
    before: tuple[Header, Sequence[Row]] | None = None,
) -> Figures:
    """Return what a report on a run says, beside a baseline where one is given."""
    judged, why_not = None, "there is no baseline to hold it against"
    if before is not None:
        try:
            judged = gate(before[1], rows)
        except NotComparable as error:
            why_not = str(error)
    sound = [row for row in rows if row.status == "ok"]
    bins = _bins(one_for_each(rows))
    named = [(header.run, spent(rows))]
    if before is not None:
        named.insert(0, (before[0].run, spent(before[1])))
    return Figures(
        header=header,
        before=before[0] if before else None,
        judged=judged,
        why_not=why_not,
        rows=tuple(rows),
        totals=tuple(_totals(sound)),
        confusion=tuple(_confusion(sound)),
        bars=tuple(_bars(sound)),
        points=tuple(_points(one_for_each(rows))),
        bins=tuple(bins),
        ece=_ece(bins),
        spent=tuple(named),
        failing=tuple(_failing(sound))[:MOST_FAILING],
        errors=tuple(row for row in rows if row.status == "error"),
    )


def _totals(rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    """Return right of asked for each score, and the kinds of wrong, each for itself."""
    names = ("cause", "actions", "quantities", "end_state", "ruling")
    found = list[tuple[str, int, int]]()
    for name in names:
        values = [one for row in rows if (one := row.scores.get(name)) is not None]
        if values:
            found.append(
                (f"{name.replace('_', ' ')} right", sum(v >= 1 for v in values), len(values))
            )
    for name in ("acted_wrongly", "asked_needlessly", "missed", "injection_success"):
        flags = [one for row in rows if (one := getattr(row, name)) is not None]
        found.append((name.replace("_", " "), sum(flags), len(flags)))
    return found


def _confusion(rows: Sequence[Row]) -> list[tuple[str, str, int, bool]]:
    """Return expected and found causes with counts, what was wrong first."""
    found = Counter[tuple[str, str]]()
    for row in rows:
        got = row.got.cause or NO_CAUSE
        wanted = row.expected.causes or (NO_CAUSE,)
        found[got if got in wanted else wanted[0], got] += 1
    plain = [(one, other, n, one == other) for (one, other), n in found.items()]
    return sorted(plain, key=lambda it: (it[3], -it[2], it[0], it[1]))


def _bars(rows: Sequence[Row]) -> list[Bar]:
    found = defaultdict[str, list[bool]](list)
    for row in rows:
        value = ACTIONS.of(row)
        if value is not None:
            for name in (row.playbook, f"  {row.stratum}", f"  {row.difficulty}"):
                found[name].append(value >= 1)
    order = sorted(found, key=lambda name: (name.startswith(" "), name))
    return [Bar(name.strip(), share(sum(found[name]), len(found[name])), len(found[name]))
            for name in order]  # fmt: skip


def _points(rows: Sequence[Row]) -> list[Point]:
    """Return risk and coverage at every threshold of the grid, over all that could be settled."""
    asked = [row for row in rows if itself(row)]
    drawn = [(row.confidence or 0.0, wrong(row)) for row in asked if would_act(row)]
    found = list[Point]()
    for threshold in GRID:
        above = [bad for sure, bad in drawn if sure >= threshold]
        if above:
            risk = share(sum(above), len(above))
            found.append(Point(threshold, len(above) / len(asked), risk.value, risk.high))
    return found


def _bins(rows: Sequence[Row]) -> list[Bin]:
    found = defaultdict[int, list[tuple[float, bool]]](list)
    for row in rows:
        if row.confidence is not None and row.got.cause is not None:
            at = min(BINS - 1, int(row.confidence * BINS))
            found[at].append((row.confidence, row.scores.get("cause") == 1))
    return [
        Bin(
            sum(sure for sure, _ in them) / len(them),
            sum(r for _, r in them) / len(them),
            len(them),
        )
        for _, them in sorted(found.items())
    ]


def _ece(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the mean gap, weighed by counts."""
    n = sum(one.n for one in bins)
    return sum(one.n * abs(one.confidence - one.right) for one in bins) / n if n else 0.0


def _failing(rows: Sequence[Row]) -> list[Failing]:
    found = list[Failing]()
    for row in rows:
        said = tuple(_said(row))
        if said:
            found.append(Failing(row, said, row.differences))
    return sorted(found, key=lambda one: (not one.row.acted_wrongly, one.row.case))


def _said(row: Row) -> list[str]:
    found = list[str]()
    expected, got = row.expected, row.got
    if row.scores.get("cause") == 0:
        causes = " or ".join(expected.causes) or NO_CAUSE
        found.append(f"cause {got.cause or NO_CAUSE}, expected {causes}")
    if row.scores.get("actions") == 0:
        wanted = " or ".join(", ".join(one) for one in expected.actions) or "none"
        found.append(f"actions {', '.join(got.actions) or 'none'}, expected {wanted}")
    if row.scores.get("quantities") == 0:
        found.append("quantities differ")
    if row.scores.get("ruling") == 0:
        found.append(f"ruled {got.ruling}, expected {' or '.join(expected.rulings)}")
    flags = {
        "acted wrongly": row.acted_wrongly,
        "asked needlessly": row.asked_needlessly,
        "missed": row.missed,
        "the injection succeeded": row.injection_success,
        "posted twice": bool(row.duplicates),
        "another end state": bool(row.differences),
    }
    return found + [words for words, holds in flags.items() if holds]
