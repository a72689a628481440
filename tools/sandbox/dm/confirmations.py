"""Quantity and activity confirmation: ``/quantityConfirmation/v1``, ``/activityConfirmation/v1``.

[spec] Paths and fields. A quantity confirmation has no number that its history would show, no note
and no field for a sender's key: Concord's mark travels in ``postedBy`` and comes back as
``userId``. [sandbox] The words in ``status``.
"""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

from tools.jsontext import Row, Writable
from tools.objects.confirmation import ActivityUse, Confirmation, ConfirmationState
from tools.objects.quantity import Quantity
from tools.objects.units import unit
from tools.sandbox.dm.call import (
    Answer,
    Call,
    Written,
    amount,
    flag,
    moment,
    number,
    optional,
    paged,
    parsed_moment,
    rows,
    text,
)
from tools.sandbox.dm.marks import mark_in
from tools.sandbox.dm.recording import Report, record
from tools.sandbox.dm.refusal import wrong
from tools.sandbox.dm.sfc import operation_named
from tools.sandbox.dm.state import operation_activity, sfcs

HISTORY_PAGE = 50
STATUS = {
    ConfirmationState.PENDING: "POSTED_IN_DMC",
    ConfirmationState.HELD: "ON_HOLD",
    ConfirmationState.POSTED: "POSTED_TO_TARGET_SYS",
    ConfirmationState.REFUSED: "FAILED_TO_POST_TO_TARGET_SYS",
    ConfirmationState.CANCELLED: "CANCELLED",
}


def confirm(call: Call) -> Answer:
    """POST /quantityConfirmation/v1/confirm: report yield and scrap."""
    row = call.row
    order = call.state.order_of_sfc(text(row, "plant"), text(row, "sfc"))
    if order.number != text(row, "shopOrder"):
        raise wrong("sfc.notOfOrder", f"SFC {row['sfc']} is not of order {row['shopOrder']}")
    posted = optional(row, "postingDateTime")
    mark, person = mark_in(optional(row, "postedBy") or "")
    entry = record(
        call.state,
        Report(
            order=order,
            operation=text(row, "operationActivity"),
            yielded=_quantity(row, "yieldQuantity", order.quantity.unit),
            scrapped=_quantity(row, "scrapQuantity", order.quantity.unit),
            reworked=order.quantity.zero(),
            posted_by=person or "CONCORD",
            posted_at=parsed_moment(posted) if posted else call.now,
            final=flag(row, "finalConfirmation"),
            work_center=text(row, "workCenter"),
            reason=optional(row, "reasonCodeKey"),
            reference=mark,
        ),
        call.now,
    )
    return Answer(
        {"transactionId": entry.number},
        HTTPStatus.CREATED,
        Written(mark, "confirmation", entry.number),
    )


def history(call: Call) -> Answer:
    """GET /quantityConfirmation/v1/postingHistory: what was reported for an order."""
    order = call.state.order(call.need("plant"), call.need("order"))
    wanted = call.several("sfc")
    if wanted and not wanted & set(sfcs(order)):
        return paged(call, [], HISTORY_PAGE)
    found: list[Writable] = [
        _posting(order.number, sfcs(order)[0], entry)
        for entry in call.state.confirmations.values()
        if entry.order == order.number
        and not entry.reverses
        and entry.state is not ConfirmationState.HELD
    ]
    return paged(call, found, HISTORY_PAGE)


def confirm_activities(call: Call) -> Answer:
    """POST /activityConfirmation/v1/confirm: report times."""
    row = call.row
    order = call.state.order(text(row, "plant"), text(row, "shopOrder"))
    operation = operation_named(order, text(row, "operationActivity"))
    for name in ("stepId", "workCenter"):
        text(row, name)
    reported = rows(row, "activities")
    if not reported:
        raise wrong("field.missing", "the field activities is missing or empty")
    entry = record(
        call.state,
        Report(
            order=order,
            operation=operation.number,
            yielded=order.quantity.zero(),
            scrapped=order.quantity.zero(),
            reworked=order.quantity.zero(),
            posted_by=text(reported[0], "postedBy"),
            posted_at=parsed_moment(text(reported[0], "postingDateTime")),
            final=flag(row, "finalConfirmation"),
            activities=tuple(_activity(one) for one in reported),
        ),
        call.now,
    )
    written = Written(None, "confirmation", entry.number)
    return Answer(
        {
            "shopOrder": order.number,
            "operationActivity": operation_activity(order, operation.number),
            "workCenter": text(row, "workCenter"),
            "activities": [_reported(one, entry) for one in entry.activities],
        },
        written=written,
    )


def activity_postings(call: Call) -> Answer:
    """GET /activityConfirmation/v1/postings/details: the times of an SFC."""
    sfc = call.need("sfc")
    order = call.state.order_of_sfc(call.need("plant"), sfc)
    details: list[Writable] = [
        _reported(activity, entry)
        | {
            "operationActivity": operation_activity(order, entry.operation),
            "stepId": entry.operation,
            "status": STATUS[entry.state],
        }
        for entry in call.state.confirmations.values()
        if entry.order == order.number
        for activity in entry.activities
    ]
    return paged(call, [{"sfc": sfc, "activityDetails": details}] if details else [])


def _quantity(row: Row, name: str, base_unit: str) -> Quantity:
    value = number(row, name)
    internal, iso = optional(row, f"{name}Unit"), optional(row, f"{name}IsoUnit")
    return amount(
        value or Decimal(0), internal or iso, "internal" if internal else "iso", base_unit
    )


def _activity(row: Row) -> ActivityUse:
    value = number(row, "quantity")
    if value is None:
        raise wrong("field.missing", "the field quantity is missing")
    internal, iso = optional(row, "unitOfMeasure"), optional(row, "isoUnitOfMeasure")
    quantity = amount(value, internal or iso, "internal" if internal else "iso", "MIN")
    return ActivityUse(text(row, "activityId"), quantity)


def _reported(activity: ActivityUse, entry: Confirmation) -> dict[str, Writable]:
    own = unit(activity.quantity.unit)
    return {
        "activityId": activity.activity,
        "quantity": activity.quantity.amount,
        "unitOfMeasure": own.code,
        "isoUnitOfMeasure": own.iso,
        "postedBy": entry.operator,
        "postingDateTime": moment(entry.entered_at),
    }


def _posting(order: str, sfc: str, entry: Confirmation) -> dict[str, Writable]:
    made, thrown = unit(entry.yielded.unit), unit(entry.scrapped.unit)
    mark = f" [CONCORD-{entry.reference}]" if entry.reference else ""
    return {
        "sfc": sfc,
        "workCenter": entry.work_center,
        "operationActivity": f"{order}-0-{entry.operation}",
        "yieldQuantity": entry.yielded.amount,
        "yieldQuantityUnit": made.code,
        "yieldQuantityCommercialUnit": made.en,
        "scrapQuantity": entry.scrapped.amount,
        "scrapQuantityUnit": thrown.code,
        "scrapQuantityCommercialUnit": thrown.en,
        "createdDateTime": moment(entry.entered_at),
        "postingDateTime": f"{entry.posting_date.isoformat()}T12:00:00.000Z",
        "userId": f"{entry.operator or ''}{mark}".strip(),
        "reasonCodeKey": entry.variance_reason,
        "status": STATUS[entry.state],
    }
