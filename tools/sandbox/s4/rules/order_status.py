"""What an order's status allows, how it changes, and the mark by which a change shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tools.objects.identifiers import normal
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row, flag, midnight, stamp
from tools.sandbox.s4.state import S4

STATUS_NAMES = (
    ("OrderIsCreated", "I0001", "CRTD", "Created"),
    ("OrderIsReleased", "I0002", "REL", "Released"),
    ("OrderIsPartiallyConfirmed", "I0010", "PCNF", "Partially confirmed"),
    ("OrderIsConfirmed", "I0009", "CNF", "Confirmed"),
    ("OrderIsPartiallyDelivered", "I0074", "PDLV", "Partially delivered"),
    ("OrderIsDelivered", "I0012", "DLV", "Delivered"),
    ("OrderIsLocked", "I0043", "LKD", "Locked"),
    ("OrderIsTechnicallyCompleted", "I0045", "TECO", "Technically completed"),
    ("OrderIsClosed", "I0046", "CLSD", "Closed"),
    ("OrderIsMarkedForDeletion", "I0076", "DLFL", "Deletion flag"),
    ("OrderIsDeleted", "I0013", "DLT", "Deletion indicator"),
)


def order_row(state: S4, number: str) -> Row:
    """Return an order's header.

    Raises:
        Refused: There is no such order.
    """
    row = state.orders.get((normal(number),))
    if row is None:
        raise Refused(Cause.ORDER_UNKNOWN, number)
    return row


def touch(state: S4, order: str, now: datetime) -> None:
    """Give the order a change mark it never had; two changes in a second still differ."""
    row = state.orders[(order,)]
    last = datetime.strptime(row["LastChangeDateTime"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    row["LastChangeDateTime"] = stamp(max(now, last + timedelta(seconds=1)))


def system_status(row: Row) -> str:
    """Return the status line people see, such as ``REL PCNF``."""
    return " ".join(short for name, _, short, _ in STATUS_NAMES if row.get(name))


def require_confirmable(row: Row) -> None:
    """Refuse a confirmation the order's status does not allow."""
    if row["OrderIsTechnicallyCompleted"] and not row["OrderIsClosed"]:
        raise Refused(Cause.TECHNICALLY_COMPLETED, row["ManufacturingOrder"])
    require_movable(row)


def require_movable(row: Row) -> None:
    """Refuse a goods movement the order's status does not allow; TECO still allows it."""
    number = row["ManufacturingOrder"]
    if row.get("OrderIsDeleted") or row["OrderIsMarkedForDeletion"]:
        raise Refused(Cause.DELETED, number)
    if row["OrderIsClosed"]:
        raise Refused(Cause.CLOSED, number)
    if row["OrderIsLocked"]:
        raise Refused(Cause.STATUS_LOCKED, number)
    if not row["OrderIsReleased"]:
        raise Refused(Cause.NOT_RELEASED, number)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in an order's life: when it is allowed, and which flags it sets and clears."""

    name: str
    allowed: Callable[[Row], bool]
    sets: tuple[str, ...]
    clears: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


def _alive(row: Row) -> bool:
    return not (row["OrderIsClosed"] or row["OrderIsMarkedForDeletion"] or row["OrderIsLocked"])


def _open(row: Row) -> bool:
    return _alive(row) and not row["OrderIsTechnicallyCompleted"]


STEPS = {
    step.name: step
    for step in (
        Step(
            "ReleaseOrder",
            lambda row: _open(row) and not row["OrderIsReleased"],
            ("OrderIsReleased",),
            ("OrderIsCreated", "OrderIsPartiallyReleased"),
            ("OperationIsReleased",),
        ),
        Step(
            "OrderReleasedByMES",
            lambda row: _open(row) and bool(row["OrderIsReleased"]),
            (),
        ),
        Step(
            "TechlyCmpltOrder",
            lambda row: _open(row) and bool(row["OrderIsReleased"]),
            ("OrderIsTechnicallyCompleted",),
            (),
            ("OperationIsTechlyCompleted",),
        ),
        Step(
            "CloseOrder",
            lambda row: _alive(row) and bool(row["OrderIsTechnicallyCompleted"]),
            ("OrderIsClosed",),
            (),
            ("OperationIsClosed",),
        ),
        Step(
            "DeliveryCompletedOrder",
            lambda row: _open(row) and bool(row["OrderIsReleased"]),
            ("OrderIsDelivered",),
            ("OrderIsPartiallyDelivered",),
        ),
        Step(
            "DeletionFlagOrder",
            lambda row: _alive(row) and not _running(row),
            ("OrderIsMarkedForDeletion",),
        ),
        Step(
            "DeletionIndOrder",
            lambda row: bool(row["OrderIsMarkedForDeletion"]),
            ("OrderIsDeleted",),
        ),
        Step(
            "DiscardOrder",
            lambda row: _open(row) and not row["OrderIsReleased"],
            ("OrderIsMarkedForDeletion",),
        ),
    )
}


def _running(row: Row) -> bool:
    return bool(row["OrderIsReleased"]) and not row["OrderIsTechnicallyCompleted"]


def take_step(state: S4, row: Row, step: Step, now: datetime) -> None:
    """Move an order one step on.

    Raises:
        Refused: Its status does not allow the step.
    """
    number = row["ManufacturingOrder"]
    if not step.allowed(row):
        raise Refused(Cause.STEP_NOT_ALLOWED, number, system_status(row), step.name)
    row |= dict.fromkeys(step.sets, "X") | dict.fromkeys(step.clears, "")
    for operation in state.operations_of(number):
        operation |= dict.fromkeys(step.operations, "X")
        if "OperationIsReleased" in step.operations:
            operation["OperationIsCreated"] = ""
    if step.name == "ReleaseOrder":
        row["MfgOrderActualReleaseDate"] = midnight(now.date())
    if step.name == "DeliveryCompletedOrder":
        state.order_items[(number, "1")]["IsCompletelyDelivered"] = True
    touch(state, number, now)


def release_operation(state: S4, row: Row, operation: str, now: datetime) -> None:
    """Release one operation; once all are, the order is.

    Raises:
        Refused: The order is past releasing, or has no such operation.
    """
    number = row["ManufacturingOrder"]
    if not _open(row) or row["OrderIsReleased"]:
        raise Refused(Cause.STEP_NOT_ALLOWED, number, system_status(row), "ReleaseOperation")
    rows = state.operations_of(number)
    found = [one for one in rows if one["ManufacturingOrderOperation"] == operation]
    if not found:
        raise Refused(Cause.OPERATION_UNKNOWN, number, operation)
    found[0] |= {"OperationIsReleased": "X", "OperationIsCreated": ""}
    if all(one["OperationIsReleased"] for one in rows):
        row |= {"OrderIsReleased": "X", "OrderIsCreated": "", "OrderIsPartiallyReleased": ""}
        row["MfgOrderActualReleaseDate"] = midnight(now.date())
    else:
        row["OrderIsPartiallyReleased"] = "X"
    touch(state, number, now)


def show_delivery(state: S4, number: str) -> None:
    """Bring the delivery flags of an order in line with what has been received for it."""
    row, item = state.orders[(number,)], state.order_items[(number, "1")]
    received, planned = item["MfgOrderItemGoodsReceiptQty"], item["MfgOrderItemPlannedTotalQty"]
    done = item["IsCompletelyDelivered"] or (received >= planned and received > 0)
    row["OrderIsDelivered"] = flag(done)
    row["OrderIsPartiallyDelivered"] = flag(received > 0 and not done)
    item["IsCompletelyDelivered"] = done


def show_confirmation(state: S4, number: str) -> None:
    """Bring the confirmation flags of an order in line with its operations."""
    row, operations = state.orders[(number,)], state.operations_of(number)
    final = all(one["OperationIsConfirmed"] for one in operations)
    some = any(
        one["OperationIsConfirmed"] or one["OperationIsPartiallyConfirmed"] for one in operations
    )
    row["OrderIsConfirmed"] = flag(final)
    row["OrderIsPartiallyConfirmed"] = flag(some and not final)
    row["MfgOrderConfirmedYieldQty"] = operations[-1]["OpTotalConfirmedYieldQty"]
