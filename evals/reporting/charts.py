"""Charts of a report as SVG whose text stays text: no script, no font, nothing from elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from evals.intervals import Interval

INK, QUIET, GOOD, BAD, LINE = "#1b2733", "#8a97a5", "#2f7d5b", "#b3423a", "#2b6cb0"
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "concord",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True)
class Bar:
    """One category: its share with an interval, and of how many."""

    name: str
    share: Interval
    n: int


@dataclass(frozen=True)
class Point:
    """One threshold: which share is covered, which share of that is wrong."""

    threshold: float
    coverage: float
    risk: float
    high: float


@dataclass(frozen=True)
class Bin:
    """Cases of like confidence: the mean of it, how many were right, of how many."""

    confidence: float
    right: float
    n: int


def bars(rows: Sequence[Bar]) -> str:
    """Draw a share for each category, with its interval."""
    figure, axes = _figure(6.6, 0.42 * len(rows) + 0.7)
    places = list(range(len(rows)))[::-1]
    axes.barh(places, [row.share.value for row in rows], height=0.55, color="#b9d3ea")
    for place, row in zip(places, rows, strict=True):
        share = row.share
        axes.plot([share.low, share.high], [place, place], color=LINE, linewidth=2)
        axes.text(1.02, place, f"{share.value:.0%} of {row.n}", va="center")
    axes.set_yticks(places, [row.name for row in rows])
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(_percent)
    return _svg(figure)


def risk_coverage(points: Sequence[Point], chosen: float | None, alpha: float) -> str:
    """Draw how much is wrong against how much is covered, with the threshold marked."""
    figure, axes = _figure(5.0, 3.1)
    order = sorted(points, key=lambda one: one.coverage)
    covered = [one.coverage for one in order]
    axes.fill_between(covered, 0, [one.high for one in order], color="#dce8f4", linewidth=0)
    axes.plot(covered, [one.risk for one in order], color=LINE, marker="o", markersize=3.5)
    axes.axhline(alpha, color=BAD, linewidth=1, linestyle="--")
    axes.text(0.01, alpha, f"at most {alpha:.0%}", color=BAD, va="bottom")
    for one in order:
        if one.threshold == chosen:
            axes.plot([one.coverage], [one.risk], "D", color=GOOD, markersize=8)
            axes.annotate(
                f"threshold {one.threshold:g}",
                (one.coverage, one.risk),
                xytext=(-4, -16),
                textcoords="offset points",
                ha="right",
                color=GOOD,
            )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max([alpha * 2, *(one.risk * 1.2 for one in order)]))
    axes.set_xlabel("covered: settled alone")
    axes.set_ylabel("wrong among them")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_percent)
    return _svg(figure)


def reliability(bins: Sequence[Bin]) -> str:
    """Draw how often the judge was right against how sure it was, with counts."""
    figure, axes = _figure(3.6, 3.1)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--")
    axes.plot([b.confidence for b in bins], [b.right for b in bins], color=LINE, linewidth=1)
    for one in bins:
        axes.scatter([one.confidence], [one.right], s=14 + 2.5 * one.n**0.5 * 4, color=LINE)
        axes.annotate(
            str(one.n), (one.confidence, one.right), xytext=(-7, -13), textcoords="offset points"
        )
    axes.set_xlim(0, 1.05)
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("confidence")
    axes.set_ylabel("right")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_percent)
    return _svg(figure)


def cost_latency(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Draw what a case costs against how long it takes (P50 to P95), by version."""
    figure, axes = _figure(5.0, 2.6)
    for (name, cost, p50, p95), color in zip(rows, (QUIET, LINE), strict=False):
        axes.plot([p50, p95], [cost, cost], color=color, linewidth=2)
        axes.plot([p50], [cost], "o", color=color)
        axes.plot([p95], [cost], "|", color=color, markersize=12)
        axes.annotate(name, (p50, cost), xytext=(0, 7), textcoords="offset points", color=color)
    axes.set_xlim(0, max(row[3] for row in rows) * 1.15 or 1)
    axes.set_ylim(0, max([0.0001, *(row[1] * 1.6 for row in rows)]))
    axes.set_xlabel("seconds a case takes: P50 (dot) to P95 (bar)")
    axes.set_ylabel("cost of a case")
    return _svg(figure)


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()


def _percent(value: float, _place: object) -> str:
    return f"{value:.0%}"


def _svg(figure: Figure) -> str:
    """Return the figure as an SVG element; the same numbers give the same text."""
    out = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    drawn = out.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
