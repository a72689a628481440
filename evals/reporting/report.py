"""Renders a report: one HTML page without script, or Markdown for a pull request.

Notes, reasons and names are what others wrote: the page escapes everything but our own charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from evals.reporting import charts
from evals.reporting.figures import Figures

ALPHA = 0.05
MOST_NAMED = 8
MOST_SIGNS = 1200
_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_{}[]<>()#!|@"}


def page(figures: Figures, threshold: float | None = None) -> str:
    """Return the page; ``threshold`` is the certified one, to be marked."""
    drawn = {
        "bars": Markup(charts.bars(figures.bars)) if figures.bars else "",
        "risk": Markup(charts.risk_coverage(figures.points, threshold, ALPHA))
        if figures.points
        else "",
        "reliability": Markup(charts.reliability(figures.bins)) if figures.bins else "",
        "cost": Markup(
            charts.cost_latency(
                [(name, it.cost or 0.0, it.p50, it.p95) for name, it in figures.spent]
            )
        ),
    }
    marked = f"certified from {threshold:g} on" if threshold is not None else "nothing is certified"
    return _environment(autoescape=True).get_template("page.html.jinja").render(
        it=figures,
        charts=drawn,
        judge=figures.rows[0].judge if figures.rows else None,
        caption=f"At each threshold of the grid; {marked}. Shaded: up to Wilson's upper bound",
    )  # fmt: skip


def markdown(figures: Figures) -> str:
    """Return the same in Markdown."""
    environment = _environment(autoescape=False)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("report.md.jinja").render(it=figures)


def _environment(autoescape: bool) -> Environment:
    environment = Environment(loader=PackageLoader("evals.reporting", "."), autoescape=autoescape)
    filters: dict[str, Any] = {"share": _share, "points": _points, "some": _some, "cell": _cell}
    environment.filters.update(filters)
    return environment


def _share(value: float) -> str:
    return f"{value:.1%}"


def _points(value: float) -> str:
    return f"{value * 100:+.1f}"


def _some(names: Sequence[str]) -> str:
    """Return names, and how many more there are."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _cell(value: str) -> str:
    """Return what others wrote so that Markdown shows it and does nothing else with it."""
    return " ".join(value.split())[:MOST_SIGNS].translate(_SIGNS)
