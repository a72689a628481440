"""The site's own production processes: what DM's public API has no answer for.

[client] A published process is started by ``POST /pe/api/v1/process/processDefinitions/start`` with
``key=REG_…`` and ``async=false``; it takes a JSON object and answers one. [sandbox] All processes
here, their keys, inputs and outputs: one agreed contract, the *desk*, which a site installs as
production process designs. Quantities are ``{"value", "unit"}`` with SAP's internal unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tools.jsontext import Row, Writable
from tools.objects.confirmation import ActivityUse, MaterialUse
from tools.objects.nonconformance import Held, Hold
from tools.objects.quantity import Quantity
from tools.objects.sync import SyncState
from tools.sandbox.dm import deskrows, extension
from tools.sandbox.dm.call import (
    Answer,
    Call,
    Written,
    amount,
    flag,
    number,
    optional,
    rows,
    text,
)
from tools.sandbox.dm.orders import RUNNING
from tools.sandbox.dm.recording import Report, cancel, free, hold, record
from tools.sandbox.dm.refusal import unknown, wrong
from tools.sandbox.dm.sfc import hold_order, release_order
from tools.sandbox.dm.state import DmState, Record

START = "/pe/api/v1/process/processDefinitions/start"


class Process(StrEnum):
    """The keys under which the sandbox's site has published its processes."""

    CONFIRMATIONS = "REG_10000000-0000-4000-8000-000000000001"
    CONFIRM = "REG_10000000-0000-4000-8000-000000000002"
    CANCEL_CONFIRMATION = "REG_10000000-0000-4000-8000-000000000003"
    HOLD_CONFIRMATION = "REG_10000000-0000-4000-8000-000000000004"
    FREE_CONFIRMATION = "REG_10000000-0000-4000-8000-000000000005"
    MESSAGES = "REG_10000000-0000-4000-8000-000000000006"
    RETRY_MESSAGE = "REG_10000000-0000-4000-8000-000000000007"
    HOLDS = "REG_10000000-0000-4000-8000-000000000008"
    PLACE_HOLD = "REG_10000000-0000-4000-8000-000000000009"
    LIFT_HOLD = "REG_10000000-0000-4000-8000-000000000010"
    GOODS_MOVEMENTS = "REG_10000000-0000-4000-8000-000000000011"
    SCRAP_REPORTS = "REG_10000000-0000-4000-8000-000000000012"
    COPY_AUDIT = "REG_10000000-0000-4000-8000-000000000013"


READING = frozenset(
    {
        Process.CONFIRMATIONS,
        Process.MESSAGES,
        Process.HOLDS,
        Process.GOODS_MOVEMENTS,
        Process.SCRAP_REPORTS,
    }
)


def named(key: str | None) -> Process | None:
    """Return the process published under a key."""
    return Process(key) if key in set(Process) else None


def start(call: Call) -> Answer:
    """POST /pe/api/v1/process/processDefinitions/start: run one of the site's processes."""
    key = call.need("key")
    if call.asked("async") != "false":
        raise wrong("process.async", "the desk's processes answer at once: async=false")
    process = named(key)
    if process is None:
        raise unknown("processDefinition", key)
    return _PROCESSES[process](call)


def _confirmations(call: Call) -> Answer:
    row, state = call.row, call.state
    plant, reference = text(row, "plant"), optional(row, "reference")
    order, wanted = optional(row, "order"), optional(row, "confirmation")
    if order is not None:
        order = state.order(plant, order).number
    found: list[Writable] = [
        deskrows.confirmation(entry)
        for entry in state.confirmations.values()
        if _runs_in(state, entry.order, plant)
        and order in (None, entry.order)
        and wanted in (None, entry.number)
        and reference in (None, entry.reference)
    ]
    return Answer({"confirmations": found})


def _runs_in(state: DmState, order: str, plant: str) -> bool:
    """Return whether an order is one of the plant's; one the MES has dropped is of none."""
    found = state.orders.get(order)
    return found is not None and found.plant == plant


def _confirm(call: Call) -> Answer:
    row = call.row
    order = call.state.order(text(row, "plant"), text(row, "order"))
    unit, reference = order.quantity.unit, optional(row, "reference")
    entry = record(
        call.state,
        Report(
            order=order,
            operation=text(row, "operation"),
            yielded=_quantity(row, "yielded", unit),
            scrapped=_quantity(row, "scrapped", unit),
            reworked=_quantity(row, "reworked", unit),
            posted_by="CONCORD",
            posted_at=deskrows.midday(_day(text(row, "postingDate"))),
            final=flag(row, "final"),
            work_center=optional(row, "workCenter"),
            reason=optional(row, "reasonCode"),
            note=optional(row, "note") or "",
            reference=reference,
            uses=_uses(row),
            activities=tuple(
                ActivityUse(text(one, "activity"), _quantity(one, "quantity", "MIN"))
                for one in rows(row, "activities")
            ),
        ),
        call.now,
    )
    written = Written(reference, "confirmation", entry.number)
    return Answer({"confirmation": entry.number}, written=written)


def _cancel_confirmation(call: Call) -> Answer:
    reference = optional(call.row, "reference")
    undone = cancel(call.state, text(call.row, "confirmation"), reference, call.now)
    written = Written(reference, "confirmation", undone.number)
    return Answer({"confirmation": undone.number}, written=written)


def _hold_confirmation(call: Call) -> Answer:
    entry = hold(call.state, text(call.row, "confirmation"))
    plant = call.state.orders[entry.order].plant
    _hold(call, plant, Held.CONFIRMATION, entry.number)
    written = Written(optional(call.row, "reference"), "hold", entry.number)
    return Answer({"confirmation": entry.number}, written=written)


def _free_confirmation(call: Call) -> Answer:
    entry = free(call.state, text(call.row, "confirmation"), call.now)
    _lift_all(call.state, Held.CONFIRMATION, entry.number)
    written = Written(optional(call.row, "reference"), "confirmation", entry.number)
    return Answer({"confirmation": entry.number}, written=written)


def _messages(call: Call) -> Answer:
    plant, wanted = text(call.row, "plant"), optional(call.row, "message")
    call.state.floor(plant)
    found: list[Writable] = [
        deskrows.message(call.state, message)
        for message in call.state.messages.values()
        if message.plant == plant and wanted in (None, message.number)
    ]
    return Answer({"messages": found})


def _retry_message(call: Call) -> Answer:
    wanted = text(call.row, "message")
    message = call.state.messages.get(wanted)
    if message is None:
        raise unknown("integrationMessage", wanted)
    if message.state is not SyncState.FAILED or wanted in call.state.inactive:
        raise wrong("message.notFailed", f"message {wanted} was not refused")
    call.state.messages[wanted] = replace(message, state=SyncState.QUEUED, queued_at=call.now)
    written = Written(optional(call.row, "reference"), "message", wanted)
    return Answer({"message": wanted}, written=written)


def _holds(call: Call) -> Answer:
    plant, reference = text(call.row, "plant"), optional(call.row, "reference")
    call.state.floor(plant)
    found: list[Writable] = [
        deskrows.hold(entry)
        for entry in call.state.holds.values()
        if entry.plant == plant and reference in (None, entry.reference)
    ]
    return Answer({"holds": found})


def _place_hold(call: Call) -> Answer:
    row, state = call.row, call.state
    plant, wanted = text(row, "plant"), text(row, "object")
    state.floor(plant)
    try:
        kind = Held(text(row, "kind").lower())
    except ValueError as error:
        raise wrong("hold.kind", f"{row['kind']} cannot be put on hold") from error
    match kind:
        case Held.ORDER:
            order = state.order(plant, wanted)
            if order.status not in RUNNING:
                raise wrong("order.notInExecution", f"order {order.number} is not in execution")
            reason, reference = text(row, "reason"), optional(row, "reference")
            made = hold_order(state, order, reason, reference, call.now)
        case Held.CONFIRMATION:
            hold(state, wanted)
            made = _hold(call, plant, kind, wanted)
        case Held.MATERIAL | Held.BATCH:
            known = {line.material for line in state.stock.values() if line.plant == plant}
            if kind is Held.BATCH:
                known = {line.batch or "" for line in state.stock.values() if line.plant == plant}
            if wanted not in known:
                raise unknown(kind, wanted)
            made = _hold(call, plant, kind, wanted)
    return Answer({"hold": made}, written=Written(optional(row, "reference"), "hold", made))


def _lift_hold(call: Call) -> Answer:
    number, state = text(call.row, "hold"), call.state
    entry = state.holds.get(number)
    if entry is None:
        raise unknown("hold", number)
    if not entry.active:
        raise wrong("hold.lifted", f"hold {number} is lifted already")
    state.holds[number] = replace(entry, active=False)
    if entry.kind is Held.ORDER and not state.hold_on(entry.object):
        release_order(state, state.orders[entry.object])
    if entry.kind is Held.CONFIRMATION:
        free(state, entry.object, call.now)
    return Answer(
        {"hold": number}, written=Written(optional(call.row, "reference"), "hold", number)
    )


def _goods_movements(call: Call) -> Answer:
    row, state = call.row, call.state
    plant, reference = text(row, "plant"), optional(row, "reference")
    order, material = optional(row, "order"), optional(row, "material")
    wanted = optional(row, "document")
    state.floor(plant)
    found: list[Writable] = [
        deskrows.document(entry)
        for entry in state.documents.values()
        if wanted in (None, entry.number)
        and reference in (None, entry.reference)
        and any(
            line.plant == plant
            and order in (None, line.order)
            and material in (None, line.material)
            for line in entry.lines
        )
    ]
    return Answer({"documents": found})


def _scrap_reports(call: Call) -> Answer:
    order = call.state.order(text(call.row, "plant"), text(call.row, "order"))
    found: list[Writable] = [
        deskrows.scrap(entry) for entry in call.state.scraps if entry.order == order.number
    ]
    return Answer({"scrapReports": found})


def _hold(call: Call, plant: str, kind: Held, held: str) -> str:
    number = call.state.draw(Record.HOLD)
    call.state.holds[number] = Hold(
        number=number,
        plant=plant,
        kind=kind,
        object=held,
        reason=text(call.row, "reason"),
        since=call.now,
        by="CONCORD",
        reference=optional(call.row, "reference"),
    )
    return number


def _lift_all(state: DmState, kind: Held, held: str) -> None:
    for hold_id, entry in list(state.holds.items()):
        if entry.active and (entry.kind, entry.object) == (kind, held):
            state.holds[hold_id] = replace(entry, active=False)


def _quantity(row: Row, name: str, default: str) -> Quantity:
    entry = row.get(name)
    if entry is None:
        return Quantity(Decimal(0), default)
    if not isinstance(entry, dict):
        raise wrong("field.malformed", f"the field {name} is no quantity")
    value = number(entry, "value")
    if value is None:
        raise wrong("field.missing", f"the field {name}.value is missing")
    return amount(value, text(entry, "unit"), "internal", default)


def _uses(row: Row) -> tuple[MaterialUse, ...] | None:
    if "components" not in row:
        return None
    return tuple(_use(one) for one in rows(row, "components"))


def _use(row: Row) -> MaterialUse:
    return MaterialUse(
        material=text(row, "material"),
        quantity=_quantity(row, "quantity", ""),
        location=optional(row, "location"),
        batch=optional(row, "batch"),
        reservation=optional(row, "reservation"),
        item=optional(row, "item"),
    )


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise wrong("date.malformed", f"{value} is no date") from error


_PROCESSES: Mapping[Process, Callable[[Call], Answer]] = {
    Process.CONFIRMATIONS: _confirmations,
    Process.CONFIRM: _confirm,
    Process.CANCEL_CONFIRMATION: _cancel_confirmation,
    Process.HOLD_CONFIRMATION: _hold_confirmation,
    Process.FREE_CONFIRMATION: _free_confirmation,
    Process.MESSAGES: _messages,
    Process.RETRY_MESSAGE: _retry_message,
    Process.HOLDS: _holds,
    Process.PLACE_HOLD: _place_hold,
    Process.LIFT_HOLD: _lift_hold,
    Process.GOODS_MOVEMENTS: _goods_movements,
    Process.SCRAP_REPORTS: _scrap_reports,
    Process.COPY_AUDIT: extension.copy_audit,
}
