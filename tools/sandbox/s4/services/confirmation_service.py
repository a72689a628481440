"""Confirmations as a service: proposals, creation with movements, cancellation.

``API_PROD_ORDER_CONFIRMATION_2_SRV`` and ``API_PROC_ORDER_CONFIRMATION_2_SRV`` are this service in
two vocabularies; process orders know neither sequences nor rework.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tools.objects.identifiers import normal
from tools.sandbox.odata.edm import ComplexType, EntityType, complex_type, entity_type, to_many
from tools.sandbox.odata.service import EntitySet, Function, FunctionCall, Payload, Service
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import ZERO, Key, Row, midnight
from tools.sandbox.s4.rules.cancelling import Cancellation, cancel_confirmation
from tools.sandbox.s4.rules.confirmation_rows import confirmation_header, group_of
from tools.sandbox.s4.rules.confirming import Report, confirm, operation_row
from tools.sandbox.s4.rules.measures import expressed
from tools.sandbox.s4.rules.order_status import order_row
from tools.sandbox.s4.rules.proposing import activities, backflush
from tools.sandbox.s4.services import asking, confirmation_types
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

_KEPT = (
    "ConfirmationText",
    "Personnel",
    "VarianceReasonCode",
    "ExternalSystemConfirmation",
    "EnteredByExternalUser",
    "ConfirmationExternalEntryDate",
    "ConfirmationExternalEntryTime",
    "ConfirmedExecutionStartDate",
    "ConfirmedExecutionStartTime",
    "ConfirmedExecutionEndDate",
    "ConfirmedExecutionEndTime",
)
_ACTIVITY_POSITIONS = range(1, 7)
_AUTOMATIC_FINAL = "1"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one of the two services calls things."""

    service: str
    confirmations: str
    movements: str
    cancel: str
    category: str
    proposal: str
    proposed_movement: str

    @property
    def way(self) -> str:
        """The navigation from a confirmation to its movements."""
        return f"to_{self.movements}"

    @property
    def extra(self) -> str:
        """The properties only production orders' confirmations have."""
        return confirmation_types.ONLY_PRODUCTION if self.category == "10" else ""


@dataclass(frozen=True, slots=True)
class _Types:
    header: EntityType
    movement: EntityType
    proposal: ComplexType
    proposed_movement: ComplexType


def confirmation_service(words: Vocabulary) -> Service:
    """Return the service in one of its vocabularies."""
    types = _types(words)
    headers = view(words.confirmations, types.header, lambda state: _headers(state, words))
    movements = view(words.movements, types.movement, lambda state: _movements(state, words))
    return Service(
        name=words.service,
        sets=(_creatable(words, types, headers), movements),
        functions=_functions(words, types),
        catches=(Refused,),
        translate=as_said,
    )


def _types(words: Vocabulary) -> _Types:
    key = "ConfirmationGroup ConfirmationCount"
    head = confirmation_types.HEADER + words.extra
    item_key = f"{key} MaterialDocument MaterialDocumentItem MaterialDocumentYear"
    way = to_many(words.way, words.movements, key)
    movement = confirmation_types.MOVEMENT
    return _Types(
        header=entity_type(f"{words.confirmations}Type", key, head, way),
        movement=entity_type(f"{words.movements}Type", item_key, movement),
        proposal=complex_type(words.proposal, head),
        proposed_movement=complex_type(words.proposed_movement, movement),
    )


def _headers(state: S4, words: Vocabulary) -> Iterable[Row]:
    for row in state.confirmations.values():
        order = state.orders[(row["OrderID"],)]
        if order["ManufacturingOrderCategory"] == words.category:
            yield row


def _movements(state: S4, words: Vocabulary) -> Iterable[Row]:
    for row in state.confirmation_movements.values():
        if row["ManufacturingOrderCategory"] == words.category:
            yield row


def _creatable(words: Vocabulary, types: _Types, headers: EntitySet) -> EntitySet:
    def create(world: World, payload: Payload) -> Row:
        now = world.clock.now()
        key = confirm(world.s4, _report(world, words, payload), now)
        return shown(types.header, world.s4.confirmations[key])

    return replace(
        headers,
        create=create,
        reference="ExternalSystemConfirmation",
        creatable_below=frozenset({words.way}),
    )


def _report(world: World, words: Vocabulary, payload: Payload) -> Report:
    order, operation = _object(world.s4, payload)
    kind = asking.text(payload, "FinalConfirmationType").strip()
    return Report(
        order=order["ManufacturingOrder"],
        operation=operation["ManufacturingOrderOperation"],
        posting_date=asking.day(payload, "PostingDate", world.clock.now().date()),
        unit=asking.unit(payload, "ConfirmationUnit"),
        yielded=payload.get("ConfirmationYieldQuantity") or ZERO,
        scrapped=payload.get("ConfirmationScrapQuantity") or ZERO,
        reworked=payload.get("ConfirmationReworkQuantity") or ZERO,
        final=kind == "X"
        or bool(payload.get("IsFinalConfirmation"))
        or (kind == _AUTOMATIC_FINAL and _reaches_plan(operation, payload)),
        clear_reservations=bool(payload.get("OpenReservationsIsCleared")),
        lines=_lines(words, payload, order["ManufacturingOrder"]),
        activities=_activities(payload),
        details={name: payload[name] for name in _KEPT if payload.get(name)},
    )


def _object(state: S4, payload: Mapping[str, Any]) -> tuple[Row, Row]:
    """Find order and operation by their numbers, or by the operation's confirmation group."""
    group = asking.number(payload, "ConfirmationGroup")
    if group and not payload.get("OrderID"):
        for row in state.confirmations.values():
            if row["ConfirmationGroup"] == group:
                order = state.orders[(row["OrderID"],)]
                return order, operation_row(state, row["OrderID"], row["OrderOperation"])
        raise Refused(Cause.CONFIRMATION_UNKNOWN, group)
    order = order_row(state, asking.required(payload, "OrderID"))
    operation = asking.required(payload, "OrderOperation")
    return order, operation_row(state, order["ManufacturingOrder"], operation)


def _reaches_plan(operation: Row, payload: Payload) -> bool:
    made = operation["OpTotalConfirmedYieldQty"] + (payload.get("ConfirmationYieldQuantity") or 0)
    return made >= operation["OpPlannedTotalQuantity"]


def _lines(words: Vocabulary, payload: Payload, order: str) -> tuple[Line, ...] | None:
    if payload.get("APIConfHasNoGoodsMovements"):
        return ()
    sent = payload.get(words.way)
    if not sent:
        return None
    return tuple(asking.line({"OrderID": order, **item}) for item in sent)


def _activities(payload: Payload) -> Row:
    result: Row = {}
    for position in _ACTIVITY_POSITIONS:
        amount = payload.get(f"OpConfirmedWorkQuantity{position}")
        if amount:
            name = f"OpWorkQuantityUnit{position}"
            result[f"OpConfirmedWorkQuantity{position}"] = amount
            result[name] = asking.unit(payload, name)
        if payload.get(f"NoFurtherOpWorkQuantity{position}IsExpd"):
            result[f"NoFurtherOpWorkQuantity{position}IsExpd"] = True
    return result


def _functions(words: Vocabulary, types: _Types) -> tuple[Function, ...]:
    parameters = confirmation_types.PROPOSAL_PARAMETERS + words.extra

    def propose(world: World, call: FunctionCall) -> Row:
        return shown(types.proposal, _proposal(world, call.parameters))

    def propose_movements(world: World, call: FunctionCall) -> list[Row]:
        rows = _proposed_movements(world.s4, call.parameters)
        return [shown(types.proposed_movement, row) for row in rows]

    def cancel(world: World, call: FunctionCall) -> Row:
        key = _cancel(world, call.parameters)
        return shown(types.header, world.s4.confirmations[key])

    return (
        Function("GetConfProposal", propose, parameters, returns=types.proposal, reads=True),
        Function(
            "GetGdsMvtProposal",
            propose_movements,
            parameters,
            returns=types.proposed_movement,
            many=True,
            reads=True,
        ),
        Function(
            words.cancel,
            cancel,
            confirmation_types.CANCEL_PARAMETERS,
            returns=words.confirmations,
            reference="ExternalSystemConfirmation",
        ),
    )


def _proposed_yield(operation: Row, parameters: Mapping[str, Any]) -> Decimal:
    """Return the yield asked about; what is still open where the quantity is to be proposed."""
    given: Decimal = parameters.get("ConfirmationYieldQuantity") or ZERO
    if given or not parameters.get("QuantityIsToBeProposed"):
        return given
    open_: Decimal = operation["OpPlannedTotalQuantity"] - operation["OpTotalConfirmedYieldQty"]
    return max(open_, ZERO)


def _asked(state: S4, parameters: Mapping[str, Any]) -> tuple[Row, Row, str]:
    order, operation = _object(state, parameters)
    unit = asking.unit(parameters, "ConfirmationUnit") or operation["OperationUnit"]
    return order, operation, unit


def _proposal(world: World, parameters: Mapping[str, Any]) -> Row:
    state = world.s4
    order, operation, unit = _asked(state, parameters)
    step = operation["ManufacturingOrderOperation"]
    group = group_of(state, order["ManufacturingOrder"], step)
    yielded = _proposed_yield(operation, parameters)
    row: Row = {
        **confirmation_header(order, operation, group, ""),
        "ConfirmationUnit": unit,
        "ConfirmationYieldQuantity": yielded,
        "ConfirmationScrapQuantity": parameters.get("ConfirmationScrapQuantity") or ZERO,
        "ConfirmationReworkQuantity": parameters.get("ConfirmationReworkQuantity") or ZERO,
        "PostingDate": midnight(world.clock.now().date()),
    }
    if parameters.get("ActivityIsToBeProposed"):
        made = expressed(state, order["Material"], yielded, unit, operation["OperationUnit"])
        row |= activities(state, order, operation, made)
    return row


def _proposed_movements(state: S4, parameters: Mapping[str, Any]) -> list[Row]:
    order, operation, unit = _asked(state, parameters)
    processed = _proposed_yield(operation, parameters) + sum(
        (
            parameters.get(name) or ZERO
            for name in ("ConfirmationScrapQuantity", "ConfirmationReworkQuantity")
        ),
        ZERO,
    )
    made = expressed(state, order["Material"], processed, unit, operation["OperationUnit"])
    return [_proposed_row(order, line) for line in backflush(state, order, operation, made)]


def _proposed_row(order: Row, line: Line) -> Row:
    return {
        "OrderType": order["ManufacturingOrderType"],
        "OrderID": order["ManufacturingOrder"],
        "ManufacturingOrderCategory": order["ManufacturingOrderCategory"],
        "Material": line.material,
        "Plant": line.plant,
        "Reservation": line.reservation,
        "ReservationItem": line.item,
        "StorageLocation": line.location,
        "Batch": line.batch,
        "GoodsMovementType": line.type,
        "GoodsMovementRefDocType": "F" if line.type == "101" else "",
        "EntryUnit": line.unit,
        "QuantityInEntryUnit": line.quantity,
    }


def _cancel(world: World, parameters: Mapping[str, Any]) -> Key:
    now = world.clock.now()
    number = (normal(parameters["ConfirmationGroup"]), normal(parameters["ConfirmationCount"]))
    request = Cancellation(
        posting_date=asking.day(parameters, "PostingDate", now.date()),
        text=asking.text(parameters, "ConfirmationText"),
        reference=parameters.get("ExternalSystemConfirmation"),
    )
    return cancel_confirmation(world.s4, number, request, now)
