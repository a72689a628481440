"""Holds on orders, confirmations, materials and batches."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.identifiers import normal
from tools.objects.nonconformance import Held
from tools.objects.order import OrderStatus, ProductionOrder
from tools.sandbox.ignition import confirmations, holding, orders
from tools.sandbox.ignition.bodies import LiftHold, PlaceHold
from tools.sandbox.ignition.refusal import conflict, unknown
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.write import Call, Done, Write


def _place(state: IgnitionState, body: PlaceHold, call: Call) -> Done:
    _known_plant(state, body.plant)
    if body.kind is Held.CONFIRMATION:
        number = confirmations.hold(state, body.object, body.reason, body.reference, call)
        return Done(Record.HOLD, number, created=True)
    held = _existing(state, body)
    if holding.active(state, body.plant, body.kind, held):
        raise conflict("on_hold", f"{body.kind.value} {held} is on hold already", "object")
    if body.kind is Held.ORDER:
        order = orders.found(state, held, "object")
        orders.unlocked(order)
        state.status_before_hold[order.number] = order.status
        state.put_order(replace(order, status=OrderStatus.ON_HOLD))
    number = holding.record(state, body.kind, held, body.plant, body.reason, body.reference, call)
    return Done(Record.HOLD, number, created=True)


def _existing(state: IgnitionState, body: PlaceHold) -> str:
    """Return the object's number as the site keeps it."""
    match body.kind:
        case Held.ORDER:
            return orders.found(state, body.object, "object").number
        case Held.CONFIRMATION:
            return confirmations.found(state, body.object, "object").number
        case Held.MATERIAL:
            known = (body.object, body.plant) in state.materials
        case Held.BATCH:
            material, _, batch = body.object.partition("/")
            known = bool(batch) and (material, body.plant) in state.materials
    if not known:
        raise unknown("object", body.object, "object")
    return body.object


def _lift(state: IgnitionState, body: LiftHold, call: Call) -> Done:
    hold = state.holds.get(body.hold)
    if hold is None:
        raise unknown("hold", body.hold, "hold")
    if not hold.active:
        raise conflict("already_lifted", f"hold {hold.number} is lifted", "hold")
    if hold.kind is Held.CONFIRMATION:
        confirmations.free(state, hold.object)
        return Done(Record.HOLD, hold.number)
    state.put_hold(replace(hold, active=False))
    order = state.orders.get(normal(hold.object)) if hold.kind is Held.ORDER else None
    if order is not None and order.status is OrderStatus.ON_HOLD:
        before = state.status_before_hold.pop(order.number, _by_progress(order))
        state.put_order(replace(order, status=before))
    return Done(Record.HOLD, hold.number)


def _by_progress(order: ProductionOrder) -> OrderStatus:
    """Return the status an order resumes when none from before its hold is on record."""
    started = any(operation.started_at for operation in order.operations)
    return OrderStatus.IN_PROGRESS if started else OrderStatus.RELEASED


def _known_plant(state: IgnitionState, plant: str) -> None:
    if plant not in state.plants:
        raise unknown("object", plant, "plant")


WRITES = {"place": Write(PlaceHold, _place), "lift": Write(LiftHold, _lift)}
