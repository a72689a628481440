"""How families of metrics are put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily


def single(name: str, said: str, value: float) -> Any:
    """Return a single value."""
    return GaugeMetricFamily(name, said, value)


def gauge(
    name: str,
    said: str,
    labels: tuple[str, ...],
    values: Iterable[tuple[tuple[str, ...], float]],
) -> Any:
    """Return values that go up and down, by labels."""
    family = GaugeMetricFamily(name, said, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def counter(name: str, said: str, labels: tuple[str, ...], values: Mapping[Any, Any]) -> Any:
    """Return values that only go up, by labels."""
    family = CounterMetricFamily(name, said, labels=labels)
    for of, value in sorted(values.items()):
        family.add_metric(of, float(value))
    return family
