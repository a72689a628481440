"""Cancelling a confirmation: a reversing one takes back its quantities and its movements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tools.objects.identifiers import normal
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Key, Row, clock_time, flag, midnight
from tools.sandbox.s4.rules.confirmation_rows import link_movements
from tools.sandbox.s4.rules.confirming import operation_row
from tools.sandbox.s4.rules.locks import order_lock, require_free
from tools.sandbox.s4.rules.measures import expressed
from tools.sandbox.s4.rules.movements import Heading, require_period
from tools.sandbox.s4.rules.order_status import (
    order_row,
    require_movable,
    show_confirmation,
    touch,
)
from tools.sandbox.s4.rules.reversal import cancel
from tools.sandbox.s4.state import S4


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What a request to cancel says beside the confirmation's number."""

    posting_date: date
    text: str = ""
    reference: str | None = None


def cancel_confirmation(state: S4, number: Key, request: Cancellation, now: datetime) -> Key:
    """Take a confirmation back; return group and counter of the reversing one.

    Raises:
        Locked: Another user works on the order.
        Refused: It is cancelled already, or what it received is no longer in stock.
    """
    key = (normal(number[0]), normal(number[1]))
    row = state.confirmations.get(key)
    if row is None:
        raise Refused(Cause.CONFIRMATION_UNKNOWN, "/".join(key))
    if row.get("IsReversed") or row.get("IsReversal"):
        raise Refused(Cause.NOT_CANCELLABLE, "/".join(key))
    order = order_row(state, row["OrderID"])
    require_free(state, [order_lock(row["OrderID"])], now)
    require_movable(order)
    require_period(state, request.posting_date, [row["Plant"]])
    documents = _take_back_movements(state, key, Heading(request.posting_date, now))
    reversing = _reversing(state, row, request, now)
    for document in documents:
        link_movements(state, reversing, document)
    row["IsReversed"] = True
    state.waiting = [one for one in state.waiting if (one.group, one.count) != key]
    _tell_operation(state, order, row)
    show_confirmation(state, row["OrderID"])
    touch(state, row["OrderID"], now)
    return reversing


def _take_back_movements(state: S4, confirmation: Key, heading: Heading) -> list[Key]:
    made = sorted(
        {(key[4], key[2]) for key in state.confirmation_movements if key[:2] == confirmation},
        reverse=True,  # receipts first: only they can fail, for want of stock
    )
    return [
        cancel(state, document, heading) for document in made if not _cancelled(state, document)
    ]


def _cancelled(state: S4, document: Key) -> bool:
    return all(row.get("GoodsMovementIsCancelled") for row in state.items_of(document))


def _reversing(state: S4, row: Row, request: Cancellation, now: datetime) -> Key:
    group = row["ConfirmationGroup"]
    count = str(max(int(key[1]) for key in state.confirmations if key[0] == group) + 1)
    state.confirmations[(group, count)] = {
        **row,
        "ConfirmationCount": count,
        "IsReversal": True,
        "IsReversed": False,
        "ConfirmationText": request.text,
        "ExternalSystemConfirmation": request.reference,
        "PostingDate": midnight(request.posting_date),
        "ConfirmationEntryDate": midnight(now.date()),
        "ConfirmationEntryTime": clock_time(now),
        "EnteredByUser": state.user,
    }
    return group, count


def _tell_operation(state: S4, order: Row, row: Row) -> None:
    """Take the yield back, and show what the confirmations that still stand say."""
    operation = operation_row(state, row["OrderID"], row["OrderOperation"])
    yielded: Decimal = expressed(
        state,
        order["Material"],
        row["ConfirmationYieldQuantity"],
        row["ConfirmationUnit"],
        operation["OperationUnit"],
    )
    operation["OpTotalConfirmedYieldQty"] -= yielded
    standing = [
        other
        for other in state.confirmations.values()
        if (other["OrderID"], other["OrderOperation"]) == (row["OrderID"], row["OrderOperation"])
        and not (other.get("IsReversed") or other.get("IsReversal"))
    ]
    final = any(other.get("IsFinalConfirmation") for other in standing)
    operation["OperationIsConfirmed"] = flag(final)
    operation["OperationIsPartiallyConfirmed"] = flag(bool(standing) and not final)
