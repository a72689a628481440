"""Charts as plain geometry: the template draws them as SVG, so no script is needed to see one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 150
LEFT, TOP, BOTTOM = 34, 10, 22


@dataclass(frozen=True)
class Bar:
    """One part of a column."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True)
class Label:
    """A word at a place."""

    x: float
    y: float
    said: str


@dataclass(frozen=True)
class Chart:
    """Columns over days, each stacked of two series, with a scale to read them by."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    scale: tuple[Label, ...]


def columns(days: Sequence[tuple[str, int, int]]) -> Chart:
    """Return a chart of columns: each a label and two counts, the first one below."""
    top = nice(max((one + two for _, one, two in days), default=0))
    step = (WIDTH - LEFT) / max(len(days), 1)
    tall = HEIGHT - TOP - BOTTOM
    bars, labels = list[Bar](), list[Label]()
    for place, (said, *parts) in enumerate(days):
        x, foot = LEFT + place * step, float(HEIGHT - BOTTOM)
        for series, count in enumerate(parts):
            height = tall * count / top
            foot -= height
            if count:
                bars.append(
                    Bar(
                        round(x + step * 0.15, 1),
                        round(foot, 1),
                        round(step * 0.7, 1),
                        round(height, 1),
                        series,
                    )
                )
        if place % 2 == 0:
            labels.append(Label(round(x + step / 2, 1), HEIGHT - 6, said))
    scale = [(TOP + tall * (1 - part), str(round(top * part))) for part in (0.0, 0.5, 1.0)]
    return Chart(
        WIDTH,
        HEIGHT,
        tuple(bars),
        tuple(labels),
        tuple(Label(LEFT - 6, round(y, 1), said) for y, said in scale),
    )


def nice(most: int) -> int:
    """Return the least even round number that is not below a count."""
    scale = 1
    while True:
        for part in (2, 4, 10):
            if part * scale >= most:
                return part * scale
        scale *= 10
