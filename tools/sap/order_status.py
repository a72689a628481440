"""How far an order has come, read from S/4's status flags.

The flags are ``"X"`` or empty and several are set at once (``REL CNF DLV``); the furthest counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from tools.jsontext import Row
from tools.objects.order import OrderStatus
from tools.sap.decoding import flag, text

ORDER_FLAGS: Mapping[str, OrderStatus] = {
    "OrderIsMarkedForDeletion": OrderStatus.DISCARDED,
    "OrderIsClosed": OrderStatus.CLOSED,
    "OrderIsTechnicallyCompleted": OrderStatus.TECHNICALLY_COMPLETED,
    "OrderIsDelivered": OrderStatus.DELIVERED,
    "OrderIsConfirmed": OrderStatus.CONFIRMED,
    "OrderIsPartiallyConfirmed": OrderStatus.PARTIALLY_CONFIRMED,
    "OrderIsReleased": OrderStatus.RELEASED,
}
OPERATION_FLAGS: Mapping[str, OrderStatus] = {
    "OperationIsConfirmed": OrderStatus.CONFIRMED,
    "OperationIsPartiallyConfirmed": OrderStatus.PARTIALLY_CONFIRMED,
    "OperationIsReleased": OrderStatus.RELEASED,
}


def order_status(row: Row) -> OrderStatus:
    """Return how far an order has come."""
    return _furthest(row, ORDER_FLAGS)


def operation_status(row: Row) -> OrderStatus:
    """Return how far an operation has come."""
    return _furthest(row, OPERATION_FLAGS)


def native_status(rows: list[Row]) -> str:
    """Return the status line as SAP shows it: system statuses by code, then the users' own."""
    ordered = sorted(rows, key=lambda row: (flag(row, "IsUserStatus"), text(row, "StatusCode")))
    return " ".join(text(row, "StatusShortName") for row in ordered)


def _furthest(row: Row, flags: Mapping[str, OrderStatus]) -> OrderStatus:
    for name, status in flags.items():
        if flag(row, name):
            return status
    return OrderStatus.CREATED
