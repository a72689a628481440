"""A comparison and the gate's word, as lines to read and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from evals.comparing.compare import Comparison
from evals.comparing.gate import Judged


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Yield a comparison as lines."""
    yield f"{comparison.cases} cases of {comparison.families} families, paired"
    yield f"{'':<22}{'before':>8}{'after':>8}{'change':>9}   95 %"
    for one in comparison.deltas:
        change = one.change
        bounds = f"{change.low * 100:+.1f} to {change.high * 100:+.1f}"
        sure = " *" if one.sure else ""
        yield (
            f"{one.measure.says:<22}{one.before:>8.1%}{one.after:>8.1%}"
            f"{change.value * 100:>+9.1f}   {bounds}{sure}"
        )
    for one in comparison.deltas:
        for word, cases in (("better", one.better), ("worse", one.worse)):
            if cases:
                yield f"{one.measure.says}, {word}: {', '.join(cases)}"
    if comparison.left_out:
        yield f"left out (errors, or in one run only): {', '.join(comparison.left_out)}"


def plain_comparison(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    return {
        "cases": comparison.cases,
        "families": comparison.families,
        "left_out": comparison.left_out,
        "measures": {
            one.measure.name: {
                "n": one.n,
                "before": one.before,
                "after": one.after,
                "change": asdict(one.change),
                "better": one.better,
                "worse": one.worse,
            }
            for one in comparison.deltas
        },
    }


def gate_lines(judged: Judged) -> Iterator[str]:
    """Yield the gate's word as lines."""
    yield f"{judged.verdict.value}"
    for one in judged.findings:
        yield f"  {one.verdict.value:<13}{one.rule}: {one.says}"


def plain_gate(judged: Judged) -> dict[str, Any]:
    """Return the gate's word as plain data."""
    return {
        "verdict": judged.verdict.value,
        "findings": [
            {"rule": one.rule, "verdict": one.verdict.value, "says": one.says}
            for one in judged.findings
        ],
        "measures": dict(judged.measures),
    }
