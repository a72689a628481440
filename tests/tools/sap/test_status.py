"""The furthest of several status flags counts; the status line is kept as SAP shows it."""

import pytest

from tools.jsontext import Row
from tools.objects.order import OrderStatus
from tools.sap.order_status import ORDER_FLAGS, native_status, operation_status, order_status

NONE: Row = dict.fromkeys(ORDER_FLAGS, "")


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ((), OrderStatus.CREATED),
        (("OrderIsReleased",), OrderStatus.RELEASED),
        (("OrderIsReleased", "OrderIsPartiallyConfirmed"), OrderStatus.PARTIALLY_CONFIRMED),
        (("OrderIsReleased", "OrderIsConfirmed"), OrderStatus.CONFIRMED),
        (("OrderIsConfirmed", "OrderIsDelivered"), OrderStatus.DELIVERED),
        (
            ("OrderIsDelivered", "OrderIsTechnicallyCompleted"),
            OrderStatus.TECHNICALLY_COMPLETED,
        ),
        (("OrderIsTechnicallyCompleted", "OrderIsClosed"), OrderStatus.CLOSED),
        (("OrderIsReleased", "OrderIsMarkedForDeletion"), OrderStatus.DISCARDED),
    ],
)
def test_the_furthest_status_counts(flags: tuple[str, ...], status: OrderStatus) -> None:
    assert order_status({**NONE, **dict.fromkeys(flags, "X")}) is status


def test_an_operation_has_a_status_of_its_own() -> None:
    row: Row = {
        "OperationIsReleased": "X",
        "OperationIsPartiallyConfirmed": "X",
        "OperationIsConfirmed": "",
    }
    assert operation_status(row) is OrderStatus.PARTIALLY_CONFIRMED


def test_the_status_line_puts_the_users_own_statuses_last() -> None:
    rows: list[Row] = [
        {"StatusCode": "E0001", "StatusShortName": "QHLD", "IsUserStatus": True},
        {"StatusCode": "I0010", "StatusShortName": "PCNF", "IsUserStatus": False},
        {"StatusCode": "I0002", "StatusShortName": "REL", "IsUserStatus": False},
    ]
    assert native_status(rows) == "REL PCNF QHLD"
