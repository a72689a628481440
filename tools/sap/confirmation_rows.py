"""Rows of the confirmation services, and what they are in canonical records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from tools.errors import Misread, NotOffered
from tools.jsontext import Row
from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.identifiers import normal, operation_number
from tools.objects.quantity import Quantity
from tools.sap.decoding import day, decimal_or_none, digits, flag, many, text
from tools.sap.landscape import Landscape, normal_text
from tools.sap.literals import Value

ISSUE = "261"
UNKNOWN_ORIGIN = "?"
NO_GUID = "00000000-0000-0000-0000-000000000000"


def numbered(row: Row) -> str:
    """Return a confirmation's number, ``group/counter``."""
    return f"{digits(row, 'ConfirmationGroup')}/{digits(row, 'ConfirmationCount')}"


def confirmation_of(landscape: Landscape, row: Row, to_item: str, rework: bool) -> Confirmation:
    """Return the confirmation of a row with its items expanded."""
    posting_date = day(row, "PostingDate")
    if posting_date is None:
        raise Misread(landscape.system, f"confirmation {numbered(row)} has no posting date")
    items = many(row, to_item)
    yielded = landscape.quantity(row, "ConfirmationYieldQuantity", "ConfirmationUnit")
    return Confirmation(
        number=numbered(row),
        order=normal(text(row, "OrderID")),
        operation=operation_number(text(row, "OrderOperation")),
        yielded=yielded,
        scrapped=landscape.quantity(row, "ConfirmationScrapQuantity", "ConfirmationUnit"),
        reworked=landscape.quantity(row, "ConfirmationReworkQuantity", "ConfirmationUnit")
        if rework
        else yielded.zero(),
        state=ConfirmationState.CANCELLED if flag(row, "IsReversed") else ConfirmationState.POSTED,
        posting_date=posting_date,
        entered_at=landscape.moment_at(row, "ConfirmationEntryDate", "ConfirmationEntryTime"),
        final=flag(row, "IsFinalConfirmation"),
        work_center=normal_text(row, "WorkCenter"),
        operator=normal_text(row, "EnteredByExternalUser"),
        variance_reason=normal_text(row, "VarianceReasonCode"),
        note=text(row, "ConfirmationText"),
        reference=_guid(row),
        reverses=UNKNOWN_ORIGIN if flag(row, "IsReversal") else None,
        uses=tuple(use_in(landscape, item) for item in items if item["GoodsMovementType"] == ISSUE),
        activities=activities(landscape, row),
        documents=tuple(sorted({_document(item) for item in items})),
    )


def with_reversals(found: Sequence[Confirmation]) -> list[Confirmation]:
    """Say which confirmation each reversal takes back.

    The service marks both but does not link them; they share the group and the quantities. Where
    several would fit, the latest one before the reversal is meant; where none does, ``reverses``
    stays a question mark.
    """
    ordered = sorted(found, key=lambda one: _position(one.number))
    taken, result = set[str](), list[Confirmation]()
    for one in ordered:
        if one.reverses is None:
            result.append(one)
            continue
        origin = _origin(one, ordered, taken)
        if origin is not None:
            taken.add(origin)
        result.append(one if origin is None else replace(one, reverses=origin))
    return result


def use_in(landscape: Landscape, row: Row) -> MaterialUse:
    """Return the consumption an item books, or a proposal suggests."""
    return MaterialUse(
        material=normal(text(row, "Material")),
        quantity=landscape.quantity(row, "QuantityInEntryUnit", "EntryUnit"),
        location=normal_text(row, "StorageLocation"),
        batch=normal_text(row, "Batch"),
        reservation=_number(row, "Reservation"),
        item=_number(row, "ReservationItem"),
    )


def activities(landscape: Landscape, row: Row) -> tuple[ActivityUse, ...]:
    """Return the activities that say something, by the plant's names for them."""
    result = list[ActivityUse]()
    for position, name in enumerate(landscape.activities, start=1):
        amount = decimal_or_none(row, f"OpConfirmedWorkQuantity{position}")
        if amount:
            unit = landscape.unit(row, f"OpWorkQuantityUnit{position}")
            result.append(ActivityUse(name, Quantity(amount, unit)))
    return tuple(result)


def activity_payload(landscape: Landscape, uses: Iterable[ActivityUse]) -> dict[str, Value]:
    """Return activities as the numbered properties they are posted in.

    Raises:
        NotOffered: An activity is none of the plant's.
    """
    result = dict[str, Value]()
    for use in uses:
        if use.activity not in landscape.activities:
            raise NotOffered(landscape.system, f"the activity {use.activity}")
        position = landscape.activities.index(use.activity) + 1
        result[f"OpConfirmedWorkQuantity{position}"] = use.quantity.amount
        result[f"OpWorkQuantityUnit{position}"] = landscape.unit_out(use.quantity.unit)
    return result


def _origin(reversal: Confirmation, ordered: list[Confirmation], taken: set[str]) -> str | None:
    group = reversal.number.partition("/")[0]
    for one in reversed(ordered):
        if (
            one.state is ConfirmationState.CANCELLED
            and one.number.partition("/")[0] == group
            and _position(one.number) < _position(reversal.number)
            and one.number not in taken
            and _amounts(one) == _amounts(reversal)
        ):
            return one.number
    return None


def _amounts(one: Confirmation) -> tuple[Decimal, ...]:
    return tuple(abs(each.amount) for each in (one.yielded, one.scrapped, one.reworked))


def _position(number: str) -> tuple[int, int]:
    group, _, count = number.partition("/")
    return int(group), int(count)


def _document(item: Row) -> str:
    return f"{normal(text(item, 'MaterialDocument'))}/{text(item, 'MaterialDocumentYear')}"


def _guid(row: Row) -> str | None:
    value = text(row, "ExternalSystemConfirmation").lower()
    return None if value in {"", NO_GUID} else value


def _number(row: Row, name: str) -> str | None:
    value = normal_text(row, name)
    return None if value is None or not value.strip("0") else normal(value)
