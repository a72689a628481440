"""What a replay found, as lines to read and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from evals.backtesting.backtest import Judged, Replayed
from evals.backtesting.replaying import Replays


def lines(found: Replays) -> Iterator[str]:
    """Yield what would have been different, then what broke, then the counts."""
    for one in found.cases:
        if one.changed:
            against = f"  ({one.against_people})" if one.against_people else ""
            yield f"{one.case}  {one.kind}  {', '.join(one.changed)} changed{against}"
            yield f"  was    {_said(one.was)}"
            yield f"  would  {_said(one.would)}{_amounts(one)}"
    for broken in found.broken:
        yield f"error: {broken.case}  {broken.kind}  {broken.why}"
    yield "  ".join(f"{name} {count}" for name, count in found.counts.items())


def plain(found: Replays) -> dict[str, Any]:
    """Return everything, also what stayed as it was."""
    cases = [
        asdict(one) | {"changed": one.changed, "against": one.against_people} for one in found.cases
    ]
    return {
        "cases": cases,
        "errors": [asdict(one) for one in found.broken],
        "counts": found.counts,
    }


def _said(judged: Judged) -> str:
    actions = " + ".join(judged.actions) or "nothing is corrected"
    return f"{judged.cause or 'no cause'}: {actions} ({judged.verb})"


def _amounts(one: Replayed) -> str:
    """Say so where the actions are of the same kind and only what they carry is different."""
    same = one.was.actions == one.would.actions
    return "; with other quantities or objects" if same and "remedy" in one.changed else ""
