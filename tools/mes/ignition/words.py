"""The contract's words for what Concord calls otherwise; see docs/connectors/ignition-webdev.md."""

from __future__ import annotations

from enum import StrEnum

from tools.objects.movement import MovementType
from tools.objects.order import OrderCategory, OrderStatus


class Category(StrEnum):
    """How an order is made."""

    DISCRETE = "discrete"
    PROCESS = "process"


class Status(StrEnum):
    """How far an order or operation has come."""

    CREATED = "created"
    RELEASED = "released"
    RUNNING = "running"
    PARTLY_REPORTED = "partly_reported"
    FINISHED = "finished"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CLOSED = "closed"
    HELD = "held"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What a line of consumption does."""

    RECEIPT = "receipt"
    RECEIPT_RETURN = "receipt_return"
    COST_ISSUE = "cost_issue"
    COST_ISSUE_RETURN = "cost_issue_return"
    ISSUE = "issue"
    ISSUE_RETURN = "issue_return"
    TRANSFER = "transfer"
    TRANSFER_RETURN = "transfer_return"
    QUALITY_RELEASE = "quality_release"
    QUALITY_RETURN = "quality_return"
    UNBLOCK = "unblock"
    BLOCK = "block"
    BYPRODUCT = "byproduct"
    BYPRODUCT_RETURN = "byproduct_return"
    SCRAP = "scrap"
    SCRAP_RETURN = "scrap_return"
    INITIAL = "initial"
    INITIAL_RETURN = "initial_return"
    GAIN = "gain"
    LOSS = "loss"


CATEGORIES = {
    Category.DISCRETE: OrderCategory.PRODUCTION,
    Category.PROCESS: OrderCategory.PROCESS,
}

STATUSES = {
    Status.CREATED: OrderStatus.CREATED,
    Status.RELEASED: OrderStatus.RELEASED,
    Status.RUNNING: OrderStatus.IN_PROGRESS,
    Status.PARTLY_REPORTED: OrderStatus.PARTIALLY_CONFIRMED,
    Status.FINISHED: OrderStatus.CONFIRMED,
    Status.DELIVERED: OrderStatus.DELIVERED,
    Status.COMPLETED: OrderStatus.TECHNICALLY_COMPLETED,
    Status.CLOSED: OrderStatus.CLOSED,
    Status.HELD: OrderStatus.ON_HOLD,
    Status.CANCELLED: OrderStatus.DISCARDED,
}

MOVEMENTS = {
    Kind.RECEIPT: MovementType.RECEIPT_ORDER,
    Kind.RECEIPT_RETURN: MovementType.RECEIPT_ORDER_REVERSAL,
    Kind.COST_ISSUE: MovementType.ISSUE_COST_CENTER,
    Kind.COST_ISSUE_RETURN: MovementType.ISSUE_COST_CENTER_REVERSAL,
    Kind.ISSUE: MovementType.ISSUE_ORDER,
    Kind.ISSUE_RETURN: MovementType.ISSUE_ORDER_REVERSAL,
    Kind.TRANSFER: MovementType.TRANSFER_LOCATION,
    Kind.TRANSFER_RETURN: MovementType.TRANSFER_LOCATION_REVERSAL,
    Kind.QUALITY_RELEASE: MovementType.RELEASE_FROM_QUALITY,
    Kind.QUALITY_RETURN: MovementType.BACK_TO_QUALITY,
    Kind.UNBLOCK: MovementType.UNBLOCK,
    Kind.BLOCK: MovementType.BLOCK,
    Kind.BYPRODUCT: MovementType.BYPRODUCT_RECEIPT,
    Kind.BYPRODUCT_RETURN: MovementType.BYPRODUCT_RECEIPT_REVERSAL,
    Kind.SCRAP: MovementType.SCRAP,
    Kind.SCRAP_RETURN: MovementType.SCRAP_REVERSAL,
    Kind.INITIAL: MovementType.INITIAL_STOCK,
    Kind.INITIAL_RETURN: MovementType.INITIAL_STOCK_REVERSAL,
    Kind.GAIN: MovementType.INVENTORY_GAIN,
    Kind.LOSS: MovementType.INVENTORY_LOSS,
}

REPORTED = {
    MOVEMENTS[kind]: kind
    for kind in (
        Kind.RECEIPT,
        Kind.RECEIPT_RETURN,
        Kind.ISSUE,
        Kind.ISSUE_RETURN,
        Kind.TRANSFER,
        Kind.TRANSFER_RETURN,
        Kind.SCRAP,
        Kind.SCRAP_RETURN,
    )
}
"""What may be reported to the line, by movement type; the rest is the ERP's to book."""
