"""Where an order runs and who pays there: what is read by, once the order or its centres are."""

from __future__ import annotations

from collections.abc import Sequence

from tools.objects.order import ProductionOrder
from tools.objects.routing import WorkCenter


def centers_of(order: ProductionOrder) -> list[dict[str, str]]:
    """Return the keys of the work centres an order runs on, each once."""
    names = dict.fromkeys(one.work_center for one in order.operations)
    return [{"work_center": name} for name in names]


def payers_of(centers: Sequence[WorkCenter]) -> list[dict[str, str]]:
    """Return the keys of the cost centres of work centres, each once."""
    names = dict.fromkeys(one.cost_center for one in centers)
    return [{"cost_center": name} for name in names]
